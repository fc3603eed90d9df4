"""The client of the platform's API.

`families/` has a typed method for each interface, `core` calls it: `tokens` gives the access token,
`requests` keeps to the budgets and tries again, `http` sends, `errors` and `error_codes` say what a
refusal means. How a family is added stands in `families/__init__.py`.
"""
