"""Passive replies: what we answer in the HTTP response to a delivery."""

import re
from dataclasses import dataclass
from typing import assert_never

from app.messages import texts
from app.messages import values as cards
from app.messages.lengths import clip
from app.wechat.callback.values import Event, Message

SUCCESS = "success"  # "nothing to say"; in plain text in every encryption mode

# XML 1.0 has no way to write these, not even as a reference: one of them voids the whole body.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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


@dataclass(frozen=True, slots=True)
class ImageReply:
    """A picture of the account's material."""

    media_id: str


@dataclass(frozen=True, slots=True)
class ArticleReply:
    """图文; the platform shows one."""

    title: str
    description: str
    url: str
    picture: str


Reply = TextReply | ImageReply | ArticleReply | TransferToPerson


def read(answer: str) -> Reply:
    """What an answer is as a passive reply. Raises ValueError when nothing visible is in it."""
    if answer == texts.TRANSFER:
        return TransferToPerson()
    match cards.read(answer):
        case cards.Image(media_id=media_id):
            return ImageReply(media_id)
        case cards.Article() as article:
            return ArticleReply(article.title, article.description, article.url, article.picture)
        case cards.MiniProgram() as program:
            return TextReply(opening(program))
        case None:
            return TextReply(answer)


def opening(program: cards.MiniProgram) -> str:
    """A text that opens a mini program: no passive reply can be its card."""
    link = f' href="{program.url}"' if program.url else ""
    title = program.title.replace("<", "").replace(">", "")
    return (
        f'<a{link} data-miniprogram-appid="{program.appid}" '
        f'data-miniprogram-path="{program.page}">{title}</a>'
    )


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
        case ImageReply(media_id):
            kind, inner = "image", f"<Image><MediaId>{cdata(media_id)}</MediaId></Image>"
        case ArticleReply():
            kind, inner = "news", _article(reply)
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
    return FORBIDDEN.sub("", text)


def cdata(text: str) -> str:
    """`text` as CDATA that nothing in it can end: `]]>` is split over two sections."""
    return "<![CDATA[" + legal(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _article(reply: ArticleReply) -> str:
    return (
        f"<ArticleCount>1</ArticleCount><Articles><item><Title>{cdata(reply.title)}</Title>"
        f"<Description>{cdata(reply.description)}</Description>"
        f"<PicUrl>{cdata(reply.picture)}</PicUrl><Url>{cdata(reply.url)}</Url></item></Articles>"
    )


def _transfer(account: str | None) -> str:
    if account is None:
        return ""
    return f"<TransInfo><KfAccount>{cdata(account)}</KfAccount></TransInfo>"
