"""Checks texts against the Advertising Law and the platform's rules. Rules are data; no I/O.

`checking.check` finds what a rule forbids, `rulebook` compiles the rules of `rules/*.toml` with an
account's own, and `rewording` proposes wordings that pass.
"""
