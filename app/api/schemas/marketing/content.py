"""Bodies of the content check: a text, its findings, and an account's rules."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.api.schemas.replies import Revision
from app.safety.advertising.rule_schema import AccountRules, AdvertisingRule
from app.safety.advertising.values import Industry

LONGEST = 100_000  # characters of a text: five times the longest article


class ContentCheckRequest(BaseModel):
    """A text to check for an industry. `generated`: a model wrote it, so it must carry a label."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "全国最好喝的茶，顾客第一", "industry": "food"}]},
    )
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    industry: Industry = "general"
    account: str = "default"
    generated: bool = False


class ContentFindingResponse(BaseModel):
    """text[start:end] of the request breaks `rule`, which follows from `law`.

    `suggestion` is a wording for the place that itself passes; "" advises to remove the place.
    """

    rule: str
    title: str
    law: str
    start: int
    end: int
    text: str
    suggestion: str


class RequiredNoticeResponse(BaseModel):
    """What an advertisement of the trade must state by `law`, and this text doesn't.

    `wording` may be added as it is; "" where only the advertiser knows it, such as a number.
    """

    notice: str
    title: str
    law: str
    wording: str


class ContentCheckResponse(BaseModel):
    """All findings from left to right, none: the text passes; and notices that it lacks.

    `rewritten` is the text with the suggestions in their places, whole clauses where a suggestion
    is a sentence of its own; it passes the check. null: no such text passes. `dropped`: clauses of
    the text that are left out of it, since nothing lawful stands for them.
    """

    findings: list[ContentFindingResponse]
    notices: list[RequiredNoticeResponse] = []
    rewritten: str | None
    dropped: list[str] = []


class AdvertisingRulesRequest(AccountRules):
    """An account's changes to the rules, to replace those of `revision` (0: none yet)."""

    account: str = "default"
    revision: Revision

    @property
    def own(self) -> AccountRules:
        """The rules without account and revision."""
        return AccountRules(rules=self.rules, lawful=self.lawful, disabled=self.disabled)

    @property
    def content(self) -> dict[str, Any]:
        """The rules as stored."""
        return self.own.model_dump(mode="json", exclude_unset=False)


class AdvertisingRulesResponse(AccountRules):
    """An account's changes; `defaults` are the shipped rules."""

    account: str
    revision: int
    defaults: tuple[AdvertisingRule, ...]
