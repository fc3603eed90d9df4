"""Figures with what they measure: the unit, what is counted, and the words beside them. No I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import regex

from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.generation.fact_checks.facts import locate_facts
from app.dialogue.understanding.entities.numerals import LETTERS
from app.kit.text import fold_to_letters
from app.marketing.content.claims.figure_words import (
    expand_attributes,
    is_price_name,
    list_range_words,
    rewrite_wordings,
)

# A fact's value is read part by part: 平日 488 元，周末 688 元.
_PARTS = regex.compile(r"(?:[^，,；;。!！?？\n、/（）()]|(?<=\d),(?=\d)|/(?!\s))+")
_NEXT_LETTER = regex.compile(r"\s?(\p{Han})")
_NEXT_WORDS = regex.compile(r"\s?((?:[\p{Latin}][\p{Latin}'-]*\s?){1,3})")
_UNTIL = regex.compile(r"\s*(?:[-–—~～至到]|から|부터|to|until)\s*(?:次日|晚上?|下午)?\s*")
_KINDS = frozenset({"amount", "time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundFigure:
    """A figure of a text. counter: what counts a number that has no unit, a Chinese letter (名, 号)
    or up to three Latin words, "" for nothing. before, after: the text that says what it measures.
    """

    fact: Fact
    counter: str
    before: str
    after: str
    quote: str
    is_end: bool = False  # of a range: until 20:00

    @property
    def beside(self) -> str:
        """The text before and after it."""
        return f"{self.before} {self.after}"


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A figure of a brief. name: that of its fact, "" for the product. label: what it may be
    called, folded.
    """

    figure: BoundFigure
    name: str
    label: str


def list_stated_figures(name: str, value: str, product: str) -> Iterator[StatedFigure]:
    """The figures of a fact, or of the product; 12 months as one year, too.

    A plain price is that of the product, whose name may stand beside it.
    """
    starts, ends = list_range_words()
    for part in _PARTS.finditer(value):
        figures = list(bind_figures(part.group()))
        for figure in figures:
            is_start = not figure.is_end and any(each.is_end for each in figures)
            of_range = ends if figure.is_end else starts if is_start else ""
            is_plain = is_price_name(name) and not fold_to_letters(figure.beside)
            words = (expand_attributes(name), figure.beside, of_range, product * is_plain)
            label = fold_to_letters(" ".join(words))
            for fact in _list_equal_facts(figure.fact):
                yield StatedFigure(replace(figure, fact=fact), name, label)


def bind_figures(text: str, heading: str = "") -> Iterator[BoundFigure]:
    """The figures of a clause with the words that stand beside each: those before it, or where the
    clause begins with a figure those after it. heading: what stands before a colon.
    """
    located = locate_facts(rewrite_wordings(text))
    ranges = [each for each in located.ranges if each[0].kind in _KINDS and each[0].unit != "第"]
    spans = sorted({(start, end) for _, start, end in ranges})
    gaps = _list_gaps(located.text, spans)
    is_named_first = bool(fold_to_letters(heading + gaps[0]))
    for fact, start, end in ranges:
        at = spans.index((start, end))
        is_last = at == len(spans) - 1
        is_end = fact.kind == "time" and at > 0 and bool(_UNTIL.fullmatch(gaps[at]))
        yield BoundFigure(
            fact=fact,
            counter=_read_counter(located.text, end, fact),
            before=(heading if at == 0 else "")
            + (gaps[at - 1 if is_end else at] if is_named_first else ""),
            after=gaps[at + 1] if is_last or not is_named_first else "",
            quote=located.text[start:end].strip(),
            is_end=is_end,
        )


def drop_figures(text: str) -> str:
    """The letters of a text but those of its figures: what of it is words."""
    located = locate_facts(rewrite_wordings(text))
    spans = sorted({(start, end) for _, start, end in located.ranges})
    return " ".join(fold_to_letters(gap) for gap in _list_gaps(located.text, spans))


def _list_gaps(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The texts before, between and after figures: one more than there are figures."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]


def _read_counter(text: str, end: int, fact: Fact) -> str:
    if fact.unit or fact.kind != "amount":
        return ""
    last = fact.quote[-1:]
    if regex.match(r"\p{Han}", last) and last not in LETTERS:
        return last
    match = _NEXT_LETTER.match(text, end) or _NEXT_WORDS.match(text, end)
    return match[1].strip() if match else ""


def _list_equal_facts(fact: Fact) -> Iterator[Fact]:
    yield fact
    for unit, parts, other in (("月", 12, "年"), ("分钟", 24 * 60, "天")):
        if fact.kind == "amount" and fact.unit == unit:
            whole = (Decimal(fact.what) / parts).quantize(Decimal("0.0001")).normalize()
            yield Fact("amount", format(whole, "f"), other, fact.quote)
