"""Which MsgType becomes which value, and how each is read; `event_kinds` has the events."""

from collections.abc import Callable
from typing import Final, TypedDict

from app.wechat import values as v
from app.wechat.parsing import Node


class Common(TypedDict):
    """What every value is built with."""

    to_user: str
    openid: str
    created: int
    msg_id: int | None


class Named(Common):
    """What every event is built with."""

    kind: str
    key: str


# Read into named attributes of every value; `Encrypt` is the second copy in compatible mode.
READ: Final = frozenset(
    {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey", "Encrypt"}
)


def _text(node: Node, common: Common) -> v.Text:
    return v.Text(**common, content=node.text("Content"), menu_id=node.optional("bizmsgmenuid"))


def _image(node: Node, common: Common) -> v.Image:
    return v.Image(**common, pic_url=node.text("PicUrl"), media_id=node.required("MediaId"))


def _voice(node: Node, common: Common) -> v.Voice:
    return v.Voice(
        **common,
        media_id=node.required("MediaId"),
        format=node.text("Format"),
        recognition=node.optional("Recognition"),
        media_id_16k=node.optional("MediaId16K"),
    )


def _video(node: Node, common: Common) -> v.Video:
    return v.Video(
        **common,
        media_id=node.required("MediaId"),
        thumb_media_id=node.text("ThumbMediaId"),
        short=node.text("MsgType").lower() == "shortvideo",
    )


def _location(node: Node, common: Common) -> v.Location:
    return v.Location(
        **common,
        latitude=node.decimal("Location_X"),
        longitude=node.decimal("Location_Y"),
        scale=node.integer("Scale"),
        label=node.text("Label"),
    )


def _link(node: Node, common: Common) -> v.Link:
    return v.Link(
        **common,
        title=node.text("Title"),
        description=node.text("Description"),
        url=node.text("Url"),
    )


def _file(node: Node, common: Common) -> v.File:
    return v.File(
        **common,
        title=node.text("Title"),
        description=node.text("Description"),
        file_key=node.text("FileKey"),
        md5=node.text("FileMd5"),
        size=node.optional_integer("FileTotalLen"),
    )


def _mini_program_card(node: Node, common: Common) -> v.MiniProgramCard:
    return v.MiniProgramCard(
        **common,
        title=node.text("Title"),
        appid=node.text("AppId"),
        page_path=node.text("PagePath"),
        thumb_url=node.text("ThumbUrl"),
        thumb_media_id=node.text("ThumbMediaId"),
    )


def _device_text(node: Node, common: Common) -> v.DeviceText:
    return v.DeviceText(
        **common,
        device_id=node.text("DeviceID"),
        device_type=node.text("DeviceType"),
        session_id=node.text("SessionID"),
        content=node.text("Content"),
    )


MESSAGES: Final[dict[str, Callable[[Node, Common], v.Message]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
    "file": _file,
    "miniprogrampage": _mini_program_card,
    "device_text": _device_text,
}
