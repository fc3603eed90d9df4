"""Whether a brief states a figure of what a clause says it of.

A brief that says 入住 14:00 does not state 退房 14:00, nor one whose address has 66 号 66 名医师.
No I/O.
"""

import itertools
from collections.abc import Iterator, Sequence

import regex
import rjieba

from app.dialogue.generation.fact_checks.facts import find_missing_facts
from app.kit.text import fold_to_letters
from app.marketing.content.claims.figure_words import (
    find_occasions,
    find_unit_of_name,
    is_counter,
    match_counters,
)
from app.marketing.content.claims.figures import BoundFigure, StatedFigure, bind_figures
from app.marketing.content.claims.mood_words import load_mood_words

_HAN = regex.compile(r"\p{Han}")
_CONTENT = ("n", "v", "a", "i", "l", "j", "z", "b", "x", "eng", "t", "s", "f", "m", "q")
_INCLUSION = regex.compile(r"[含带送配包享赠]\p{Han}*$")  # 含早餐 688 元 is no price of breakfast
# Between the name of an attribute and its figure.
_LINK = r"(?:大?约|仅仅?|只|才|共|有|要|需|为|是|至|到|从|在|达|长|高|重|售|的|\s|[:：])*$"

# 价格 50 克, 售价 18 个月: what a price is never measured in.
_PRICE_BEFORE = regex.compile(
    rf"(?:价[格钱]|[售定单]价|\bprice|価格|料金|가격)(?:は|은|는|가)?{_LINK}", regex.IGNORECASE
)
_UNITS_OF_NO_PRICE = frozenset({"克", "毫升", "米", "平方米", "分钟", "天", "月", "年"})


def list_misbound(
    clause: str, heading: str, stated_figures: Sequence[StatedFigure], names: Sequence[str]
) -> Iterator[str]:
    """Figures of a clause that the brief states, but of something else, as they read there.

    heading: what stands before a colon. names: of the brief's facts, folded.
    """
    figures = list(bind_figures(clause, heading))
    has_price = any(figure.fact.unit == "元" for figure in figures)
    for figure in figures:
        if not has_price and _is_no_price(figure):
            yield figure.quote
            continue
        equal = [
            stated
            for stated in stated_figures
            if not find_missing_facts([figure.fact], [stated.figure.fact])
        ]
        fitting = [stated for stated in equal if _fits_unit(figure, stated)]
        if equal and not fitting:
            yield f"{figure.quote}{figure.counter if _is_han_counter(figure) else ''}"
        conflicts = [_find_conflict(figure, stated, stated_figures, names) for stated in fitting]
        if fitting and all(conflicts):
            yield f"{conflicts[0]} {figure.quote}"


def _is_no_price(figure: BoundFigure) -> bool:
    """Whether a weight, length or time is given for a price, and nothing after it tells of what."""
    is_named_price = bool(_PRICE_BEFORE.search(figure.before))
    is_last = not fold_to_letters(figure.after)
    return is_named_price and is_last and figure.fact.unit in _UNITS_OF_NO_PRICE


def _fits_unit(figure: BoundFigure, stated: StatedFigure) -> bool:
    """Whether a number may be said in the figure's unit or with its counter."""
    other = stated.figure
    if figure.fact.kind != "amount" or other.fact.kind != "amount":
        return True
    if figure.fact.unit:
        unit = find_unit_of_name(stated.name)
        return bool(other.fact.unit) or (not other.counter and unit in {"", figure.fact.unit})
    if _is_han_counter(figure):
        if other.fact.unit or not is_counter(figure.counter):
            return not is_counter(figure.counter)
        return not other.counter or match_counters(figure.counter, other.counter)
    words = [word for word in figure.counter.lower().split() if word not in load_mood_words()]
    is_counted = any(word.rstrip("s") in stated.label for word in words)
    return not words or is_counted or not (other.counter or other.fact.unit)


def _is_han_counter(figure: BoundFigure) -> bool:
    return bool(_HAN.match(figure.counter))


def _find_conflict(
    figure: BoundFigure,
    stated: StatedFigure,
    stated_figures: Sequence[StatedFigure],
    names: Sequence[str],
) -> str:
    """A word beside the figure which says that it is not the stated one; "" for none."""
    if occasion := _find_other_occasion(figure, stated):
        return occasion
    alike = [each for each in stated_figures if _measures_alike(figure, each)]
    for word in _list_label_words(figure.beside):
        if word in stated.label:
            continue
        if any(word in each.label for each in alike) or _is_named(figure, word, names):
            return word
    return ""


def _find_other_occasion(figure: BoundFigure, stated: StatedFigure) -> str:
    """What stands beside the figure where the fact has another of the same group (平日, 周末)."""
    of_claim = find_occasions(figure.beside)
    of_fact = find_occasions(f"{stated.name} {stated.label}")
    for group in {group for group, _ in of_claim} & {group for group, _ in of_fact}:
        if not {each for each in of_claim if each[0] == group} & of_fact:
            return figure.beside.strip()
    return ""


def _measures_alike(figure: BoundFigure, other: StatedFigure) -> bool:
    """Whether another figure of the brief has another value of the same kind and unit."""
    fact, stated = figure.fact, other.figure.fact
    if fact.kind != stated.kind or not find_missing_facts([fact], [stated]):
        return False
    if fact.kind == "time":
        return True
    counters = (figure.counter, other.figure.counter)
    return fact.unit == stated.unit and (bool(fact.unit) or match_counters(*counters))


def _is_named(figure: BoundFigure, word: str, names: Sequence[str]) -> bool:
    """Whether the word right before the figure is the name of another fact: 结团 7 厘米."""
    match = regex.search(rf"{regex.escape(word)}{_LINK}", figure.before)
    if match is None or _INCLUSION.search(figure.before[: match.start()]):
        return False
    return any(name.startswith(word) for name in names)


def _list_label_words(text: str) -> Iterator[str]:
    """Words that may say what a figure measures: all but grammar and mood."""
    for word, tag in _join_letters(rjieba.tag(text)):
        letters = fold_to_letters(word)
        is_word = len(letters) > 1 or (bool(_HAN.match(letters)) and tag[:1] in "nva")
        is_mood = letters in load_mood_words() and not find_occasions(letters)
        if is_word and not is_mood and tag.startswith(_CONTENT):
            yield letters


def _join_letters(tagged: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The words, and each two that have one letter as one word, too: 月 and 卡 as 月卡."""
    yield from tagged
    for (first, _), (second, tag) in itertools.pairwise(tagged):
        if len(first) == len(second) == 1 and _HAN.match(first) and _HAN.match(second):
            yield first + second, tag
