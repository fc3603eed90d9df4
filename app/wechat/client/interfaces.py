"""Declares an interface of the platform as data; docs/platform.md is generated from it."""

from dataclasses import dataclass
from typing import Literal

DOCUMENTATION = "https://developers.weixin.qq.com"

# Which accounts may call it: every one, verified ones (已认证), verified service accounts, or
# verified ones and all service accounts.
AccountKind = Literal["any", "verified", "verified service", "verified or service"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformInterface:
    """One interface: where it is, what it is called, who may call it and how often."""

    path: str  # such as /cgi-bin/draft/add
    title: str  # the platform's Chinese name
    page: str  # path of its documentation, such as /doc/service/api/base/api_callbackcheck.md
    method: Literal["GET", "POST"] = "POST"
    needs_token: bool = True
    daily: int | None = None  # calls a day by default; None: not documented
    a_minute: int | None = None  # calls a minute; None: not documented
    accounts: AccountKind = "any"
    # A repeated call changes nothing more: it is tried again when no answer came.
    repeatable: bool = False
    shared_budget: str = ""  # the name under which several interfaces are counted together

    @property
    def budget(self) -> str:
        """The name under which its calls are counted."""
        return self.shared_budget or self.path

    @property
    def address(self) -> str:
        """The address of its documentation."""
        return DOCUMENTATION + self.page
