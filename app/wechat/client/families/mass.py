"""Mass sends (群发): one message to all followers, to a tag, or to a list of openids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_MEDIA_ID,
    BAD_OPENID_COUNT,
    BAD_PARAMETER,
    BAD_SPEED,
    EMPTY_TEXT,
    LONG_CLIENT_ID,
    LONG_CONTENT,
    check_bytes,
    check_count,
    check_filled,
    check_media_id,
    check_range,
)

SEND_TO_ALL = PlatformInterface(
    path="/cgi-bin/message/mass/sendall",
    title="根据标签群发消息",
    page="/doc/service/api/notify/message/api_sendall.md",
    daily=100,
    a_minute=60,
    accounts="verified",
)
SEND_TO_OPENIDS = PlatformInterface(
    path="/cgi-bin/message/mass/send",
    title="根据 OpenID 群发消息",
    page="/doc/service/api/notify/message/api_masssend.md",
    daily=100,
    a_minute=60,
    shared_budget="/cgi-bin/message/mass/sendall",
    accounts="verified service",
)
DELETE_MASS_MESSAGE = PlatformInterface(
    path="/cgi-bin/message/mass/delete",
    title="删除群发消息",
    page="/doc/service/api/notify/message/api_deletemassmsg.md",
    accounts="verified",
)
PREVIEW = PlatformInterface(
    path="/cgi-bin/message/mass/preview",
    title="预览消息",
    page="/doc/service/api/notify/message/api_preview.md",
    daily=100,
    accounts="verified",
)
GET_MASS_MESSAGE = PlatformInterface(
    path="/cgi-bin/message/mass/get",
    title="查询群发消息发送状态",
    page="/doc/service/api/notify/message/api_massmsgget.md",
    accounts="verified",
    repeatable=True,
)
GET_SPEED = PlatformInterface(
    path="/cgi-bin/message/mass/speed/get",
    title="获取群发速度",
    page="/doc/service/api/notify/message/api_getspeed.md",
    accounts="verified",
    repeatable=True,
)
SET_SPEED = PlatformInterface(
    path="/cgi-bin/message/mass/speed/set",
    title="设置群发速度",
    page="/doc/service/api/notify/message/api_setspeed.md",
    accounts="verified",
    repeatable=True,
)

CLIENT_ID_BYTES = 32
TEXT_BYTES = 2048  # of a text message
MOST_OPENIDS, LEAST_OPENIDS = 10_000, 2
MOST_IMAGES = 20
SAME_CLIENT_ID = 45065


@dataclass(frozen=True, slots=True)
class MassArticles:
    """The articles of a draft. `continue_reprint`: send what the platform takes for a reprint."""

    media_id: str
    continue_reprint: bool = False


@dataclass(frozen=True, slots=True)
class MassText:
    """A text of at most 2,048 bytes."""

    content: str


@dataclass(frozen=True, slots=True)
class MassImages:
    """1 to 20 images with a line of recommendation."""

    media_ids: tuple[str, ...]
    recommend: str = ""
    need_open_comment: bool = False
    only_fans_can_comment: bool = False


@dataclass(frozen=True, slots=True)
class MassFile:
    """A recording (voice) or a video (mpvideo)."""

    kind: Literal["voice", "mpvideo"]
    media_id: str


MassContent = MassArticles | MassText | MassImages | MassFile


class MassMessage(PlatformAnswer):
    """A mass send that was begun; MASSSENDJOBFINISH tells what became of it.

    `msg_data_id` is the first half of the article's msgid in statistics. `was_sent_before`: the
    same clientmsgid was sent within 24 hours, and this is what it became.
    """

    msg_id: int
    msg_data_id: int | None = None
    was_sent_before: bool = Field(False, exclude=True)


class MassStatus(PlatformAnswer):
    """Whether a mass send is through."""

    msg_id: int
    msg_status: Literal["SEND_SUCCESS", "SENDING", "SEND_FAIL", "DELETE"]


class MassSpeed(PlatformAnswer):
    """How fast the platform sends: level 0 (fastest) to 4, and 10,000 messages a minute."""

    speed: int
    realspeed: int


@dataclass(frozen=True, slots=True)
class MassMessages:
    """Mass sends. Subscription accounts send once a day, service accounts four times a month."""

    client: PlatformClient

    async def send_to_all(
        self, account: Account, content: MassContent, client_id: str, tag_id: int | None = None
    ) -> MassMessage:
        """Send to all followers, or to those with a tag.

        Page: /doc/service/api/notify/message/api_sendall.md; 100 a day, 60 a minute. `client_id`
        (clientmsgid) makes a repeated call harmless for 24 hours. Raises ApiError: 45028 without
        quota left, 45066 when a call with this `client_id` is less than a minute old.
        """
        target = {"is_to_all": True} if tag_id is None else {"is_to_all": False, "tag_id": tag_id}
        return await self._send(account, SEND_TO_ALL, {"filter": target}, content, client_id)

    async def send_to_openids(
        self, account: Account, content: MassContent, client_id: str, openids: Sequence[str]
    ) -> MassMessage:
        """Send to 2 to 10,000 followers; verified service accounts only.

        Page: /doc/service/api/notify/message/api_masssend.md; counted with `send_to_all`. Raises
        ApiError as `send_to_all` does, 40003 for an unknown openid.
        """
        check_count("touser", len(openids), MOST_OPENIDS, BAD_OPENID_COUNT, least=LEAST_OPENIDS)
        target = {"touser": list(openids)}
        return await self._send(account, SEND_TO_OPENIDS, target, content, client_id)

    async def _send(
        self,
        account: Account,
        interface: PlatformInterface,
        target: dict[str, Any],
        content: MassContent,
        client_id: str,
    ) -> MassMessage:
        check_filled("clientmsgid", client_id, LONG_CLIENT_ID)
        check_bytes("clientmsgid", client_id, CLIENT_ID_BYTES, LONG_CLIENT_ID)
        body = target | build_content(content) | {"clientmsgid": client_id}
        try:
            return await self.client.call(account, interface, MassMessage, body=body)
        except ApiError as error:
            if error.code != SAME_CLIENT_ID or "msg_id" not in error.answer:
                raise
            sent_before = dict(error.answer) | {"was_sent_before": True}
        return MassMessage.model_validate(sent_before)

    async def delete(
        self, account: Account, msg_id: int, article_index: int = 0, url: str = ""
    ) -> None:
        """Delete an article of a mass send, counted from 1, or all of them (0), for followers too.

        Page: /doc/service/api/notify/message/api_deletemassmsg.md; possible for half an hour.
        """
        check_range("article_idx", article_index, 0, 8)
        body: dict[str, Any] = {"msg_id": msg_id, "article_idx": article_index}
        await self.client.call(
            account, DELETE_MASS_MESSAGE, Done, body=body | ({"url": url} if url else {})
        )

    async def preview(
        self, account: Account, content: MassContent, *, openid: str = "", wechat_name: str = ""
    ) -> None:
        """Send a preview to one follower, by openid or by 微信号; of images, the first.

        Page: /doc/service/api/notify/message/api_preview.md; 100 a day. Raises ApiError: 40003,
        43004 for who doesn't follow.
        """
        check_filled("touser or towxname", openid or wechat_name, BAD_PARAMETER)
        target = {"towxname": wechat_name} if wechat_name else {"touser": openid}
        await self.client.call(account, PREVIEW, Done, body=target | build_preview(content))

    async def get_status(self, account: Account, msg_id: int) -> MassStatus:
        """Whether a mass send is through.

        Page: /doc/service/api/notify/message/api_massmsgget.md.
        """
        body = {"msg_id": str(msg_id)}
        return await self.client.call(account, GET_MASS_MESSAGE, MassStatus, body=body)

    async def get_speed(self, account: Account) -> MassSpeed:
        """How fast the platform sends.

        Page: /doc/service/api/notify/message/api_getspeed.md. Raises ApiError: 45084 before it was
        ever set.
        """
        return await self.client.call(account, GET_SPEED, MassSpeed, body={})

    async def set_speed(self, account: Account, speed: int) -> None:
        """Set the level: 0 is 800,000 a minute, 1 600,000, 2 450,000, 3 300,000, 4 100,000.

        Page: /doc/service/api/notify/message/api_setspeed.md. Raises InvalidField: 45083.
        """
        check_range("speed", speed, 0, 4, BAD_SPEED)
        await self.client.call(account, SET_SPEED, Done, body={"speed": speed})


def build_content(content: MassContent) -> dict[str, Any]:
    """The fields of the message. Raises InvalidField: 40007, 44004, 45002."""
    match content:
        case MassArticles():
            check_media_id("mpnews.media_id", content.media_id)
            return {
                "msgtype": "mpnews",
                "mpnews": {"media_id": content.media_id},
                "send_ignore_reprint": int(content.continue_reprint),
            }
        case MassText():
            check_filled("text.content", content.content, EMPTY_TEXT)
            check_bytes("text.content", content.content, TEXT_BYTES, LONG_CONTENT)
            return {"msgtype": "text", "text": {"content": content.content}}
        case MassImages():
            return _build_images(content)
        case MassFile():
            check_media_id(f"{content.kind}.media_id", content.media_id)
            return {"msgtype": content.kind, content.kind: {"media_id": content.media_id}}


def build_preview(content: MassContent) -> dict[str, Any]:
    """The fields of a preview: it has one image. Raises InvalidField as `build_content` does."""
    body = build_content(content)
    if isinstance(content, MassImages):
        return {"msgtype": "image", "image": {"media_id": content.media_ids[0]}}
    return body


def _build_images(content: MassImages) -> dict[str, Any]:
    check_count("images.media_ids", len(content.media_ids), MOST_IMAGES, BAD_MEDIA_ID)
    for media_id in content.media_ids:
        check_media_id("images.media_ids", media_id)
    images = {
        "media_ids": list(content.media_ids),
        "recommend": content.recommend,
        "need_open_comment": int(content.need_open_comment),
        "only_fans_can_comment": int(content.only_fans_can_comment),
    }
    return {"msgtype": "image", "images": images}
