"""What became of an attempt to publish, and what the platform's errors mean for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.wechat.client.errors import ApiError

# Seconds from one look at the platform to the next. It answers 100 a day, and 100 publications a
# day may be submitted: most report by an event, and the others are asked for rarely.
LOOK_AFTER = (60.0, 300.0, 1_500.0, 7_200.0, 21_600.0)
NO_RIGHT = (
    "这个公众号没有用接口发布的权限（48001）：2025 年 7 月起，个人号和未认证的账号不能再用。"
    "请打开“导出”页，复制排好版的正文，粘贴到公众平台后台发布。"
)
_SOON = frozenset({"retry", "renew token", "later", "next minute"})


@dataclass(frozen=True)
class PublishedOutcome:
    """The platform says that it is published. `urls` are empty where it names none."""

    urls: Sequence[str] = ()
    article_id: str = ""


@dataclass(frozen=True)
class FailedOutcome:
    """It can't be published as it is: `reason` is for the author."""

    reason: str


@dataclass(frozen=True)
class PendingOutcome:
    """Not known yet, or to be tried again. `seconds` until then; None: by LOOK_AFTER."""

    seconds: float | None = None


@dataclass(frozen=True)
class HandedOverOutcome:
    """The account may not publish over the API."""

    reason: str = NO_RIGHT


PublishOutcome = PublishedOutcome | FailedOutcome | PendingOutcome | HandedOverOutcome


def react(error: ApiError) -> PublishOutcome:
    """What an error means before the platform has taken the post."""
    if error.code is None:
        return PendingOutcome()
    if error.meaning is None:
        return FailedOutcome(f"平台返回了未知的错误（{error}）。")
    if error.meaning.reaction in _SOON:
        return PendingOutcome(60.0)
    if error.code == 48001:
        return HandedOverOutcome()
    meaning = error.meaning
    return FailedOutcome(f"{meaning.meaning}（{error.code}）。{meaning.advice_zh}")


def was_refused(error: ApiError) -> bool:
    """Whether the platform surely did nothing: it refused, or never heard of it."""
    if error.code is None:
        return error.unheard
    return error.meaning is None or error.meaning.reaction not in {"retry", "done"}
