"""Requests about menus, QR channels and short keys."""

from typing import Any, Literal

from app.jobs.base import Job


class CreateQrChannel(Job):
    """Make the QR code of a new channel, and store both; `channel` has a NewChannel's fields."""

    type: Literal["create_qr_channel"] = "create_qr_channel"
    waiter: str
    account: str
    channel: dict[str, Any]


class RenewQrCode(Job):
    """Make another QR code of a channel's scene, valid for `days`."""

    type: Literal["renew_qr_code"] = "renew_qr_code"
    waiter: str
    account: str
    channel: str
    days: int


class ManageMenu(Job):
    """Put a menu on the platform, or withdraw it; read the platform's; try what `user` sees."""

    type: Literal["manage_menu"] = "manage_menu"
    waiter: str
    account: str
    action: Literal["put", "withdraw", "read", "try"]
    menu: str = ""
    by: str = ""
    reason: str = ""
    user: str = ""  # an openid or a 微信号


class MakeShortKey(Job):
    """Make a short key for a long text, valid for `seconds`, and store it."""

    type: Literal["make_short_key"] = "make_short_key"
    waiter: str
    account: str
    long_data: str
    seconds: int
    note: str
    author: str


class ReadShortKey(Job):
    """Ask the platform what a short key stands for."""

    type: Literal["read_short_key"] = "read_short_key"
    waiter: str
    account: str
    short_key: str
