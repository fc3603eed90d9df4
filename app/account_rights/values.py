"""Groups of interfaces that an account may use or not, and what the platform told of an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class AccountRight(StrEnum):
    """A group of interfaces that an account may use, or may not."""

    DRAFTS = "drafts"
    PUBLISHING = "publishing"
    MASS_SENDS = "mass_sends"
    CUSTOMER_MESSAGES = "customer_messages"  # with the typing state and the AI mark (aimsgcontext)
    DESK = "desk"
    FOLLOWERS = "followers"
    TAGS = "tags"
    MENUS = "menus"
    COMMENTS = "comments"
    QR_CODES = "qr_codes"
    TEMPLATES = "templates"
    SUBSCRIBE_NOTICES = "subscribe_notices"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRights:
    """What the platform says about an account. `by_calls`: deduced from harmless reads."""

    kind: Literal["subscription", "service"]
    is_verified: bool
    is_personal: bool | None  # None: not known
    rights: frozenset[AccountRight]
    by_calls: bool = False

    def may(self, right: AccountRight) -> bool:
        """Whether the account may use this group of interfaces."""
        return right in self.rights


# How the paths of a group begin; the first that fits counts. None: more accounts are refused than
# for the group (sends to single followers, menus by group, sessions at the desk).
_GROUPS: Mapping[str, AccountRight | None] = {
    "/cgi-bin/draft/": AccountRight.DRAFTS,
    "/cgi-bin/freepublish/": AccountRight.PUBLISHING,
    "/cgi-bin/message/mass/sendall": AccountRight.MASS_SENDS,
    "/cgi-bin/message/mass/send": None,
    "/cgi-bin/message/mass/": AccountRight.MASS_SENDS,
    "/cgi-bin/message/custom/": AccountRight.CUSTOMER_MESSAGES,
    "/customservice/kfaccount/": AccountRight.DESK,
    "/cgi-bin/customservice/": AccountRight.DESK,
    "/cgi-bin/tags/": AccountRight.TAGS,
    "/cgi-bin/user/tag/": AccountRight.TAGS,
    "/cgi-bin/user/": AccountRight.FOLLOWERS,
    "/cgi-bin/menu/addconditional": None,
    "/cgi-bin/menu/delconditional": None,
    "/cgi-bin/menu/trymatch": None,
    "/cgi-bin/menu/": AccountRight.MENUS,
    "/cgi-bin/get_current_selfmenu_info": AccountRight.MENUS,
    "/cgi-bin/comment/": AccountRight.COMMENTS,
    "/cgi-bin/qrcode/": AccountRight.QR_CODES,
    "/cgi-bin/template/": AccountRight.TEMPLATES,
    "/cgi-bin/message/template/": AccountRight.TEMPLATES,
    "/wxaapi/newtmpl/": AccountRight.SUBSCRIBE_NOTICES,
    "/cgi-bin/message/subscribe/": AccountRight.SUBSCRIBE_NOTICES,
    "/datacube/": AccountRight.STATISTICS,
}


def find_right(path: str) -> AccountRight | None:
    """The group whose right a 48001 of the interface denies; None where it tells of no group."""
    return next((right for start, right in _GROUPS.items() if path.startswith(start)), None)
