"""The rules of one account as an operator writes them: validated pydantic models, stored as JSON.

Where several rules match, the first one listed answers. Times are local to `zone`.
"""

import itertools
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.rules.fields import (
    Away,
    Day,
    Interval,
    Key,
    Moment,
    Name,
    Question,
    Reply,
    Scene,
    Sentence,
    WelcomeReply,
    Word,
    Zone,
    compile_pattern,
    parse_day,
    parse_interval,
    parse_moment,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PATTERNS = 50  # of an account; each costs some microseconds a message, the worst a millisecond
SPECIAL_DAYS = 366  # days of one SpecialHours, at most


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", str_strip_whitespace=True)


class Keyword(_Part):
    """关键词回复. `exact` is 全匹配, `contains` 半匹配 of any word, `all` of every word.

    `pattern`: any of the words as a regular expression, in RE2's syntax, anywhere in the first
    200 characters. `to_person` also asks for an agent. The rule is valid from `since` to `until`; a
    day without a time is included as a whole.
    """

    name: Name
    match: Literal["exact", "contains", "all", "pattern"] = "contains"
    words: Annotated[tuple[Word, ...], Field(strict=False, max_length=20)]
    reply: Reply = ""
    to_person: bool = False
    since: Moment | None = None
    until: Moment | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _check_complete(self) -> Self:
        if not self.words:
            raise ValueError("write at least one word")
        if not (self.reply or self.to_person):
            raise ValueError("write a reply, or set to_person")
        if (
            self.since
            and self.until
            and parse_moment(self.since) >= parse_moment(self.until, end=True)
        ):
            raise ValueError(f"until {self.until} is not after since {self.since}")
        if self.match == "pattern":
            for word in self.words:
                compile_pattern(word)
        return self


class Click(_Part):
    """A menu button by its EventKey: sends `reply`, or answers `ask` as if it had been written."""

    key: Key
    reply: Reply = ""
    ask: Question = ""
    to_person: bool = False

    @model_validator(mode="after")
    def _check_complete(self) -> Self:
        if bool(self.ask) == bool(self.reply or self.to_person):
            raise ValueError("write either ask, or a reply or to_person")
        return self


class SceneWelcome(_Part):
    """A QR code's welcome by scene: `reply` for new followers; `scan`, else `reply`, for others."""

    scene: Scene
    match: Literal["exact", "prefix"] = "exact"
    reply: WelcomeReply = Field(min_length=1)
    scan: WelcomeReply = ""


class Welcome(_Part):
    """被关注回复. `default` for new followers, `scan` for followers who scanned another code.

    Where empty, the product's phrases are used. {items} is the place of recommended items; where
    there are none, its line is left out.
    """

    scenes: Annotated[tuple[SceneWelcome, ...], Field(strict=False, max_length=500)] = ()
    default: WelcomeReply = ""
    scan: WelcomeReply = ""


Intervals = Annotated[tuple[Interval, ...], Field(strict=False, max_length=6)]


class Week(_Part):
    """Agents' working hours by day; 22:00-02:00 ends on the next day."""

    mon: Intervals = ()
    tue: Intervals = ()
    wed: Intervals = ()
    thu: Intervals = ()
    fri: Intervals = ()
    sat: Intervals = ()
    sun: Intervals = ()

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        for name in WEEKDAYS:
            _check_apart(getattr(self, name))
        return self


class SpecialHours(_Part):
    """Days with hours of their own, such as holidays (none) and working weekends (调休)."""

    name: Name
    first: Day
    last: Day | None = None  # the same day
    hours: Intervals = ()

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        days = (parse_day(self.last or self.first) - parse_day(self.first)).days + 1
        if not 1 <= days <= SPECIAL_DAYS:
            raise ValueError(f"from first to last are {days} days; 1 to {SPECIAL_DAYS} can be set")
        _check_apart(self.hours)
        return self


class Hours(_Part):
    """Agents' working hours. `text` fills the slot {hours}; if empty, the hours are written out.

    Outside them `outside` answers all messages, and `away` those who want an agent.
    """

    weekly: Week
    special: Annotated[tuple[SpecialHours, ...], Field(strict=False, max_length=200)] = ()
    text: Annotated[Question, Field(max_length=100)] = ""
    outside: Away = ""
    away: Away = ""


class PersonaRules(_Part):
    """The persona of generated answers: name, tone, facts, and topics to decline."""

    name: Annotated[Question, Field(max_length=20)] = ""
    tone: Question = ""
    about: Annotated[tuple[Sentence, ...], Field(strict=False, max_length=10)] = ()
    decline: Annotated[tuple[Name, ...], Field(strict=False, max_length=50)] = ()


class Rules(_Part):
    """All rules of an account. `unmatched` is 收到消息回复: no rule, entry or intent answers."""

    zone: Zone = "Asia/Shanghai"
    keywords: Annotated[tuple[Keyword, ...], Field(strict=False, max_length=300)] = ()
    menu: Annotated[tuple[Click, ...], Field(strict=False, max_length=100)] = ()
    welcome: Welcome = Welcome()
    unmatched: Reply = ""
    hours: Hours | None = None  # None: agents always work
    persona: PersonaRules = PersonaRules()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        _check_once("keywords", [rule.name for rule in self.keywords])
        _check_once("menu", [click.key for click in self.menu])
        _check_once("welcome.scenes", [f"{s.match} {s.scene}" for s in self.welcome.scenes])
        patterns = sum(len(rule.words) for rule in self.keywords if rule.match == "pattern")
        if patterns > PATTERNS:
            raise ValueError(f"{patterns} patterns are in it; a book takes {PATTERNS}")
        return self


def _check_apart(hours: tuple[str, ...]) -> None:
    for one, other in itertools.combinations(sorted(hours, key=parse_interval), 2):
        if parse_interval(one)[1] > parse_interval(other)[0]:
            raise ValueError(f"{one} and {other} overlap")


def _check_once(where: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{where}: {twice[0]!r} is there twice")
