"""Finds out why the service, or its account, does not work, and says what to do.

`runner` runs all checks at once, each within a time limit: `server_checks` of this machine,
`network_checks` of the way to the platform, `token_check` and `account_checks` of the account. A
check returns `values.CheckResult`, in Chinese and English; `output` prints them.
"""
