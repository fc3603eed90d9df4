"""How a rule is written down: shipped ones in rules/*.toml, an account's own as JSON."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.safety.advertising.values import Industry

NAME = "advertising_rules"  # of the account document
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{2,60}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TradeRule(_Strict):
    """What differs for a trade: the law that forbids it there, the only wording for a place, and
    what a trade may say that others may not (a clinic names its treatments).
    """

    law: Sentence
    title: Sentence | None = None  # instead of the rule's
    neutral: Sentence
    neutral_beside: list[tuple[Pattern, Sentence]] = []  # instead, near words that match
    lawful: list[Pattern] = []  # uses that pass in this trade alone


class AdvertisingRule(_Strict):
    """A rule: what it forbids, what passes nevertheless, and an example of each.

    Patterns are RE2's, over folded text; `<name>` stands for a list of rules/lists.toml.
    """

    id: RuleId
    title: Sentence
    law: Sentence
    patterns: list[Pattern] = Field(min_length=1, max_length=100)
    industries: list[Industry] = []  # [] is all
    except_industries: list[Industry] = []
    lawful: list[Pattern] = Field(default=[], max_length=100)  # a place inside one passes
    lawful_groups: list[str] = []  # groups of such patterns in rules/lists.toml
    lawful_beside: list[tuple[Pattern, Pattern]] = []  # such a place passes near such a statement
    unless: Pattern | None = None  # a statement nearby that makes it lawful: a date, a source
    context: Pattern | None = None  # what a text of `context_industries` must speak of
    context_industries: list[Industry] = ["general"]
    reword: list[tuple[Pattern, str]] = []  # wordings for a place, tried in order
    neutral: Sentence  # the wording if none of them fits
    trades: Mapping[Industry, TradeRule] = {}  # by industry, where it has a law of its own
    example: Sentence  # a text that breaks the rule
    counter_example: Sentence  # a similar one that doesn't

    def applies_to(self, industry: Industry) -> bool:
        """Whether the rule is checked for texts of an industry."""
        if industry in self.except_industries:
            return False
        return not self.industries or industry in self.industries

    def get_title(self, industry: Industry) -> str:
        """What a text of an industry does that breaks the rule."""
        trade = self.trades.get(industry)
        return (trade and trade.title) or self.title

    def get_law(self, industry: Industry) -> str:
        """The law that a text of an industry breaks."""
        trade = self.trades.get(industry)
        return trade.law if trade else self.law


class LawfulUse(_Strict):
    """A use that an account allows although a rule forbids it, with the reason and who says so."""

    rule: RuleId
    pattern: Pattern
    reason: Sentence
    author: Sentence


class DisabledRule(_Strict):
    """A shipped rule that an account doesn't check, with the reason and who says so."""

    rule: RuleId
    reason: Sentence
    author: Sentence


class AccountRules(_Strict):
    """What an account changes: rules of its own make the check stricter, the rest laxer."""

    rules: list[AdvertisingRule] = Field(default=[], max_length=200)
    lawful: list[LawfulUse] = Field(default=[], max_length=500)
    disabled: list[DisabledRule] = Field(default=[], max_length=100)


class WordingLists(_Strict):
    """rules/lists.toml: alternatives that patterns name, and groups of lawful uses."""

    lists: Mapping[str, str]
    groups: Mapping[str, list[str]]


@functools.cache
def load_lists() -> WordingLists:
    """The lists and groups that rules refer to."""
    return WordingLists.model_validate(_read_toml("lists.toml"))


@functools.cache
def load_shipped_rules() -> tuple[AdvertisingRule, ...]:
    """The rules of rules/*.toml, ordered by file name."""
    folder = files("app.safety.advertising").joinpath("rules")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(
        AdvertisingRule.model_validate(rule)
        for name in names
        if name not in {"lists.toml", "notices.toml"}
        for rule in _read_toml(name)["rules"]
    )


def _read_toml(name: str) -> dict[str, list[object]]:
    folder = files("app.safety.advertising").joinpath("rules")
    return tomllib.loads(folder.joinpath(name).read_text("utf-8"))
