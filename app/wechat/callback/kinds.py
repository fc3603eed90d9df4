"""Reads each MsgType into its value; `event_kinds` reads the events."""

import re
from collections.abc import Callable
from typing import Final, TypedDict

from app.kit.text import fold
from app.wechat.callback import values as v
from app.wechat.callback.parsing import Node


class MessageFields(TypedDict):
    """The fields that all values have."""

    to_user: str
    openid: str
    created: int
    msg_id: int | None


class EventFields(MessageFields):
    """The fields that all events have."""

    kind: str
    key: str


# Elements read into attributes of every value; `Encrypt` is the second copy in compatible mode.
READ: Final = frozenset(
    {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey", "Encrypt"}
)


# The text that the platform sends in place of a sticker, a red packet and the like, in the
# language of the follower's app; matched after NFKC, without brackets, punctuation and white space.
_PLACEHOLDER: Final = re.compile(
    "收到不支[持援]的[消訊]息[类類]型(?:[暂暫][时時]?)?[无無]法[显顯]示|unsupportedmessage(?:type)?"
)
_AROUND_PLACEHOLDER: Final = re.compile(r"[\s\[\]【】〔〕「」(),.。、]+")


def _read_text(node: Node, common: MessageFields) -> v.Text | v.Unsupported:
    content = node.text("Content")
    if _is_placeholder(content):
        return v.Unsupported(**common, kind="text", fields=v.Fields({"Content": content}))
    return v.Text(**common, content=content, menu_id=node.optional("bizmsgmenuid"))


def _is_placeholder(content: str) -> bool:
    if len(content) > 64:
        return False
    folded = fold(content)
    return _PLACEHOLDER.fullmatch(_AROUND_PLACEHOLDER.sub("", folded)) is not None


def _read_image(node: Node, common: MessageFields) -> v.Image:
    return v.Image(**common, pic_url=node.text("PicUrl"), media_id=node.text("MediaId"))


def _read_voice(node: Node, common: MessageFields) -> v.Voice:
    return v.Voice(
        **common,
        media_id=node.text("MediaId"),
        format=node.text("Format"),
        recognition=node.optional("Recognition"),
        media_id_16k=node.optional("MediaId16K"),
    )


def _read_video(node: Node, common: MessageFields) -> v.Video:
    return v.Video(
        **common,
        media_id=node.text("MediaId"),
        thumb_media_id=node.text("ThumbMediaId"),
        short=node.text("MsgType").lower() == "shortvideo",
    )


def _read_location(node: Node, common: MessageFields) -> v.Location:
    return v.Location(
        **common,
        latitude=node.optional_decimal("Location_X"),
        longitude=node.optional_decimal("Location_Y"),
        scale=node.optional_integer("Scale"),
        label=node.text("Label"),
    )


def _read_link(node: Node, common: MessageFields) -> v.Link:
    return v.Link(
        **common,
        title=node.text("Title"),
        description=node.text("Description"),
        url=node.text("Url"),
    )


def _read_file(node: Node, common: MessageFields) -> v.File:
    return v.File(
        **common,
        title=node.text("Title"),
        description=node.text("Description"),
        file_key=node.text("FileKey"),
        md5=node.text("FileMd5"),
        size=node.optional_integer("FileTotalLen"),
    )


def _read_mini_program_card(node: Node, common: MessageFields) -> v.MiniProgramCard:
    return v.MiniProgramCard(
        **common,
        title=node.text("Title"),
        appid=node.text("AppId"),
        page_path=node.text("PagePath"),
        thumb_url=node.text("ThumbUrl"),
        thumb_media_id=node.text("ThumbMediaId"),
    )


def _read_device_text(node: Node, common: MessageFields) -> v.DeviceText:
    return v.DeviceText(
        **common,
        device_id=node.text("DeviceID"),
        device_type=node.text("DeviceType"),
        session_id=node.text("SessionID"),
        content=node.text("Content"),
    )


MESSAGES: Final[dict[str, Callable[[Node, MessageFields], v.Message]]] = {
    "text": _read_text,
    "image": _read_image,
    "voice": _read_voice,
    "video": _read_video,
    "shortvideo": _read_video,
    "location": _read_location,
    "link": _read_link,
    "file": _read_file,
    "miniprogrampage": _read_mini_program_card,
    "device_text": _read_device_text,
}
