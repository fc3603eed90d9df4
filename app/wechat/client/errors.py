"""The platform's refusals as exceptions; `error_codes` says what each code means."""

import re
from collections.abc import Mapping
from typing import Any

from app.errors import Refusal
from app.wechat.client.error_codes import ERROR_CODES, ErrorCode

_RID = re.compile(r"rid: *([\w-]+)")

BUSY = -1
DAILY_LIMIT = 45009
MINUTE_LIMIT = 45011
NOT_AUTHORISED = 48001
STALE_TOKEN = frozenset({40001, 40014, 42001})


class ApiError(Refusal):
    """The platform refused or did not answer. `code` is its errcode; None without an answer.

    `unheard`: the request can't have reached the platform. A code that is not in ERROR_CODES has
    `meaning` None: it is shown with errmsg and `rid`, and never guessed. `answer` has the further
    fields of the answer, such as the msg_id of 45065.
    """

    status = 502
    name = "platform_error"

    def __init__(
        self,
        code: int | None,
        errmsg: str,
        *,
        unheard: bool = False,
        answer: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {errmsg}")
        self.code = code
        self.errmsg = errmsg
        self.unheard = unheard
        self.answer = answer or {}

    @property
    def rid(self) -> str | None:
        """The id under which `QuotaInterfaces.read_request` shows the refused request."""
        match = _RID.search(self.errmsg)
        return match.group(1) if match else None

    @property
    def meaning(self) -> ErrorCode | None:
        """The entry of the table of codes; None for an unknown code, and without an answer."""
        return None if self.code is None else ERROR_CODES.get(self.code)


class BudgetUsedUp(ApiError):
    """The call was not made: the interface's calls of this day or minute are used up.

    `code` is what the platform would have answered: 45009 (day) or 45011 (minute).
    """

    status = 429
    name = "budget_used_up"

    def __init__(self, code: int, interface: str) -> None:
        period = "day" if code == DAILY_LIMIT else "minute"
        super().__init__(code, f"the budget of {interface} for this {period} is used up")


class RightMissing(ApiError):
    """The call was not made: the platform told that the account may not use the interface's group.

    `code` is what the platform would have answered.
    """

    status = 403
    name = "right_missing"

    def __init__(self, interface: str) -> None:
        super().__init__(NOT_AUTHORISED, f"the account has no right to {interface}")


class InvalidField(Refusal):
    """A value that the platform would refuse with `code`; found before the call.

    `field` is its place in the request, `limit` what the platform takes.
    """

    status = 422
    name = "invalid_field"

    def __init__(self, field: str, limit: str, code: int) -> None:
        super().__init__(f"{field}: {limit} (the platform would answer {code})")
        self.field = field
        self.limit = limit
        self.code = code


def check_errcode(answer: dict[str, Any]) -> None:
    """Raise ApiError for an answer with an errcode that isn't 0."""
    if code := answer.get("errcode"):
        raise ApiError(int(code), str(answer.get("errmsg", "")), answer=answer)
