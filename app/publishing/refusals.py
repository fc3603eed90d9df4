"""The platform's refusals of what a person asked for, as sentences for that person."""

from app.errors import Refusal
from app.wechat.client.errors import ApiError, BudgetUsedUp

_STATUS_BY_REACTION = {
    "capability off": 403,
    "done": 409,
    "correct": 422,
    "give up": 422,
    "tomorrow": 429,
}


class PlatformRefusal(Refusal):
    """The platform refused, or doesn't answer. `status` says whether asking again may help."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def translate_error(error: ApiError) -> PlatformRefusal:
    """The refusal with the code's meaning and advice in Chinese."""
    if error.code is None:
        return PlatformRefusal("微信公众平台没有应答，请稍后再试。", 503)
    if error.meaning is None:
        return PlatformRefusal(f"微信公众平台返回了未知的错误（{error}）。", 502)
    meaning = error.meaning
    status = (
        429 if isinstance(error, BudgetUsedUp) else _STATUS_BY_REACTION.get(meaning.reaction, 502)
    )
    return PlatformRefusal(f"{meaning.meaning}（{error.code}）。{meaning.advice_zh}", status)
