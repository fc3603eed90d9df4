"""Links that count: a signed token names where a link leads and what a tap on it tells.

The token needs no table: what is in it is signed with a key that is derived from the service's own.
An altered token is refused, and a link leads only to the domains of its account.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from app.errors import Refusal
from app.marketing.events.values import EventKind, MarketingEvent

LONGEST_TOKEN = 3_000  # characters
_SIGNATURE = 16  # bytes: 128 bits
_SEPARATOR = "."
# Printable ASCII without \ and quotes: what browsers might read in another way isn't taken.
_ADDRESS = re.compile(r"https://([a-z0-9.-]+(?::\d{1,5})?)(?:[/?#][!#-&(-;=?-\[\]^_a-z{|}~]*)?")

COUNTED = (EventKind.CLICK, EventKind.VIEW, EventKind.EXPOSURE)  # kinds of a link's events


class ForeignAddress(Refusal):
    """The address is not https:// of a domain of the account (link_domains)."""

    status = 422
    name = "foreign_address"


class BadLink(Refusal):
    """The token of a link was altered, or leads to where its account may not."""

    status = 404
    name = "bad_link"


class ExpiredLink(Refusal):
    """The link was good until a time that is past."""

    status = 410
    name = "expired_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingLink:
    """Where a link leads, until when (seconds since 1970), and what its event tells."""

    account: str
    url: str
    expires: int
    kind: EventKind = EventKind.CLICK
    pseudonym: str = ""  # "": a link for everybody
    item: str = ""
    campaign: str = ""
    experiment: str = ""
    variant: str = ""
    recommendation: str = ""
    strategy: str = ""

    def build_event(self, token: str, now: float) -> MarketingEvent:
        """The event of a tap. Of a follower's own link, taps within a second are one."""
        id_ = uuid.uuid4().hex
        if self.pseudonym:
            id_ = hashlib.sha256(f"{token} {now:.0f}".encode()).hexdigest()
        fields = asdict(self)
        del fields["url"], fields["expires"]
        return MarketingEvent(**fields, id=id_, time=now, recorded=now)


def check_address(url: str, domains: Collection[str]) -> None:
    """Raise ForeignAddress for an address that isn't https:// of one of the domains."""
    match = _ADDRESS.fullmatch(url)
    if match is None or match[1] not in domains:
        listed = "、".join(sorted(domains)) or "还没有配置（link_domains）"
        raise ForeignAddress(
            "链接只能指向本公众号配置的域名，以 https:// 开头、域名小写、特殊字符转义。"
            f"可用域名：{listed}。"
        )


def sign_link(link: CountingLink, key: str) -> str:
    """The link's token: URL-safe characters; `key` is the service's key of pseudonyms."""
    values = {name: value for name, value in asdict(link).items() if value}
    payload = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return _encode(payload) + _SEPARATOR + _encode(_sign(payload, key))


def read_link(token: str, key: str) -> CountingLink:
    """The link of a token. Raises BadLink for one that wasn't signed with this key."""
    payload_part, _, signature_part = token.partition(_SEPARATOR)
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError
        payload, signature = _decode(payload_part), _decode(signature_part)
    except (ValueError, binascii.Error):
        raise BadLink("the token is none", chinese="这不是有效的链接") from None
    if not hmac.compare_digest(_sign(payload, key), signature):
        raise BadLink("the token's signature is wrong", chinese="链接被改动过，无法打开")
    values: dict[str, Any] = json.loads(payload)
    return CountingLink(**values | {"kind": EventKind(values["kind"])})


def follow_link(link: CountingLink, domains: Collection[str], now: float) -> str:
    """The address that the link leads to. Raises ExpiredLink, and BadLink where the account may
    not lead there any more.
    """
    try:
        check_address(link.url, domains)
    except ForeignAddress:
        raise BadLink(
            "the address is of no domain of the account",
            chinese="链接指向的域名不属于这个公众号",
        ) from None
    if now >= link.expires:
        raise ExpiredLink("the link has expired", chinese="链接已过期")
    return link.url


def _sign(payload: bytes, key: str) -> bytes:
    link_key = hmac.digest(key.encode(), b"links that count", hashlib.sha256)
    return hmac.digest(link_key, payload, hashlib.sha256)[:_SIGNATURE]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """The bytes of `_encode`. Raises ValueError for what it doesn't write."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(data) != text:
        raise ValueError("another spelling of the same bytes")
    return data
