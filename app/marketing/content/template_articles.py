"""An article filled from a brief without any language model: lead, sections, closing. No I/O.

Facts of one kind, such as what a product is made of, make a section under the names of its facts.
"""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from app.marketing.content.article_parts import ArticleParts
from app.marketing.content.brief import LENGTHS, Brief, BriefFact, Channel
from app.marketing.content.notices import add_notices
from app.marketing.content.templates import fill_templates

MOST_TITLES = 3
MOST_NAMES = 3  # of facts that one line names
MOST_IN_PARAGRAPH = 3  # facts of a section that are sentences; more are a list
PHRASE = 30  # characters of a value that a sentence holds; a longer one stands after its name
_SENTENCE_END = re.compile(r"[。．.！!？?；;]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateArticle:
    """An article in Markdown, without its title."""

    text: str
    parts: ArticleParts


def fill_articles(brief: Brief) -> tuple[TemplateArticle, ...]:
    """An article of each form, with the same facts."""
    language = _load()[brief.language]
    return tuple(_fill_article(brief, language, form) for form in language["forms"])


def _fill_article(
    brief: Brief, language: Mapping[str, Any], form: Mapping[str, str]
) -> TemplateArticle:
    groups = group_facts(brief.facts, language["kinds"])
    headings = [_join_names(group, brief, language) for group in groups]
    facts = [fact for group in groups for fact in group]
    lead = _fill(form["lead"], brief, _join_names(facts, brief, language))
    sections = [
        f"## {_capitalise(heading)}\n\n{_write_section(brief, group, language, form, at)}"
        for at, (heading, group) in enumerate(zip(headings, groups, strict=True))
    ]
    closing = f"## {form['closing_heading']}\n\n{_fill(form['closing'], brief, '')}"
    text = "\n\n".join([lead, *sections, closing])
    missing = [word for word in brief.must if word not in text]
    parts = ArticleParts(
        titles=_list_lines(brief, "title")[:MOST_TITLES],
        digest=_list_lines(brief, "digest")[0],
        headings=(*map(_capitalise, headings), form["closing_heading"]),
    )
    return TemplateArticle(text=add_notices(" ".join([text, *missing]), brief), parts=parts)


def group_facts(facts: Sequence[BriefFact], kinds: Sequence[str]) -> list[tuple[BriefFact, ...]]:
    """Facts by kind, in the order of the kinds; those of none at the end, if any."""
    words = [kind.split() for kind in kinds]
    groups: list[list[BriefFact]] = [[] for _ in range(len(kinds) + 1)]
    for fact in facts:
        name = fact.name.lower()
        kind = next(
            (at for at, some in enumerate(words) if any(word in name for word in some)), len(kinds)
        )
        groups[kind].append(fact)
    return _join_small([group for group in groups if group])


def _join_small(groups: Sequence[Sequence[BriefFact]]) -> list[tuple[BriefFact, ...]]:
    """The groups, one of a single fact joined to a small one before it."""
    joined: list[tuple[BriefFact, ...]] = []
    for group in groups:
        if joined and 1 in {len(joined[-1]), len(group)} and len(joined[-1]) < MOST_IN_PARAGRAPH:
            joined[-1] = (*joined[-1], *group)
        else:
            joined.append(tuple(group))
    return joined


def _write_section(
    brief: Brief,
    facts: Sequence[BriefFact],
    language: Mapping[str, Any],
    form: Mapping[str, str],
    at: int,
) -> str:
    """Sentences of a few facts, a list of many."""
    opening = _fill(form["further" if at else "first"], brief, _join_names(facts, brief, language))
    if len(facts) > MOST_IN_PARAGRAPH:
        items = (_fill_fact(language["item"], brief, fact) for fact in facts)
        return "\n\n".join(filter(None, [opening, "\n".join(items)]))
    sentences = [
        _say_fact(brief, fact, language, is_first=number == 0 and not opening)
        for number, fact in enumerate(facts)
    ]
    glue = "" if brief.language in {"zh", "ja"} else " "
    return glue.join(filter(None, [opening, *sentences]))


def _say_fact(brief: Brief, fact: BriefFact, language: Mapping[str, Any], *, is_first: bool) -> str:
    """A sentence that states a fact."""
    value = fact.value.rstrip("。．.；;")
    if fact.name in value and brief.language in {"zh", "ja"}:
        return f"{value}。"
    is_phrase = len(value) <= PHRASE and not _SENTENCE_END.search(value)
    if not is_phrase or fact.name.lower() not in language["copula"].split():
        return _fill_fact(str(language["named"]), brief, fact)
    line = language["said_first" if is_first else "said"]
    return _fill_fact(str(line), brief, fact)


def _fill_fact(line: str, brief: Brief, fact: BriefFact) -> str:
    is_inside = not line.startswith(("<name>", "-"))
    name = _name_inside(fact, brief) if is_inside else fact.name
    named = line.replace("<product>", brief.product).replace("<name>", name)
    return _space_latin(named.replace("<value>", fact.value.rstrip("。．.；;")), brief)


def _name_inside(fact: BriefFact, brief: Brief) -> str:
    """A fact's name inside a sentence: in English without its capital, if it isn't all of them."""
    if brief.language != "en" or fact.name[1:2].isupper():
        return fact.name
    return fact.name[:1].lower() + fact.name[1:]


def _space_latin(sentence: str, brief: Brief) -> str:
    """A Chinese sentence with a space between 是 and figures: 价格是 168 元."""
    return re.sub(r"是(?=[\dA-Za-z])", "是 ", sentence) if brief.language == "zh" else sentence


def _fill(line: str, brief: Brief, names: str) -> str:
    return line.replace("<product>", brief.product).replace("<names>", names)


def _join_names(facts: Sequence[BriefFact], brief: Brief, language: Mapping[str, Any]) -> str:
    """Up to MOST_NAMES names, with what says that there are more."""
    names = [_name_inside(fact, brief) for fact in facts[:MOST_NAMES]]
    comma, last = map(str, language["joined"])
    if len(facts) > MOST_NAMES:
        return comma.join(names) + str(language["more"])
    return last.join(filter(None, [comma.join(names[:-1]), names[-1]]))


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list_lines(brief: Brief, channel: Channel) -> tuple[str, ...]:
    """The lines of a channel that fit it, long ones last; the product where none does."""
    usual, longest = LENGTHS[channel]
    own_brief = brief.model_copy(update={"channel": channel, "must": ()})
    lines = [line for line in fill_templates(own_brief) if len(line) <= longest]
    return tuple(sorted(lines, key=lambda line: len(line) > usual)) or (brief.product[:longest],)


@functools.cache
def _load() -> Mapping[str, Any]:
    text = files("app.marketing.content").joinpath("template_articles.toml").read_text("utf-8")
    return tomllib.loads(text)
