"""The messages that users send to an Official Account, as frozen values; `events` has the events.

Names follow the platform's documentation of messages (普通消息). Times are seconds since 1970,
angles degrees. A field the platform left out is None, or "" where an empty text means the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn


class Fields(dict[str, str]):
    """The further elements of a rare message: path → text, e.g. `ChosenBeacon.Uuid`.

    Repeated elements are numbered from 0: `AroundBeacons.AroundBeacon.1.Uuid`. Immutable; a dict
    all the same, so that JSON, pydantic and `dataclasses.asdict` take it as it is.
    """

    def _refuse_change(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("what was received doesn't change")

    __setitem__ = __delitem__ = __ior__ = _refuse_change
    clear = pop = popitem = setdefault = update = _refuse_change

    def __reduce__(self) -> tuple[type["Fields"], tuple[dict[str, str]]]:
        return Fields, (dict(self),)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Fields of every delivery. `to_user` is the account's gh_ name, `msg_id` has 64 bits."""

    to_user: str
    openid: str
    created: int
    msg_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Received):
    """`content` has no white space around it; `menu_id` is the `bizmsgmenuid` of a tapped item."""

    content: str
    menu_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Received):
    pic_url: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Received):
    """`media_id` is 8 kHz amr; `media_id_16k` the better one; `recognition` WeChat's own text."""

    media_id: str
    format: str
    recognition: str | None = None
    media_id_16k: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(Received):
    """`short` for MsgType shortvideo."""

    media_id: str
    thumb_media_id: str
    short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Received):
    latitude: float | None
    longitude: float | None
    scale: int | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Received):
    title: str
    description: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Received):
    """Not in the documentation, but sent; the platform offers no way to fetch it. `size`: bytes."""

    title: str
    description: str
    file_key: str
    md5: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniProgramCard(Received):
    title: str
    appid: str
    page_path: str
    thumb_url: str
    thumb_media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceText(Received):
    """`content` is base64, as the device sent it."""

    device_id: str
    device_type: str
    session_id: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Received):
    """`kind` is the platform's Event in lower case, `key` its EventKey as it came, or ""."""

    kind: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """An event that the platform doesn't document."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported(Received):
    """A message that the platform doesn't pass on, or doesn't document.

    `kind` is the MsgType in lower case; `text` where the platform's placeholder came as a text
    (stickers, red packets and the like).
    """

    kind: str
    fields: Mapping[str, str]


UserMessage = (
    Text
    | Image
    | Voice
    | Video
    | Location
    | Link
    | File
    | MiniProgramCard
    | DeviceText
    | Unsupported
)
Message = UserMessage | Event
