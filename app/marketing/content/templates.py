"""Texts filled from a brief without any language model: usable, plain, and marked as such."""

import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import product

from app.kit.text import fold_to_letters
from app.marketing.content.brief import LENGTHS, Brief, Channel
from app.marketing.content.notices import add_notices, list_notices
from app.marketing.content.wording.audiences import choose_address
from app.marketing.content.wording.facts import name_fact
from app.marketing.content.wording.offers import (
    join_conditions,
    leave_offers_out,
    list_offers,
)
from app.marketing.content.wording.ordering import (
    choose_facts,
    has_lead,
    has_place,
    is_activity_brief,
    order_facts,
)
from app.marketing.content.wording.products import list_short_forms
from app.marketing.content.wording.room import TextRoom
from app.marketing.content.wording.slots import (
    count_facts,
    fill_line,
    names_product,
    says_more,
)
from app.marketing.content.wording.solemnity import is_solemn
from app.marketing.content.wording.style import TemplateStyle, read_style
from app.marketing.content.wording.topics import list_topic_lines, names_goods

MODEL_PREFIX = "template-"
MODEL = f"{MODEL_PREFIX}9"  # kept with the text in place of a model's version

AD = "ad"  # the kind of titles that stand beside a description which names the product
LEAST_TITLES = 3  # with the product; fewer that fit have bare facts beside them
MOST_TRIED = 8  # facts that are tried for a line with little room
_NARROW: frozenset[Channel] = frozenset({"title", "poster", "digest", "ad"})  # made to fit


def fill_templates(
    brief: Brief,
    kinds: Sequence[str] = (),
    rounds: int = 1,
    notes: Sequence[str] = (),
    measure: Callable[[str], float] = len,
) -> tuple[str, ...]:
    """Texts for the brief's channel, different in form, from the forms filled `rounds` times.

    Each takes the facts that follow those of the text before it; a reply those that answer.
    kinds: of replies to comments, by mood, or `AD`; the first for which the language has lines is
    taken. measure: how long a text is to whoever bounds its length.
    notes: the account's on style, for all but replies. Notices that the law asks for stand at the
    end; texts without room for them are left out where others have it, and names of menu buttons
    that are too long.
    """
    if brief.channel == "comment_reply":
        return _fill_replies(brief, kinds)
    style, room = read_style(brief, notes), TextRoom.of(brief, measure)
    whole_brief, offer_kinds = brief, _list_offer_kinds(brief)
    brief = order_facts(_join_offers(brief, room))
    if not list_offers(brief):
        offer_kinds = () if brief.channel == "ad" else offer_kinds[:-1]
    lines = _list_lines(brief, (*kinds, *offer_kinds))
    allowed_lines = [line for line in lines if style.allows(line)] or lines
    form = _TextForm(style=style, room=room, bare_first=AD in kinds)
    texts = _fill_titled(allowed_lines * rounds, brief, form)
    texts = _choose_fitting(texts or _fill_titled(lines, brief, form), brief, room)
    completed = tuple(dict.fromkeys(_complete(text, whole_brief, form) for text in texts))
    return tuple(text for text in completed if not list_notices(text, whole_brief)) or completed


@dataclass(frozen=True, slots=True, kw_only=True)
class _TextForm:
    """How lines are filled. bare_first: facts without the product go before it without facts."""

    style: TemplateStyle
    room: TextRoom
    bare_first: bool


def _choose_fitting(texts: list[str], brief: Brief, room: TextRoom) -> list[str]:
    """Of a narrow channel's texts those that have room there; all where none has."""
    is_narrow = brief.channel in _NARROW
    return [text for text in texts if not is_narrow or room.holds(text)] or texts


def _fill_titled(lines: Sequence[str], brief: Brief, form: _TextForm) -> list[str]:
    """The lines, filled. In narrow channels the product alone, and titles without it, only where
    too few others fit.
    """
    groups = tuple[list[str], ...](([], [], []))
    for line in lines:
        is_bare = brief.channel == "title" and not names_product(line)
        is_empty = brief.channel in _NARROW and not says_more(line)
        is_last = is_empty if form.bare_first else is_bare
        groups[2 if is_last else int(is_bare or is_empty)].append(line)
    texts = list[str]()
    for group in groups:
        if len({text for text in texts if form.room.holds(text)}) < LEAST_TITLES:
            texts += _fill_lines(group, brief, form)
    return texts


def _fill_lines(lines: Sequence[str], brief: Brief, form: _TextForm) -> list[str]:
    """The lines that can be filled and fit the channel, each with the facts after those before and
    with other words than those.
    """
    texts, start = dict[str, str](), 0
    names = list_short_forms(brief.product, brief.language)
    for line in lines:
        trials = _list_trials(line, brief, form.style, start)
        text, end = _choose_trial(trials, form.room, texts, names)
        if _fits(text, brief):
            texts[_sort_letters(text, names)] = text
            start = end
    return list(texts.values())


