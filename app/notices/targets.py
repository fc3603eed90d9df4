"""Parses the targets of NOTIFY, which receive notices. Faults never quote a secret.

NOTIFY="wecom:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY
        dingtalk:https://oapi.dingtalk.com/robot/send?access_token=TOKEN#SIGNING-SECRET
        feishu:https://open.feishu.cn/open-apis/bot/v2/hook/ID#SIGNING-SECRET
        webhook:https://shop.example/waiting#SECRET
        smtps://USER:PASSWORD@smtp.example:465?to=desk@shop.example,boss@shop.example"

The part after # is never sent. Mail uses TLS, `smtp://` by STARTTLS; `tls=none` in the query allows
a server without TLS in a private network, and a server on this machine needs no TLS.
"""

import hashlib
import ipaddress
import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.errors import BadSettings
from app.settings import Settings, is_loopback

Kind = Literal["wecom", "dingtalk", "feishu", "webhook"]
Tls = Literal["implicit", "starttls", "none"]
KINDS: tuple[Kind, ...] = ("wecom", "dingtalk", "feishu", "webhook")
SHORTEST_SECRET = 16  # of webhooks, as of ORDER_WEBHOOK
MOST = 20
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,253}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Robot:
    """A group's robot or a webhook; `id` is a hash, the name in Redis."""

    id: str
    kind: Kind
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """HOST:PORT for logs; the rest of the URL holds a key."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mail server with sender and recipients."""

    id: str
    host: str
    port: int
    to: tuple[str, ...]
    sender: str
    tls: Tls
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    kind: Literal["smtp"] = "smtp"

    @property
    def place(self) -> str:
        """HOST:PORT for logs."""
        return f"{self.host}:{self.port}"


Target = Robot | Mailbox


def read_targets(settings: Settings) -> tuple[Target, ...]:
    """Parse NOTIFY. Raises BadSettings with one sentence per fault."""
    entries = list(dict.fromkeys(settings.notify.get_secret_value().split()))
    if len(entries) > MOST:
        raise BadSettings([f"NOTIFY names {len(entries)} targets; at most {MOST} are told."])
    targets: list[Target] = []
    faults = []
    fallback = settings.webhook_secret.get_secret_value()
    for number, each in enumerate(entries, 1):
        try:
            targets.append(_parse_target(each, fallback))
        except _Fault as fault:
            faults.append(f"NOTIFY: target {number} {fault}")
    if faults:
        raise BadSettings(faults)
    return tuple(targets)


class _Fault(ValueError):
    """A fault of one target; the message continues "NOTIFY: target N"."""


def _parse_target(entry: str, fallback: str) -> Target:
    id_ = hashlib.sha256(entry.encode()).hexdigest()[:12]
    kind, _, rest = entry.partition(":")
    if kind in {"smtp", "smtps"}:
        return _parse_mailbox(id_, _split_address(entry, kind))
    for robot_kind in KINDS:
        if kind == robot_kind:
            return _parse_robot(id_, robot_kind, rest, fallback)
    raise _Fault("is of no known kind: write wecom:, dingtalk:, feishu: or webhook: before an "
                 "address, or smtps://USER:PASSWORD@HOST:PORT?to=ADDRESS.")  # fmt: skip


def _split_address(address: str, kind: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for what is no port
    except ValueError:
        raise _Fault(f"({kind}) is no address.") from None
    if not parts.hostname:
        raise _Fault(f"({kind}) names no host.")
    return parts


def _parse_robot(id_: str, kind: Kind, address: str, fallback: str) -> Robot:
    parts = _split_address(address, kind)
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise _Fault(f"({kind}) is no address: write {kind}:https://..., without a user in it.")
    if parts.scheme == "http" and kind != "webhook" and not is_loopback(parts.hostname or ""):
        raise _Fault(f"({kind}) would show its key on the way: write https://.")
    secret = unquote(parts.fragment) or (fallback if kind == "webhook" else "")
    if kind == "webhook" and len(secret) < SHORTEST_SECRET:
        raise _Fault(
            f"(webhook) needs a secret of at least {SHORTEST_SECRET} random characters, behind # "
            "or as WEBHOOK_SECRET: it signs what we send."
        )
    return Robot(id_, kind, parts._replace(fragment="").geturl(), secret)


def _parse_mailbox(id_: str, parts: SplitResult) -> Mailbox:
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host, user = parts.hostname or "", unquote(parts.username or "")
    to = tuple(address for address in query.get("to", "").split(",") if address)
    if not to or not all(map(_ADDRESS.fullmatch, to)):
        raise _Fault("(smtp) names nobody who gets the mail: write ?to=ADDRESS,ADDRESS.")
    sender = query.get("from", user)
    if not _ADDRESS.fullmatch(sender):
        raise _Fault("(smtp) names no sender: write &from=ADDRESS, or log in with an address.")
    tls = _choose_tls(parts, query.get("tls", ""))
    port = parts.port or (465 if tls == "implicit" else 587)
    return Mailbox(
        id=id_,
        host=host,
        port=port,
        to=to,
        sender=sender,
        tls=tls,
        user=user,
        password=unquote(parts.password or ""),
    )


def _choose_tls(parts: SplitResult, requested_tls: str) -> Tls:
    if requested_tls not in {"", "none", "starttls"}:
        raise _Fault("(smtp) has a tls that isn't none or starttls.")
    if parts.scheme == "smtps" or (parts.port == 465 and not requested_tls):
        return "implicit"
    if requested_tls == "none" and not _is_near(parts.hostname or ""):
        raise _Fault("(smtp) with tls=none is for a host of one's own network.")
    own = is_loopback(parts.hostname or "")
    return "none" if requested_tls == "none" or (own and not requested_tls) else "starttls"


def _is_near(host: str) -> bool:
    """Whether the host is in a private network: a private address, or a name without dots."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host
