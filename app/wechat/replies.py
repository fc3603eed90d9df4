"""Passive replies: what we answer in the HTTP response to a delivery."""

import re
from dataclasses import dataclass
from typing import assert_never

from app.kit.lengths import clip
from app.wechat.values import Event, Message

SUCCESS = "success"  # "nothing to say"; in plain text in every encryption mode

# XML 1.0 has no way to write these, not even as a reference: one of them voids the whole reply.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class TextReply:
    """Text for the user. Raises ValueError when nothing visible is in it: answer SUCCESS then."""

    content: str

    def __post_init__(self) -> None:
        if not legal(self.content).strip():
            raise ValueError("a text reply says something; answer SUCCESS to say nothing")


@dataclass(frozen=True, slots=True)
class TransferToPerson:
    """Hands the user's message to the customer-service desk.

    account: the agent's name (`test1@brand`), or None for whoever is free.
    """

    account: str | None = None


Reply = TextReply | TransferToPerson


def render(reply: Reply, message: Message, created: int) -> str:
    """The reply's XML; `message` gives the addresses, swapped, `created` is seconds since 1970.

    Raises TypeError for a transfer in answer to an event: the platform takes it only in answer
    to what a user said.
    """
    # Not wechatpy's classes: they let `]]>` and control characters through (elements could be
    # injected into our reply), don't cap the text and know no TransInfo.
    match reply:
        case TextReply(content):
            kind, inner = "text", f"<Content>{cdata(clip(legal(content)))}</Content>"
        case TransferToPerson(account):
            if isinstance(message, Event):
                raise TypeError("an event can't be transferred to a person")
            kind, inner = "transfer_customer_service", _transfer(account)
        case _:
            assert_never(reply)
    return (
        f"<xml><ToUserName>{cdata(message.openid)}</ToUserName>"
        f"<FromUserName>{cdata(message.to_user)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType>{cdata(kind)}</MsgType>{inner}</xml>"
    )


def legal(text: str) -> str:
    """`text` without the characters XML 1.0 forbids: controls, lone surrogates, U+FFFE, U+FFFF."""
    return _ILLEGAL.sub("", text)


def cdata(text: str) -> str:
    """`text` as CDATA that nothing in it can end: `]]>` is split over two sections."""
    return "<![CDATA[" + legal(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _transfer(account: str | None) -> str:
    if account is None:
        return ""
    return f"<TransInfo><KfAccount>{cdata(account)}</KfAccount></TransInfo>"
