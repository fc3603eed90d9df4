"""Customer-service messages (客服消息) and the typing state."""

import contextlib
from dataclasses import dataclass
from typing import Any, Literal

from app.accounts import Account
from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.wechat.callback.replies import mini_program_link
from app.wechat.client.core import Done, PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.client.interfaces import PlatformInterface

SEND_MESSAGE = PlatformInterface(
    path="/cgi-bin/message/custom/send",
    title="发送客服消息",
    page="/doc/service/api/customer/message/api_sendcustommessage.md",
    daily=500_000,
    accounts="verified",
)
SET_TYPING = PlatformInterface(
    path="/cgi-bin/message/custom/typing",
    title="客服输入状态",
    page="/doc/service/api/customer/message/api_typing.md",
    accounts="verified",
)


@dataclass(frozen=True, slots=True)
class CustomerServiceMessages:
    """Messages of the account to one follower."""

    client: PlatformClient

    async def send(self, account: Account, openid: str, message: Message) -> None:
        """Send one customer-service message; text has at most 2,048 bytes.

        Page: /doc/service/api/customer/message/api_sendcustommessage.md; 500,000 a day.
        Raises ApiError: 45015 after 48 h of silence, 45047 over the quota, 48001 unverified.
        Raises TypeError for a transfer, which only an answer to a delivery can be.
        """
        body = {"touser": openid} | _build_body(message)
        if isinstance(message, Text) and message.ai_generated:  # the platform shows a line, too
            body |= {"aimsgcontext": {"is_ai_msg": 1}}
        await self.client.call(account, SEND_MESSAGE, Done, body=body)

    async def set_typing(
        self, account: Account, openid: str, command: Literal["Typing", "CancelTyping"] = "Typing"
    ) -> None:
        """Show 对方正在输入 for 15 s, or take it back.

        Page: /doc/service/api/customer/message/api_typing.md. Raises ApiError: 45080 when the
        follower did nothing for 30 s, 45081 when it is shown already.
        """
        body = {"touser": openid, "command": command}
        await self.client.call(account, SET_TYPING, Done, body=body)


async def show_typing(messages: CustomerServiceMessages, account: Account, openid: str) -> None:
    """Show 对方正在输入 to the follower; an ApiError is ignored."""
    with contextlib.suppress(ApiError):
        await messages.set_typing(account, openid)


def _build_body(message: Message) -> dict[str, Any]:
    match message:
        case Text():
            return {"msgtype": "text", "text": {"content": message.with_label()}}
        case ImageCard(media_id=media_id):
            return {"msgtype": "image", "image": {"media_id": media_id}}
        case Article() as card:
            article = {
                "title": card.title, "description": card.description,
                "url": card.url, "picurl": card.picture,
            }  # fmt: skip
            return {"msgtype": "news", "news": {"articles": [article]}}
        case MiniProgram(thumb_media_id=thumb) as card if thumb:
            page = {
                "title": card.title, "appid": card.appid,
                "pagepath": card.page, "thumb_media_id": thumb,
            }  # fmt: skip
            return {"msgtype": "miniprogrampage", "miniprogrampage": page}
        case MiniProgram() as card:
            return {"msgtype": "text", "text": {"content": mini_program_link(card)}}
        case TransferToAgent():
            raise TypeError("a customer-service message can't transfer")
