"""The platform's refusals of what a person asked for, as sentences for that person."""

import contextlib
from collections.abc import Iterator

from app.errors import Refusal
from app.wechat.client.errors import ApiError, BudgetUsedUp, InvalidField

_STATUS_BY_REACTION = {
    "capability off": 403,
    "done": 409,
    "correct": 422,
    "give up": 422,
    "tomorrow": 429,
}

# What the table of codes says of these is about answers, which wait; a person's message doesn't.
_UNREACHABLE = {
    45015: "粉丝 48 小时内没有和公众号互动，现在不能发客服消息。等粉丝下次发来消息后再发。",
    45047: "能主动发给这位粉丝的客服消息已经用完。等粉丝下次发来消息后再发。",
}


class PlatformRefusal(Refusal):
    """The platform refused, or doesn't answer. `status` says whether asking again may help."""

    name = "platform_refused"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@contextlib.contextmanager
def translating_refusals() -> Iterator[None]:
    """Raise the platform's errors, and what it would refuse, as PlatformRefusal in Chinese."""
    try:
        yield
    except ApiError as error:
        raise translate_error(error) from None
    except InvalidField as error:
        raise PlatformRefusal(f"内容不符合平台的要求：{error}", error.status) from None


def translate_error(error: ApiError) -> PlatformRefusal:
    """The refusal with the code's meaning and advice in Chinese."""
    if error.code is None:
        return PlatformRefusal("微信公众平台没有应答，请稍后再试。", 503)
    if error.meaning is None:
        return PlatformRefusal(f"微信公众平台返回了未知的错误（{error}）。", 502)
    if error.code in _UNREACHABLE:
        return PlatformRefusal(f"{_UNREACHABLE[error.code]}（{error.code}）", 409)
    meaning = error.meaning
    status = (
        429 if isinstance(error, BudgetUsedUp) else _STATUS_BY_REACTION.get(meaning.reaction, 502)
    )
    return PlatformRefusal(f"{meaning.meaning}（{error.code}）。{meaning.advice_zh}", status)
