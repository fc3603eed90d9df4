"""What a follower is told of their data, and what they may ask for."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from app.sessions import keys

Request = Literal["erase", "export"]

TEXT = (
    "我是{brand}的智能助手，部分回复由人工智能生成。为了回答您，我们会保存您的聊天内容，"
    "最长 {days} 天，您取消关注后即删除（法律要求的生成记录除外，其中没有聊天内容和您的身份）。"
    "发送「导出我的数据」可以查看，发送「删除我的数据」可以随时删除。"
)
ERASED = "您的数据已经删除，包括聊天记录和对话上下文。之后您发来的消息会重新开始记录。"
NOTHING_KEPT = "我们目前没有保存您的聊天记录。"
VERSION = hashlib.sha256(TEXT.encode()).hexdigest()[:8]  # who was told another text is told anew

_REQUESTS: Mapping[str, Request] = {
    "删除我的数据": "erase",
    "刪除我的數據": "erase",
    "导出我的数据": "export",
    "導出我的數據": "export",
}
_AROUND = " \t\r\n「」『』“”\"'。！!.~～"
_CHINA = timezone(timedelta(hours=8))
_SHOWN = 20  # turns; a message has 2,048 bytes


def request(text: str) -> Request | None:
    """What a message asks for when it is just that; None for all other sentences."""
    return _REQUESTS.get(unicodedata.normalize("NFKC", text).strip(_AROUND))


def text(brand: str, days: int) -> str:
    """The consent text of an account. Written by people: no AI label."""
    return TEXT.replace("{brand}", brand).replace("{days}", str(days))


def readable(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """What `Followers.kept` found, for a phone: how much, and the latest turns in plain words."""
    turns = sorted(kept.get("turns", ()), key=lambda turn: float(turn["received"]))
    if not turns:
        return NOTHING_KEPT
    lines = [f"我们保存了您的 {len(turns)} 条对话，最近的如下："]
    for turn in turns[-_SHOWN:]:
        when = datetime.fromtimestamp(turn["received"], _CHINA).strftime("%Y-%m-%d %H:%M")
        lines.append(f"{when}\n您：{turn['said']}\n我们：{turn['answer']}")
    return "\n\n".join([*lines, "发送「删除我的数据」可以删除。"])


@dataclass(frozen=True, slots=True)
class Consent:
    """Who has been told. Marked with the answer that tells it, not before: it may get lost."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes

    async def told(self, users: Sequence[str]) -> list[bool]:
        """Whether each has been told the text of today."""
        if not users:
            return []
        found = await self.redis.mget([keys.told(user) for user in users])
        return [version == VERSION for version in found]

    def mark(self, pipe: Any, user: str) -> None:
        """Queue on `pipe`: told from now on."""
        pipe.set(keys.told(user), VERSION, px=int(keys.TOLD_FOR.total_seconds() * 1000))
