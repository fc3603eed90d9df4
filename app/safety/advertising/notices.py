"""Notices that the law asks for in a trade's advertisements, such as a warning of risk.

They are data: rules/notices.toml, patterns over folded text as those of the rules.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from app.kit.patterns import LinearPattern
from app.safety.advertising.rule_schema import Pattern, RuleId, Sentence
from app.safety.advertising.rulebook import compile_pattern
from app.safety.advertising.values import Industry
from app.safety.words.normalise import fold_for_patterns


class RequiredNotice(BaseModel):
    """A notice. wording: by language, empty where only the advertiser knows it.

    informs: what a text says that tells of the goods without an offer; offers: what makes it one.
    advertises: what makes a text on the goods an advertisement; None: any such text is one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: RuleId
    title: Sentence
    law: Sentence
    industries: list[Industry]
    applies: Pattern
    informs: Pattern | None = None
    offers: Pattern | None = None
    advertises: Pattern | None = None
    states: Pattern
    wording: Mapping[str, Sentence] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _CompiledNotice:
    notice: RequiredNotice
    applies: LinearPattern
    states: LinearPattern
    informs: LinearPattern | None
    offers: LinearPattern | None
    advertises: LinearPattern | None

    def is_needed(self, letters: str, topic: str) -> bool:
        """Whether a folded text on a topic must state the notice: it advertises such goods."""
        if self.applies.search(topic):
            return True
        if not self.applies.search(letters):
            return False
        if self.advertises:
            return self.advertises.search(letters) is not None
        if not (self.informs and self.informs.search(letters)):
            return True
        return self.offers is not None and self.offers.search(letters) is not None


def list_missing_notices(
    text: str, industry: Industry, subject: str = ""
) -> tuple[RequiredNotice, ...]:
    """The notices that a whole text needs and doesn't state; `subject` names what it is about."""
    letters, topic = fold_for_patterns(text), fold_for_patterns(subject)
    return tuple(
        each.notice
        for each in _compile_notices()
        if industry in each.notice.industries
        and each.is_needed(letters, topic)
        and not each.states.search(letters)
    )


def blank_notices(text: str) -> str:
    """The text with full stops in the places of shipped notices: they are the law's words."""
    for notice in load_notices():
        for wording in notice.wording.values():
            text = text.replace(wording, "。" * len(wording))
    return text


@functools.cache
def load_notices() -> tuple[RequiredNotice, ...]:
    """The notices of rules/notices.toml."""
    path = files("app.safety.advertising").joinpath("rules/notices.toml")
    rows = tomllib.loads(path.read_text("utf-8"))["notices"]
    return tuple(RequiredNotice.model_validate(row) for row in rows)


@functools.cache
def _compile_notices() -> tuple[_CompiledNotice, ...]:
    return tuple(
        _CompiledNotice(
            notice=each,
            applies=compile_pattern(each.applies),
            states=compile_pattern(each.states),
            informs=compile_pattern(each.informs) if each.informs else None,
            offers=compile_pattern(each.offers) if each.offers else None,
            advertises=compile_pattern(each.advertises) if each.advertises else None,
        )
        for each in load_notices()
    )
