"""Bodies of the endpoints for rules and their preview."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    model_validator,
)

from app.api.schemas.replies import Revision
from app.rules.rulebook import Kind, Part
from app.rules.values import Rules

CONTENT_FIELDS: dict[Kind, str] = {
    "text": "text", "voice": "text", "click": "key", "subscribe": "scene", "scan": "scene",
}  # fmt: skip
# All of what can be written stands in docs/rules.example.json.
EXAMPLE: dict[str, Any] = {
    "keywords": [
        {"name": "发货", "words": ["发货", "几天到"], "reply": "付款后 48 小时内发货。"},
        {"name": "转人工", "match": "exact", "words": ["人工"], "to_person": True},
    ],
    "menu": [{"key": "ORDER", "ask": "我的订单到哪了"}],
    "welcome": {"default": "欢迎关注{brand}！"},
    "hours": {
        "weekly": {"mon": ["09:00-18:00"], "sat": ["10:00-16:00"]},
        "special": [{"name": "国庆", "first": "2026-10-01", "last": "2026-10-07"}],
        "away": "同事下班了，{opens} 上班后回复您。",
    },
}


def _check_year(at: datetime) -> datetime:
    if not 2000 <= at.year < 2100:
        raise ValueError("only the years 2000 to 2099 can be looked at")
    return at


def _with_example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class RulesRequest(BaseModel):
    """All rules of an account, to replace those of `revision` (0: none yet)."""

    model_config = _with_example({"account": "default", "revision": 0, "rules": EXAMPLE})
    account: str = "default"
    revision: Revision
    rules: Rules


class RulesResponse(BaseModel):
    """An account's rules and their revision; 0 where none were written yet."""

    account: str
    revision: int
    rules: Rules


MessageContent = Annotated[str, StringConstraints(max_length=2000)]


class RulesPreviewRequest(BaseModel):
    """A follower's action: write `text`, click the button `key`, follow or scan with `scene`.

    `at` defaults to now, and is local to the rules' zone without an offset. `rules` is a draft;
    without it the saved rules answer.
    """

    model_config = _with_example(
        {"account": "default", "kind": "text", "text": "什么时候发货？", "at": "2026-10-01T20:00"}
    )
    account: str = "default"
    kind: Kind
    text: MessageContent = ""
    key: MessageContent = ""
    scene: MessageContent = ""
    at: Annotated[datetime, AfterValidator(_check_year)] | None = None
    rules: Rules | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        for name in ("text", "key", "scene"):
            if getattr(self, name) and name != CONTENT_FIELDS[self.kind]:
                raise ValueError(
                    f"{name} is not looked at; kind {self.kind} has {self._content_field}"
                )
        return self

    @property
    def message_text(self) -> str:
        """The text, key or scene that the rules are matched against."""
        return str(getattr(self, self._content_field))

    @property
    def _content_field(self) -> str:
        return CONTENT_FIELDS[self.kind]


class MatchedRuleResponse(BaseModel):
    """The rule that answers: its part of the rules, its name, and what it matched."""

    part: Part
    rule: str
    matched: str


class RulesPreviewResponse(BaseModel):
    """The preview. `rule` is null where no rule answers; `ask` is the question to answer instead.

    `open`: agents work then; `opens`: when they next do; `outside`: the text for messages outside
    working hours. `revision` is null for a draft.
    """

    rule: MatchedRuleResponse | None
    reply: str
    ask: str
    to_person: bool
    open: bool
    opens: datetime | None
    outside: str
    revision: int | None
