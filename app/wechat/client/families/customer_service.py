"""Customer-service messages (客服消息) and the typing state."""

import contextlib
from dataclasses import dataclass
from typing import Any, Literal

from app.accounts import Account
from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.wechat.callback.replies import mini_program_link
from app.wechat.client.core import Done, PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.client.families.desk.kf_accounts import check_agent
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.customer_messages import (
    CustomContent,
    build_content,
    check_text,
)

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

    async def send(
        self,
        account: Account,
        openid: str,
        message: Message | CustomContent,
        *,
        kf_account: str = "",
    ) -> None:
        """Send one customer-service message; text has at most 2,048 bytes.

        `kf_account` (name@account) names the agent whose name and picture the follower sees. Page:
        /doc/service/api/customer/message/api_sendcustommessage.md; 500,000 a day. Raises ApiError:
        45015 after 48 h of silence, 45047 over the quota, 48001 unverified, 40200 for a
        MessageMenu where the account may not send one. Raises InvalidField; TypeError for a
        transfer, which only an answer to a delivery can be.
        """
        if isinstance(message, CustomContent):
            content = build_content(message)
        else:
            content = _build_body(message)
        body: dict[str, Any] = {"touser": openid} | content
        if kf_account:
            check_agent(kf_account)
            body |= {"customservice": {"kf_account": kf_account}}
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
            content = message.with_label()
            check_text(content)
            return {"msgtype": "text", "text": {"content": content}}
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
