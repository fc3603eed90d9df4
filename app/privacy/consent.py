"""The consent notice at first contact, and followers' requests for their data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.kit.clock import CHINA
from app.kit.text import fold_width
from app.messages.phrases import COMMON, Phrase, Say, as_shipped
from app.redis import keys
from app.redis.client import Pipeline, RedisClient
from app.redis.units import to_milliseconds

Work = Literal["erase", "export"]
Request = Work | Literal["about"]

TEXT = Phrase(
    "data.consent",
    "第一次对话时的告知，附在回答或欢迎语后，只发一次",
    ("我是{brand}的智能助手，部分回复由AI生成，聊天记录会保存下来为您服务，详情回复「隐私」。",),
)
PRIVACY = Phrase(
    "data.privacy",
    "对方回复「隐私」时的完整说明",
    (
        "我是{brand}的智能助手，部分回复由人工智能生成。为了回答您，我们会保存您的聊天内容，"
        "最长 {days} 天，您取消关注后即删除（法律要求的生成记录除外，其中没有聊天内容和您的身份）。"
        "发送「导出我的数据」可以查看，发送「删除我的数据」可以随时删除。",
    ),
    (*COMMON, "days"),
)
ERASED = Phrase(
    "data.erased",
    "数据已删除",
    ("您的数据已经删除，包括聊天记录和对话上下文。之后您发来的消息会重新开始记录。",),
)
NOTHING_KEPT = Phrase("data.nothing_kept", "没有保存的记录", ("我们目前没有保存您的聊天记录。",))
EXPORT_HEADER = Phrase(
    "data.kept",
    "导出数据的第一行",
    ("我们保存了您的 {count} 条对话，最近的如下：",),
    (*COMMON, "count"),
)
HOW_TO_ERASE = Phrase(
    "data.how_to_erase", "导出数据的最后一行", ("发送「删除我的数据」可以删除。",)
)
NOTICE_SHOWN = "told"  # earlier releases stored the text's version instead

_REQUESTS: Mapping[str, Request] = {
    "删除我的数据": "erase",
    "刪除我的數據": "erase",
    "导出我的数据": "export",
    "導出我的數據": "export",
    "隐私": "about",
    "隱私": "about",
    "隐私说明": "about",
    "隱私說明": "about",
}
_AROUND = " \t\r\n「」『』“”\"'。！!.~～"
_MAX_TURNS = 20  # turns; a message has 2,048 bytes


def parse_request(text: str) -> Request | None:
    """The data request that a message consists of; None for all other messages."""
    return _REQUESTS.get(fold_width(text).strip(_AROUND))


def format_export(turns: Sequence[Mapping[str, Any]], say: Say = as_shipped) -> str:
    """A follower's turns, oldest first, as text: their number and the last 20."""
    if not turns:
        return say(NOTHING_KEPT)
    lines = [say(EXPORT_HEADER, count=str(len(turns)))]
    for turn in turns[-_MAX_TURNS:]:
        when = datetime.fromtimestamp(turn["received"], CHINA).strftime("%Y-%m-%d %H:%M")
        lines.append(f"{when}\n您：{turn['text']}\n我们：{turn['answer']}")
    return "\n\n".join([*lines, say(HOW_TO_ERASE)])


@dataclass(frozen=True, slots=True)
class Consent:
    """Which users have had the notice. Marked by the commit of the reply that contains it."""

    redis: RedisClient

    async def notice_shown(self, users: Sequence[str]) -> list[bool]:
        """Whether each user has had the notice, in any version; in order."""
        if not users:
            return []
        versions = await self.redis.mget([keys.notice_shown(user) for user in users])
        return [version is not None for version in versions]

    def mark(self, pipe: Pipeline, user: str) -> None:
        """Queue on `pipe` that the user has had the notice."""
        pipe.set(
            keys.notice_shown(user),
            NOTICE_SHOWN,
            px=to_milliseconds(keys.NOTICE_SHOWN_FOR),
        )
