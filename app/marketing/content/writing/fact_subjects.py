"""What questions about a product ask for, and which facts answer. Data, from fact_subjects.toml."""

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

import regex

from app.kit.text import fold_to_letters, fold_width
from app.marketing.content.brief import BriefFact

_NOTHING = "(?!)"  # matches no text


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSubject:
    """What is asked for. names: words in the names of facts that answer. stated: a pattern of other
    facts that do. kinds: "price", "visit", "service".
    """

    names: tuple[str, ...]
    question_words: tuple[str, ...]
    pattern: regex.Pattern[str]
    stated: regex.Pattern[str]
    kinds: frozenset[str]

    def is_asked(self, question: str) -> bool:
        """Whether a question is of this subject."""
        letters = fold_to_letters(question)
        is_worded = any(word in letters for word in self.question_words)
        return is_worded or bool(self.pattern.search(fold_width(question).lower()))

    def names_fact(self, fact: BriefFact) -> bool:
        """Whether a fact is called one of the names."""
        name = fold_to_letters(fact.name)
        return any(word in name for word in self.names)

    def is_stated_by(self, fact: BriefFact) -> bool:
        """Whether the value of a fact with another name tells of the subject."""
        return bool(self.stated.search(fold_width(f"{fact.name} {fact.value}").lower()))


@functools.cache
def load_subjects() -> tuple[FactSubject, ...]:
    """All subjects, in the order of the file."""
    subjects: list[dict[str, str]] = _read_data()["subjects"]
    return tuple(
        FactSubject(
            names=tuple(subject["names"].split()),
            question_words=tuple(subject["asked"].split()),
            pattern=regex.compile(subject.get("pattern", _NOTHING)),
            stated=regex.compile(subject.get("stated", _NOTHING)),
            kinds=frozenset(subject.get("kind", "").split()),
        )
        for subject in subjects
    )


@functools.cache
def load_conditions() -> tuple[tuple[regex.Pattern[str], regex.Pattern[str]], ...]:
    """Pairs of patterns: of a question, and of "name value" of each fact that may answer it."""
    conditions = _read_data()["conditions"]
    return tuple(
        (regex.compile(each["asked"]), regex.compile(each["stated"])) for each in conditions
    )


@functools.cache
def load_limits() -> tuple[tuple[regex.Pattern[str], regex.Pattern[str]], ...]:
    """Pairs of patterns: of the name of a fact for some askers, and of what only these ask."""
    limits = _read_data()["limits"]
    return tuple((regex.compile(each["named"]), regex.compile(each["asked"])) for each in limits)


def _read_data() -> dict[str, list[dict[str, str]]]:
    path = files("app.marketing.content.writing").joinpath("fact_subjects.toml")
    return tomllib.loads(path.read_text("utf-8"))


def is_of_kind(fact: BriefFact, *kinds: str) -> bool:
    """Whether a fact is named as one of a subject of such a kind."""
    return any(each.kinds & {*kinds} and each.names_fact(fact) for each in load_subjects())
