"""Passive replies: what we answer in the HTTP response to a delivery."""

import re
import unicodedata
from dataclasses import dataclass
from typing import assert_never

from app.wechat.values import Event, Message

SUCCESS = "success"  # "nothing to say"; in plain text in every encryption mode
TEXT_BYTES = 2048  # of UTF-8; the platform's limit for a text reply

# XML 1.0 has no way to write these, not even as a reference: one of them voids the whole reply.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# ASCII marks count only before white space: a URL is full of them.
_SENTENCE_END = re.compile(r"(?:[。！？…；\n]+|[.!?]+(?=[\s”’』」）)\"']))[”’』」）)\"']*")
_ELLIPSIS = "…"
_JOINER = "\u200d"
_LONGEST_CLUSTER = 16  # code points; a family emoji has 11, more is no letter but an attack


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
            kind, inner = "text", f"<Content>{cdata(clip(content))}</Content>"
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


def clip(text: str, limit: int = TEXT_BYTES) -> str:
    """`text` in at most `limit` bytes (3 or more) of UTF-8, legal in XML, with … where it was cut.

    Cut after the last sentence if that ends in the last third of what fits, otherwise between two
    characters as a reader sees them (an emoji with its skin tone is one).
    """
    text = legal(text)
    if len(text.encode()) <= limit:
        return text
    room = limit - len(_ELLIPSIS.encode())
    fitting = len(text.encode()[:room].decode(errors="ignore"))
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, fitting)]
    cut = ends[-1] if ends and ends[-1] * 3 >= fitting * 2 else _between_characters(text, fitting)
    return text[:cut].rstrip() + _ELLIPSIS


def _transfer(account: str | None) -> str:
    if account is None:
        return ""
    return f"<TransInfo><KfAccount>{cdata(account)}</KfAccount></TransInfo>"


def _between_characters(text: str, cut: int) -> int:
    for earlier in range(cut, max(cut - _LONGEST_CLUSTER, 0), -1):
        if not _belongs_to_previous(text, earlier):
            return earlier
    return cut


def _belongs_to_previous(text: str, at: int) -> bool:
    here = text[at]
    if here == _JOINER or text[at - 1] == _JOINER or "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    if _is_flag_half(here):
        halves = 0
        while halves < at and _is_flag_half(text[at - 1 - halves]):
            halves += 1
        return halves % 2 == 1
    return unicodedata.category(here) in {"Mn", "Mc", "Me"}


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
