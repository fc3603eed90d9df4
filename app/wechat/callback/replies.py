"""Renders passive replies: the XML in the HTTP response to a delivery."""

import re

from app.messages.lengths import clip
from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.wechat.callback.values import Event
from app.wechat.callback.values import Message as ReceivedMessage

SUCCESS = "success"  # the response without a reply; in plain text in every encryption mode

# XML 1.0 has no way to write these, not even as a reference: one of them voids the whole body.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def mini_program_link(program: MiniProgram) -> str:
    """A link that opens the mini program: a passive reply can't be a mini program card."""
    link = f' href="{program.url}"' if program.url else ""
    title = program.title.replace("<", "").replace(">", "")
    return (
        f'<a{link} data-miniprogram-appid="{program.appid}" '
        f'data-miniprogram-path="{program.page}">{title}</a>'
    )


def render_reply(reply: Message, received: ReceivedMessage, created: int) -> str | None:
    """The reply's XML; `received` gives the addresses, swapped, `created` is seconds since 1970.

    None where nothing visible is in the reply: answer SUCCESS then. Raises TypeError for a
    transfer in answer to an event: the platform takes it only in answer to what a user said.
    """
    # Not wechatpy's classes: they let `]]>` and control characters through (elements could be
    # injected into our reply), don't cap the text and know no TransInfo.
    if isinstance(reply, Text) and not remove_forbidden(reply.content).strip():
        return None
    if isinstance(reply, TransferToAgent) and isinstance(received, Event):
        raise TypeError("an event can't be transferred to a person")
    kind, inner = _render_content(reply)
    return (
        f"<xml><ToUserName>{as_cdata(received.openid)}</ToUserName>"
        f"<FromUserName>{as_cdata(received.to_user)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType>{as_cdata(kind)}</MsgType>{inner}</xml>"
    )


def _render_content(reply: Message) -> tuple[str, str]:
    """MsgType, and the elements of that type."""
    match reply:
        case Text():
            return "text", _render_text(reply.with_label())
        case ImageCard(media_id=media_id):
            return "image", f"<Image><MediaId>{as_cdata(media_id)}</MediaId></Image>"
        case Article():
            return "news", _render_article(reply)
        case MiniProgram():
            return "text", _render_text(mini_program_link(reply))
        case TransferToAgent(account=account):
            return "transfer_customer_service", _render_transfer(account)


def remove_forbidden(text: str) -> str:
    """`text` without the characters XML 1.0 forbids: controls, lone surrogates, U+FFFE, U+FFFF."""
    return FORBIDDEN.sub("", text)


def as_cdata(text: str) -> str:
    """`text` as CDATA that nothing in it can end: `]]>` is split over two sections."""
    return "<![CDATA[" + remove_forbidden(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _render_text(content: str) -> str:
    return f"<Content>{as_cdata(clip(remove_forbidden(content)))}</Content>"


def _render_article(reply: Article) -> str:
    return (
        f"<ArticleCount>1</ArticleCount><Articles><item><Title>{as_cdata(reply.title)}</Title>"
        f"<Description>{as_cdata(reply.description)}</Description>"
        f"<PicUrl>{as_cdata(reply.picture)}</PicUrl><Url>{as_cdata(reply.url)}</Url></item></Articles>"
    )


def _render_transfer(account: str | None) -> str:
    if account is None:
        return ""
    return f"<TransInfo><KfAccount>{as_cdata(account)}</KfAccount></TransInfo>"
