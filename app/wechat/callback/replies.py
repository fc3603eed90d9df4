"""Passive replies: what we answer in the HTTP response to a delivery."""

import re

from app.messages.lengths import clip
from app.messages.values import Article, Image, Message, MiniProgram, Text, TransferToAgent
from app.wechat.callback.values import Event
from app.wechat.callback.values import Message as ReceivedMessage

SUCCESS = "success"  # "nothing to say"; in plain text in every encryption mode

# XML 1.0 has no way to write these, not even as a reference: one of them voids the whole body.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def opening(program: MiniProgram) -> str:
    """A text that opens a mini program: no passive reply can be its card."""
    link = f' href="{program.url}"' if program.url else ""
    title = program.title.replace("<", "").replace(">", "")
    return (
        f'<a{link} data-miniprogram-appid="{program.appid}" '
        f'data-miniprogram-path="{program.page}">{title}</a>'
    )


def render(reply: Message, received: ReceivedMessage, created: int) -> str | None:
    """The reply's XML; `received` gives the addresses, swapped, `created` is seconds since 1970.

    None where nothing visible is in the reply: answer SUCCESS then. Raises TypeError for a
    transfer in answer to an event: the platform takes it only in answer to what a user said.
    """
    # Not wechatpy's classes: they let `]]>` and control characters through (elements could be
    # injected into our reply), don't cap the text and know no TransInfo.
    if isinstance(reply, Text) and not legal(reply.content).strip():
        return None
    if isinstance(reply, TransferToAgent) and isinstance(received, Event):
        raise TypeError("an event can't be transferred to a person")
    kind, inner = _content(reply)
    return (
        f"<xml><ToUserName>{cdata(received.openid)}</ToUserName>"
        f"<FromUserName>{cdata(received.to_user)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType>{cdata(kind)}</MsgType>{inner}</xml>"
    )


def _content(reply: Message) -> tuple[str, str]:
    """MsgType, and the elements of that type."""
    match reply:
        case Text():
            return "text", _text(reply.with_label())
        case Image(media_id=media_id):
            return "image", f"<Image><MediaId>{cdata(media_id)}</MediaId></Image>"
        case Article():
            return "news", _article(reply)
        case MiniProgram():
            return "text", _text(opening(reply))
        case TransferToAgent(account=account):
            return "transfer_customer_service", _transfer(account)


def legal(text: str) -> str:
    """`text` without the characters XML 1.0 forbids: controls, lone surrogates, U+FFFE, U+FFFF."""
    return FORBIDDEN.sub("", text)


def cdata(text: str) -> str:
    """`text` as CDATA that nothing in it can end: `]]>` is split over two sections."""
    return "<![CDATA[" + legal(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _text(content: str) -> str:
    return f"<Content>{cdata(clip(legal(content)))}</Content>"


def _article(reply: Article) -> str:
    return (
        f"<ArticleCount>1</ArticleCount><Articles><item><Title>{cdata(reply.title)}</Title>"
        f"<Description>{cdata(reply.description)}</Description>"
        f"<PicUrl>{cdata(reply.picture)}</PicUrl><Url>{cdata(reply.url)}</Url></item></Articles>"
    )


def _transfer(account: str | None) -> str:
    if account is None:
        return ""
    return f"<TransInfo><KfAccount>{cdata(account)}</KfAccount></TransInfo>"
