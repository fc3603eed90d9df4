"""An article filled from a brief without any language model: lead, sections, closing. No I/O.

Facts of one kind, such as what a product is made of, make a section under their names; warnings
make the last one. An offer stands there with its conditions.
"""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from app.marketing.content.article_parts import ArticleParts
from app.marketing.content.brief import LENGTHS, Brief, BriefFact, Channel, Language
from app.marketing.content.notices import add_notices
from app.marketing.content.templates import fill_templates
from app.marketing.content.wording import facts as wording
from app.marketing.content.wording.audiences import choose_address
from app.marketing.content.wording.fact_words import (
    CAUTION,
    OTHERS,
    find_kind,
    is_offer,
    load_fact_words,
)
from app.marketing.content.wording.offers import join_conditions
from app.marketing.content.wording.ordering import order_facts
from app.marketing.content.wording.slots import fill_line
from app.marketing.content.wording.solemnity import is_solemn
from app.marketing.content.wording.style import TemplateStyle, read_style

MOST_TITLES = 3
MOST_IN_SMALL = 6  # facts of a brief whose kinds share sections with any other
MOST_IN_PARAGRAPH = 3  # facts of a section that are sentences; more are a list

FactGroup = tuple[BriefFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateArticle:
    """An article in Markdown, without its title."""

    text: str
    parts: ArticleParts


def fill_articles(brief: Brief, notes: Sequence[str] = ()) -> tuple[TemplateArticle, ...]:
    """An article of each form, with the same facts. notes: the account's on style."""
    return tuple(_fill_article(brief, form, notes) for form in _choose_forms(brief))


def _choose_forms(brief: Brief) -> list[Mapping[str, str]]:
    """The forms of the brief's language; quiet ones of mourning, else the first."""
    forms = _load()[brief.language]
    if is_solemn(brief):
        return [form for form in forms if form.get("mood") == "solemn"] or forms[:1]
    return [form for form in forms if "mood" not in form]


def _fill_article(brief: Brief, form: Mapping[str, str], notes: Sequence[str]) -> TemplateArticle:
    whole_brief, brief = brief, join_conditions(brief)
    groups, style = group_facts(brief), read_style(brief, notes)
    headings = [_write_heading(brief, groups, at, form) for at in range(len(groups))]
    sections = [
        f"## {heading}\n\n{_write_section(brief, group, form, is_first=at == 0)}"
        for at, (heading, group) in enumerate(zip(headings, groups, strict=True))
    ]
    last_heading = style.reword(form["closing_heading"])
    closing = f"## {last_heading}\n\n{_fill(form['closing'], brief, style)}"
    parts = ArticleParts(
        titles=_list_lines(whole_brief, "title", notes)[:MOST_TITLES],
        digest=_list_lines(whole_brief, "digest", notes)[0],
        headings=(*headings, last_heading),
    )
    text = "\n\n".join([_write_lead(brief, groups, form, style), *sections, closing])
    ending = [line for line in (style.ending, *brief.must) if line and line not in text]
    return TemplateArticle(text=add_notices("\n\n".join([text, *ending]), brief), parts=parts)


def group_facts(brief: Brief) -> list[FactGroup]:
    """The brief's facts by kind, in the order of the kinds, those of no kind before warnings."""
    kinds = {fact: _find_kind(fact, brief.language) for fact in brief.facts}
    order = sorted(set(kinds.values()) - {OTHERS, CAUTION})
    families = load_fact_words()[brief.language].get("families")
    is_small = len(brief.facts) <= MOST_IN_SMALL or not families
    groups: dict[int, list[FactGroup]] = {}
    for kind in (*order, OTHERS):
        family = 0 if is_small else families[kind] if kind != OTHERS else OTHERS
        group = tuple(fact for fact in brief.facts if kinds[fact] == kind)
        groups.setdefault(family, []).append(group)
    warnings = tuple(fact for fact in brief.facts if kinds[fact] == CAUTION)
    joined = [group for family in groups.values() for group in _join_small(family)]
    return [group for group in (*_join_single(joined), warnings) if group]


def _join_small(groups: Sequence[FactGroup]) -> list[FactGroup]:
    """The groups, one of a single fact joined to a small one before it."""
    joined: list[FactGroup] = []
    for group in filter(None, groups):
        if joined and 1 in {len(joined[-1]), len(group)} and len(joined[-1]) < MOST_IN_PARAGRAPH:
            joined[-1] = (*joined[-1], *group)
        else:
            joined.append(group)
    return joined


def _join_single(groups: Sequence[FactGroup]) -> list[FactGroup]:
    """The groups, each two neighbours of a single fact as one."""
    joined: list[FactGroup] = []
    for group in groups:
        if joined and len(joined[-1]) == len(group) == 1:
            joined[-1] = (*joined[-1], *group)
        else:
            joined.append(group)
    return joined


def _write_lead(
    brief: Brief, groups: Sequence[FactGroup], form: Mapping[str, str], style: TemplateStyle
) -> str:
    """The opening paragraph: what there is to read, where there is more than one section."""
    lead = form["lead"] if len(groups) > 1 else form["short_lead"]
    names = [wording.join_labels(group, brief.language) for group in groups]
    filled = _fill(lead, brief, style)
    return filled.replace("<names>", form["outline"].join(names)).replace("<first_names>", names[0])


def _write_heading(
    brief: Brief, groups: Sequence[FactGroup], at: int, form: Mapping[str, str]
) -> str:
    place = "first" if at == 0 else "last" if at == len(groups) - 1 else "middle"
    names = _name_kind(groups[at], brief) or wording.join_labels(groups[at], brief.language)
    heading = form.get(f"{place}_heading", "<names>").replace("<names>", names)
    return heading[:1].upper() + heading[1:]


def _find_kind(fact: BriefFact, language: Language) -> int:
    """The kind by the fact's name; of a Chinese offer under any name that of 优惠."""
    is_chinese_offer = language == "zh" and is_offer(fact, language)
    return find_kind("优惠" if is_chinese_offer else fact.name, language)


def _name_kind(facts: FactGroup, brief: Brief) -> str:
    """The heading of several facts of one kind, where the language has one; "" for others, and for
    solemn briefs.
    """
    kinds = {_find_kind(fact, brief.language) for fact in facts}
    headings = load_fact_words()[brief.language].get("headings", ())
    kind = next(iter(kinds))
    has_heading = len(facts) > 1 and len(kinds) == 1 and 0 <= kind < len(headings)
    return str(headings[kind]) if has_heading and not is_solemn(brief) else ""


def _write_section(
    brief: Brief, facts: FactGroup, form: Mapping[str, str], *, is_first: bool
) -> str:
    """Sentences of a few facts, a list of many; a single one without its name, which is the
    heading.
    """
    language = brief.language
    if len(facts) > MOST_IN_PARAGRAPH or (form["style"] == "list" and len(facts) > 1):
        return "\n".join(f"- {wording.list_fact(fact, language)}" for fact in facts)
    subject = brief.product if is_first else ""
    text = wording.state_facts(facts, language, subject)
    if len(facts) == 1 and not text.startswith(subject or " "):
        text = wording.tell_value(facts[0], language)
    text = text.rstrip("。.；; ")
    return f"{text[:1].upper()}{text[1:]}{'。' if language in {'zh', 'ja'} else '.'}"


def _fill(line: str, brief: Brief, style: TemplateStyle) -> str:
    return fill_line(line, brief, order_facts(brief).facts, style, choose_address(brief))


def _list_lines(brief: Brief, channel: Channel, notes: Sequence[str]) -> tuple[str, ...]:
    """The lines of a channel that fit it, long ones last, and after these the product alone."""
    usual, longest = LENGTHS[channel]
    own_brief = brief.model_copy(update={"channel": channel, "must": ()})
    lines = [line for line in fill_templates(own_brief, notes=notes) if len(line) <= longest]
    order = {line: (line == brief.product, len(line) > usual) for line in lines}
    return tuple(sorted(lines, key=order.__getitem__)) or (brief.product[:longest],)


@functools.cache
def _load() -> Mapping[str, list[Mapping[str, str]]]:
    text = files("app.marketing.content").joinpath("template_articles.toml").read_text("utf-8")
    return tomllib.loads(text)