def _choose_trial(
    trials: Iterator[tuple[str, int]],
    room: TextRoom,
    texts: Mapping[str, str],
    names: Sequence[str],
) -> tuple[str, int]:
    """The first trial that has room, else the first; none of those in `texts`."""
    first = ("", 0)
    for text, end in trials:
        if text and _sort_letters(text, names) not in texts:
            if room.holds(text):
                return text, end
            first = first if first[0] else (text, end)
    return first


def _sort_letters(text: str, names: Sequence[str]) -> str:
    """The same for texts with the same words in another order, 价格 9 元｜茶 and 茶，价格 9 元, and
    with another of the product's names.
    """
    name = next((name for name in names if name.lower() in text.lower()), "")
    rest = re.sub(re.escape(name), names[0], text, flags=re.IGNORECASE) if name else text
    return "".join(sorted(fold_to_letters(rest)))


def _list_trials(
    line: str, brief: Brief, style: TemplateStyle, start: int
) -> Iterator[tuple[str, int]]:
    """The line with the facts from `start` on, and the place of the fact after those.

    For narrow channels also with one fact fewer, with shorter names of the product, and with other
    facts.
    """
    is_narrow, address = brief.channel in _NARROW, choose_address(brief)
    counts = {count_facts(line, style.extent): style}
    if is_narrow:
        shorter = replace(style, extent=style.extent - 1)
        counts.setdefault(count_facts(line, shorter.extent), shorter)
    steps = min(len(brief.facts), MOST_TRIED) if is_narrow and max(counts) else 1
    names = list_short_forms(brief.product, brief.language) if is_narrow else (brief.product,)
    for step, name, needed in product(range(steps), names, counts):
        named_brief = brief.model_copy(update={"product": name})
        for leads in dict.fromkeys((has_lead(brief, needed), False)):
            window = choose_facts(brief, start + step, needed, leads=leads)
            text = fill_line(line, named_brief, window, counts[needed], address)
            usual_window = choose_facts(brief, start + step, needed, leads=False)[:needed]
            advance = sum(fact in usual_window for fact in window[:needed]) if leads else needed
            yield text, start + step + advance


def _fill_replies(brief: Brief, kinds: Sequence[str]) -> tuple[str, ...]:
    """Replies to a comment with the brief's facts as they stand."""
    style = TemplateStyle()
    texts = [fill_line(line, brief, brief.facts, style, "") for line in _choose_lines(brief, kinds)]
    return tuple(dict.fromkeys(filter(None, texts)))


def _fits(text: str, brief: Brief) -> bool:
    return bool(text) and (brief.channel != "menu" or len(text) <= LENGTHS["menu"][1])


def _complete(text: str, brief: Brief, form: _TextForm) -> str:
    return add_notices(form.room.add_must(form.style.finish(text, brief.channel)), brief)


def _join_offers(brief: Brief, room: TextRoom) -> Brief:
    """The brief with its offers' conditions in these; without offers where none has room so."""
    joined = join_conditions(brief)
    offers = list_offers(joined)
    if not offers or brief.channel not in _NARROW:
        return joined
    name = list_short_forms(brief.product, brief.language)[-1]
    has_room = any(room.holds(f"{name} {name_fact(offer, brief.language)}") for offer in offers)
    others = leave_offers_out(brief)
    return joined if has_room or not others.facts else others


def _list_offer_kinds(brief: Brief) -> tuple[str, ...]:
    """The kinds of lines for a brief with an offer, those of an activity first."""
    if not list_offers(brief):
        return ()
    return ("activity", "offer") if is_activity_brief(brief) else ("offer",)


def _list_lines(brief: Brief, kinds: Sequence[str]) -> list[str]:
    """The lines of the brief's channel: quiet ones for what is solemn, and topics by the goods."""
    if is_solemn(brief):
        return _choose_lines(brief, ("solemn", *kinds))
    if brief.channel != "topic":
        return _choose_lines(brief, kinds)
    is_outing = "activity" in kinds and has_place(brief) and not names_goods(brief)
    activity_lines = _choose_lines(brief, kinds) if is_outing else []
    return [*activity_lines, *list_topic_lines(brief)]


def _choose_lines(brief: Brief, kinds: Sequence[str]) -> list[str]:
    of_language = _load_lines()[brief.language]
    keys = (*(f"{brief.channel}_{kind}" for kind in kinds), brief.channel, "ad")
    return next(of_language[key] for key in keys if key in of_language)


@functools.cache
def _load_lines() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("app.marketing.content").joinpath("templates.toml").read_text("utf-8")
    return tomllib.loads(text)
