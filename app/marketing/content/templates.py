"""Texts filled from a brief without any language model: usable, plain, and marked as such."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from app.marketing.content.brief import LENGTHS, Brief, BriefFact, Channel
from app.marketing.content.notices import add_notices
from app.marketing.content.wording import facts as wording
from app.marketing.content.wording.audiences import choose_address, measure_interest
from app.marketing.content.wording.slots import count_facts, fill_line
from app.marketing.content.wording.style import TemplateStyle, read_style

MODEL_PREFIX = "template-"
MODEL = f"{MODEL_PREFIX}5"  # kept with the text in place of a model's version

# Names of facts that readers of what sells ask for first: the price and the use.
_LEADING = (
    "价", "费用", "金额", "用途", "用法", "适用", "功能", "price", "use", "価格", "料金", "使い方",
    "가격", "용도", "사용",
)  # fmt: skip
MOST_IN_TITLE = 14  # characters of a fact, beside the product
_SHORT: frozenset[Channel] = frozenset({"title", "poster"})
_SELLING: frozenset[Channel] = frozenset({"ad", "broadcast"})
_WITHOUT_MUST: frozenset[Channel] = frozenset({"title", "menu", "comment_reply"})
_ON_OWN_LINE: frozenset[Channel] = frozenset({"moments", "broadcast", "welcome", "topic"})


def fill_templates(
    brief: Brief, kinds: Sequence[str] = (), rounds: int = 1, notes: Sequence[str] = ()
) -> tuple[str, ...]:
    """Texts for the brief's channel, different in form, from the forms filled `rounds` times.

    Each takes the facts that follow those of the text before it; a reply those that answer.
    kinds: of replies to comments, by mood; the first for which the language has lines is taken.
    notes: the account's on style, for all but replies. Notices that the law asks for stand at the
    end. Names of menu buttons that are too long are left out.
    """
    if brief.channel == "comment_reply":
        return _fill_replies(brief, kinds)
    brief, style = _order_facts(brief), read_style(brief, notes)
    lines = _choose_lines(brief, ())
    allowed_lines = [line for line in lines if style.allows(line)]
    texts = _fill_lines(allowed_lines * rounds, brief, style) or _fill_lines(lines, brief, style)
    return tuple(dict.fromkeys(_complete(text, brief, style) for text in texts))


def _fill_lines(lines: Sequence[str], brief: Brief, style: TemplateStyle) -> list[str]:
    """The lines that can be filled and fit the channel, each with the facts after those before."""
    texts, start, address = list[str](), 0, choose_address(brief)
    for line in lines:
        needed = count_facts(line, style.extent)
        window = _choose_facts(brief, start, needed)
        text = fill_line(line, brief, window, style, address)
        if _fits(text, brief):
            texts.append(text)
            start += needed
    return texts


def _fill_replies(brief: Brief, kinds: Sequence[str]) -> tuple[str, ...]:
    """Replies to a comment with the brief's facts as they stand."""
    style = TemplateStyle()
    texts = [fill_line(line, brief, brief.facts, style, "") for line in _choose_lines(brief, kinds)]
    return tuple(dict.fromkeys(filter(None, texts)))


def _fits(text: str, brief: Brief) -> bool:
    return bool(text) and (brief.channel != "menu" or len(text) <= LENGTHS["menu"][1])


def _complete(text: str, brief: Brief, style: TemplateStyle) -> str:
    return add_notices(_add_must(style.finish(text, brief.channel), brief), brief)


def _choose_lines(brief: Brief, kinds: Sequence[str]) -> list[str]:
    of_language = _load_lines()[brief.language]
    keys = (*(f"{brief.channel}_{kind}" for kind in kinds), brief.channel, "ad")
    return next(of_language[key] for key in keys if key in of_language)


def _add_must(text: str, brief: Brief) -> str:
    """The text with the words that it must have and lacks, where the channel has room."""
    missing = [word for word in brief.must if word not in text]
    if not missing or brief.channel in _WITHOUT_MUST:
        return text
    return ("\n" if brief.channel in _ON_OWN_LINE else " ").join([text, *missing])


def _choose_facts(brief: Brief, start: int, needed: int) -> tuple[BriefFact, ...]:
    """The facts of one text: those from `start` on, warnings last, and in short texts none."""
    facts = brief.facts
    plain = tuple(fact for fact in facts if not wording.is_caution(fact, brief.language)) or facts
    chosen = _rotate(facts, start)[:needed]
    if needed < wording.MOST_NAMES or wording.is_caution(chosen[0], brief.language):
        return _rotate(plain, start)
    return tuple(sorted(chosen, key=lambda fact: wording.is_caution(fact, brief.language)))


def _rotate(facts: tuple[BriefFact, ...], start: int) -> tuple[BriefFact, ...]:
    at = start % len(facts) if facts else 0
    return facts[at:] + facts[:at]


def _order_facts(brief: Brief) -> Brief:
    """The brief with facts first that its audience asks for, and, in what sells, price and use.

    In titles those that fit one come before all others.
    """
    leading = _LEADING if brief.channel in _SELLING else ()
    most = MOST_IN_TITLE if brief.channel in _SHORT else None

    def rank(fact: BriefFact) -> tuple[bool, int, bool]:
        is_short = most is None or len(wording.name_fact(fact, brief.language)) <= most
        fits = is_short and (most is None or not wording.is_activity(fact, brief.language))
        leads = any(word in fact.name.lower() for word in leading)
        return fits, measure_interest(fact, brief) + leads, leads

    return brief.model_copy(update={"facts": tuple(sorted(brief.facts, key=rank, reverse=True))})


@functools.cache
def _load_lines() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("app.marketing.content").joinpath("templates.toml").read_text("utf-8")
    return tomllib.loads(text)
