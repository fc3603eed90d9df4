"""What became of an attempt to publish, and what the errors on its way mean for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Refusal
from app.publishing.article_html.render import ArticleTooLong
from app.publishing.article_html.sanitize import TooDeep
from app.publishing.article_html.themes import UnknownTheme
from app.publishing.images.errors import BadImage
from app.publishing.preparing import BadArticle
from app.publishing.product_cards import BadProduct
from app.wechat.client.errors import ApiError, InvalidField

# Seconds from one look at the platform to the next. It answers 100 a day, and 100 publications a
# day may be submitted: most report by an event, and the others are asked for rarely.
LOOK_AFTER = (60.0, 300.0, 1_500.0, 7_200.0, 21_600.0)
ENDS_AFTER = 3 * 86_400.0  # seconds after which an answer is no longer waited for
NO_RIGHT = (
    "这个公众号没有用接口发布的权限（48001）：2025 年 7 月起，个人号和未认证的账号不能再用。"
    "请打开“导出”页，复制排好版的正文，粘贴到公众平台后台发布。"
)
NO_ANSWER = (
    "已经提交给平台，但 3 天内没有收到结果。请在公众平台后台的“发表记录”中查看："
    "已经发出的，确认为“已发布”；没有发出的，确认为“没有发出”，再编辑、审核、重发。"
)
# What makes an article, an image or a theme unusable; the sentence is for the author.
CONTENT_ERRORS = (
    BadArticle, BadImage, BadProduct, UnknownTheme, ArticleTooLong, TooDeep, InvalidField,
)  # fmt: skip
_SOON = frozenset({"retry", "renew token", "later", "next minute"})


@dataclass(frozen=True)
class PublishedOutcome:
    """The platform says that it is published. `urls` are empty where it names none.

    `note`: what an editor should know of it, such as tags that nothing was sent to.
    """

    urls: Sequence[str] = ()
    article_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class FailedOutcome:
    """It can't be published as it is: `reason` is for the author."""

    reason: str


@dataclass(frozen=True)
class PendingOutcome:
    """Not known yet, or to be tried again. `seconds` until then; None: by LOOK_AFTER.

    `note`: what is waited for, such as the quota of the next day.
    """

    seconds: float | None = None
    note: str = ""


@dataclass(frozen=True)
class UnconfirmedOutcome:
    """It may have been sent, and the platform won't tell any more: a person has to look."""

    reason: str = NO_ANSWER


@dataclass(frozen=True)
class HandedOverOutcome:
    """The account may not publish over the API."""

    reason: str = NO_RIGHT


PublishOutcome = (
    PublishedOutcome | FailedOutcome | PendingOutcome | UnconfirmedOutcome | HandedOverOutcome
)


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


def describe_content_error(error: Refusal) -> FailedOutcome:
    """The outcome of one of CONTENT_ERRORS."""
    if isinstance(error, InvalidField):
        return FailedOutcome(f"内容不符合平台的要求：{error}")
    return FailedOutcome(str(error))


def was_refused(error: ApiError) -> bool:
    """Whether the platform surely did nothing: it refused, or never heard of it."""
    if error.code is None:
        return error.unheard
    return error.meaning is None or error.meaning.reaction not in {"retry", "done"}


def limit_waiting(outcome: PublishOutcome, begun_at: float, now: float) -> PublishOutcome:
    """The outcome, unless it has been waited for since `begun_at` for longer than ENDS_AFTER."""
    if isinstance(outcome, PendingOutcome) and now - begun_at > ENDS_AFTER:
        return UnconfirmedOutcome()
    return outcome
