"""The jobs of a turn: what reaches the account from the platform, in each follower's order."""

from typing import Any, Literal

from app.jobs.base import Job

MessageKind = Literal[
    "text", "voice", "image", "video", "location", "link", "file", "mini_program", "unsupported",
    "subscribe", "scan", "click", "tap",
]  # fmt: skip


class MessageJob(Job):
    """A follower's message or event. `id` is that of the delivery: `appid:MsgId`."""

    type: Literal["talk"] = "talk"
    id: str
    account: str
    openid: str
    kind: MessageKind
    text: str = ""
    received: float  # seconds since 1970


class EraseFollowerJob(Job):
    """A follower left, or asks for it: all of their data has to be erased."""

    type: Literal["forget"] = "forget"
    id: str
    account: str
    openid: str
    is_unfollow: bool = False  # they left: the platform demands it


class DeskSessionJob(Job):
    """An agent began a session with a follower at WeChat's desk, or closed it."""

    type: Literal["desk_session"] = "desk_session"
    id: str
    account: str
    openid: str
    agent: str  # KfAccount
    is_closed: bool
    received: float  # seconds since 1970


class PublishReportJob(Job):
    """The platform reports what became of a publication or a mass send.

    `platform_id` is its publish_id or msg_id; `result` has at least `status` and `urls`.
    """

    type: Literal["publish_report"] = "publish_report"
    id: str
    account: str
    openid: str  # of the editor whom the event names
    platform_id: str
    result: dict[str, Any]
