"""Which kind of account may call which interfaces; the others are refused with 48001.

Source: the table 适用范围 of each interface's page, and the note of July 2025 on
/doc/subscription/guide/product/publish.html, which takes publishing from all who aren't verified.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.simulator.accounts.state import PlatformAccount
from app.simulator.errcodes import ERRORS, Refused


class Right(StrEnum):
    """A group of interfaces that an account may call, or may not."""

    BASIC = "basic"
    MATERIAL = "material"
    HD_VOICE = "hd_voice"
    DRAFT = "draft"
    PUBLISH = "publish"
    MASS_SEND = "mass_send"
    MASS_SEND_TO_OPENIDS = "mass_send_to_openids"
    COMMENT = "comment"
    CUSTOMER_MESSAGE = "customer_message"
    USER = "user"
    TAG = "tag"
    MENU = "menu"
    CONDITIONAL_MENU = "conditional_menu"
    QRCODE = "qrcode"
    TEMPLATE_MESSAGE = "template_message"
    SUBSCRIBE_NOTICE = "subscribe_notice"
    KF_ACCOUNT = "kf_account"
    OAUTH = "oauth"
    DATACUBE = "datacube"
    AI = "ai"  # voice, OCR, images


def _is_any(_: PlatformAccount) -> bool:
    return True


def _is_verified(account: PlatformAccount) -> bool:
    return account.verified


def _is_verified_service(account: PlatformAccount) -> bool:
    return account.verified and account.kind == "service"


def _is_verified_or_service(account: PlatformAccount) -> bool:
    return account.verified or account.kind == "service"


HOLDERS: Mapping[Right, Callable[[PlatformAccount], bool]] = {
    Right.BASIC: _is_any,
    Right.MATERIAL: _is_any,
    Right.HD_VOICE: _is_verified,
    Right.DRAFT: _is_any,
    Right.PUBLISH: _is_verified,
    Right.MASS_SEND: _is_verified,
    Right.MASS_SEND_TO_OPENIDS: _is_verified_service,
    Right.COMMENT: _is_verified,
    Right.CUSTOMER_MESSAGE: _is_verified,
    Right.USER: _is_verified,
    Right.TAG: _is_verified,
    Right.MENU: _is_verified_or_service,
    Right.CONDITIONAL_MENU: _is_verified,
    Right.QRCODE: _is_verified_service,
    Right.TEMPLATE_MESSAGE: _is_verified_service,
    Right.SUBSCRIBE_NOTICE: _is_verified_service,
    Right.KF_ACCOUNT: _is_verified,
    Right.OAUTH: _is_verified_service,
    Right.DATACUBE: _is_verified,
    Right.AI: _is_verified,
}


def has_right(account: PlatformAccount, right: Right) -> bool:
    """Whether the account may call the interfaces of a right."""
    return HOLDERS[right](account)


def check_right(account: PlatformAccount, right: Right) -> None:
    """Raise Refused with 48001 where the account may not call the interfaces of a right."""
    if not has_right(account, right):
        raise Refused(48001)


def check_address(account: PlatformAccount, client_ip: str) -> None:
    """Raise Refused with 40164, which names the address, where it isn't on the whitelist."""
    if account.ip_whitelist is not None and client_ip not in account.ip_whitelist:
        raise Refused(40164, ERRORS[40164].format(ip=client_ip))
