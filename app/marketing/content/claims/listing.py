"""Lists the claims of a text and which fact of the brief supports each.

A clause claims something unless it only invites, asks or sets a mood. A claim is supported where
the brief states all of its numbers, dates and names, of the same thing, and all of its content
words; a claim without support is unsupported, never assumed. The audience may be named and
addressed, but it is no evidence that the goods suit it: 专为孕妇设计 needs a fact that says so. Nor
is a word that the text must have evidence of an offer or a rank (买一送一, 全国第一). No I/O.
"""

import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import regex

from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.generation.fact_checks.facts import find_facts, find_missing_facts
from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, Language
from app.marketing.content.claims.binding import list_misbound
from app.marketing.content.claims.chinese_words import list_chinese_words
from app.marketing.content.claims.exclusions import find_excluded, list_excluded_words
from app.marketing.content.claims.figure_words import (
    expand_attributes,
    list_range_words,
    rewrite_wordings,
)
from app.marketing.content.claims.figures import StatedFigure, drop_figures, list_stated_figures
from app.marketing.content.claims.foreign_words import (
    list_japanese_words,
    list_korean_words,
    list_latin_words,
)
from app.marketing.content.claims.mood_words import load_mood_words
from app.marketing.content.wording.topics import is_topic_phrase
from app.safety.words.normalise import fold_for_patterns

# A clause ends at punctuation, but not inside 1,200 and 9:30; at a full stop before a capital, and
# at a dot between spaces: 茶 · 168 元.
_CLAUSE = regex.compile(
    r"(?:(?!\.\s+[A-Z]|\s·\s)[^，。！？；、,!?;:：\n…~～—|｜]|(?<=\d)[,:](?=\d))+"
)
# A choice that asks whether, and states nothing: 轻不轻, 坏了能不能修.
_ASKS_WHETHER = regex.compile(r"[·\s]*\p{Han}{0,4}?(\p{Han})不\1\p{Han}{0,3}")
_JOINED_NAMES = regex.compile(r"[、和与]|\band\b")
_HEADING = regex.compile(r"([^，。！？；、,!?;:：\n…~～—|｜]{1,20})[:：]\s*$")
# A clause that says whom the goods suit, not only whom it addresses.
_SUITS = regex.compile(
    r"适[合用宜]|合适|专[为供属用门]|[为给][^，。]{1,12}(?:设计|打造|准备|研制|研发|定制|而生|量身)|量身|针对|友好|首选|必备"
    r"|(?:可以?|能|也能|都能|放心|安心)(?:够|放心|安心|直接|天天|每天)*(?:[吃喝用穿食饮敷涂戴骑睡住学]|服用|使用)|无负担|没负担"
    r"|\b(?:suitable|suits?|ideal|perfect|safe|designed|made|developed|tailored)\b.{0,12}\b(?:for|to)\b"
    r"|最適|専用|ぴったり|に向[いけ]|向け|安心して|적합|전용|안성맞춤|위해 (?:만든|설계)",
    regex.IGNORECASE,
)
# An offer, a rank or a figure: a fact has to state it, although the brief says that it must stand.
_OFFERS = regex.compile(
    r"送(?!礼)|[赠抢]|[\d一二三四五六七八九半]折|打折|折扣|立减|减免|满.{1,6}减|优惠|特惠|免费|包邮|免邮|半价|特价|降价|底价|返现|返利|秒杀|限时|限量|抽奖|中奖|奖品|领[券取红]|红包"
    r"|最|第[一1]|唯一|顶级|顶尖|极致|独家|首[家创选个]|冠军|国家级|绝对|保证|百分百|\d|[一二两三四五六七八九十百千万]倍"
    r"|\b(?:free|discount|off|sale|gift|win|best|first|only|most|top|number one|guarantee\w*)\b"
    r"|無料|割引|最高|日本一|業界初|무료|할인|최고|최초|유일",
    regex.IGNORECASE,
)
_GROUPS = ("宝宝", "孩子", "老人")  # words of address, but in such a clause a claim: 宝宝可以吃
_HAN = regex.compile(r"\p{Han}")
_KANA_OR_HAN = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Han}]")
_HANGUL = regex.compile(r"\p{Hangul}")


@dataclass(frozen=True, slots=True)
class BriefClaim:
    """A claim: text[start:end] is `text`. `source` is that of the fact which supports it, "" where
    none does; `unsupported` are its words and figures that the brief doesn't state.
    """

    text: str
    start: int
    end: int
    source: str
    unsupported: tuple[str, ...]


def list_claims(text: str, brief: Brief) -> tuple[BriefClaim, ...]:
    """The claims of a text in order, supported ones and others."""
    plain_words = [word for word in brief.must if not _OFFERS.search(word)]
    stated = _Evidence.of(brief, [brief.product, *plain_words], _GROUPS)
    addressing = _Evidence.of(brief, [brief.product, brief.audience, *plain_words])
    return tuple(
        claim
        for match in _CLAUSE.finditer(text)
        if not (brief.channel == "topic" and is_topic_phrase(match.group()))
        if (
            claim := _check_clause(
                match, stated if _SUITS.search(match.group()) else addressing, brief.language
            )
        )
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """What may be stated, and its forms for comparison."""

    text: str
    letters: str

    @classmethod
    def of(cls, text: str) -> "_Source":
        return cls(text, fold_to_letters(text))

    def states(self, word: str) -> bool:
        """Whether a word occurs, or both halves of a word of four characters do."""
        if word in self.letters:
            return True
        if word[0] in _LIMITS and word[1:] in self.letters:  # 只重 of 只重 199 克
            return True
        half = len(word) // 2
        return (
            len(word) == _COMPOUND and word[:half] in self.letters and word[half:] in self.letters
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What the clauses of a text may say: `basics` without being claims, `everything` with support;
    the facts with their sources, their figures, folded names, and the words that they exclude.
    groups: words of address that claim something here.
    """

    basics: _Source
    everything: _Source
    sources: Sequence[tuple[_Source, str]]
    figures: Sequence[StatedFigure]
    names: Sequence[str]
    product: str
    excluded_words: Collection[str]
    groups: Sequence[str] = ()

    @classmethod
    def of(cls, brief: Brief, basics: Sequence[str], groups: Sequence[str] = ()) -> "_Evidence":
        sources = [
            (_Source.of(f"{expand_attributes(fact.name)} {fact.value}"), fact.source)
            for fact in brief.facts
        ]
        rows = [("", text) for text in basics] + [(fact.name, fact.value) for fact in brief.facts]
        figures = [
            each for row in rows for each in list_stated_figures(*row, product=brief.product)
        ]
        has_range = any(stated.figure.is_end for stated in figures)
        texts = [*basics, *(source.text for source, _ in sources)]
        texts += list_range_words() if has_range else ()
        return cls(
            basics=_Source.of(" ".join(basics)),
            everything=_Source.of(" ".join(texts)),
            sources=sources,
            figures=figures,
            names=[fold_to_letters(fact.name) for fact in brief.facts],
            product=brief.product,
            excluded_words=list_excluded_words(fact.value for fact in brief.facts),
            groups=groups,
        )

    def list_facts(self) -> frozenset[Fact]:
        """What `everything` states, as values to compare; 12 months as one year, too."""
        stated_facts = (stated.figure.fact for stated in self.figures)
        return frozenset([*_read_facts(self.everything.text), *stated_facts])


_LIMITS = "只仅约才共"
_COMPOUND = 4  # characters of 圆领短袖, which a brief states as 圆领 and 短袖


def _check_clause(
    match: regex.Match[str], evidence: _Evidence, language: Language
) -> BriefClaim | None:
    clause = match.group().strip()
    if not clause or (language == "zh" and _ASKS_WHETHER.fullmatch(clause)):
        return None
    if _is_in_heading(match) and _names_facts(clause, evidence.names):
        return None
    start = match.start() + match.group().index(clause)
    words = [
        word
        for word in _list_claimed_words(clause, evidence, language)
        if not evidence.basics.states(word)
    ]
    figures = [f for f in _read_facts(clause) if fold_to_letters(f.quote) not in load_mood_words()]
    if not words and not figures:
        return None
    unsupported = [word for word in words if not evidence.everything.states(word)]
    unsupported += find_excluded(clause, evidence.excluded_words)
    wrong_figures = [
        *(fact.quote for fact in find_missing_facts(figures, evidence.list_facts())),
        *list_misbound(clause, _find_heading(match, evidence), evidence.figures, evidence.names),
    ]
    unsupported += [quote for quote in wrong_figures if quote not in unsupported]
    source = "" if unsupported else _find_source(words, clause, evidence.sources)
    return BriefClaim(clause, start, start + len(clause), source, tuple(unsupported))


def _is_in_heading(match: regex.Match[str]) -> bool:
    """Whether a clause stands in a line that is a heading of Markdown."""
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    return match.string.startswith("#", line_start)


def _names_facts(clause: str, names: Sequence[str]) -> bool:
    """Whether a clause is a list of facts' names: 预约和发票."""
    return all(fold_to_letters(part) in names for part in _JOINED_NAMES.split(clause))


def _find_heading(match: regex.Match[str], evidence: _Evidence) -> str:
    """What stands before the colon that the clause follows: 退房 of 退房：14:00; "" for the
    product, which measures nothing.
    """
    heading = _HEADING.search(match.string, 0, match.start())
    name = heading[1].rpartition(". ")[2] if heading else ""
    return "" if name.strip() == evidence.product else name


@functools.lru_cache(maxsize=1_024)  # the facts are read again for each claim
def _read_facts(text: str) -> frozenset[Fact]:
    return find_facts(rewrite_wordings(text))


def _list_claimed_words(clause: str, evidence: _Evidence, language: Language) -> Iterator[str]:
    """The words of content that are not those of figures, which are compared as figures."""
    rest = drop_figures(clause)
    for word in _list_content_words(clause, evidence, language):
        if fold_to_letters(fold_for_patterns(word)) in rest:
            yield word
    yield from (group for group in evidence.groups if group in clause)


def _find_source(words: Sequence[str], clause: str, sources: Sequence[tuple[_Source, str]]) -> str:
    """The source of the fact that states most of a claim's words and figures."""
    figures = _read_facts(clause)

    def count(entry: tuple[_Source, str]) -> int:
        source, _ = entry
        stated_figures = len(figures) - len(find_missing_facts(figures, _read_facts(source.text)))
        return sum(source.states(word) for word in words) + stated_figures

    return max(sources, key=count)[1] if sources else ""


def _list_content_words(clause: str, evidence: _Evidence, language: Language) -> Iterator[str]:
    """Words of a clause that say something of the goods: all but grammar and mood."""
    if language == "ja" and _KANA_OR_HAN.search(clause):
        yield from list_japanese_words(clause, load_mood_words())
    elif language == "ko" and _HANGUL.search(clause):
        yield from list_korean_words(clause, load_mood_words())
    elif _HAN.search(clause):
        yield from list_chinese_words(clause, evidence.product, evidence.everything.states)
    else:
        yield from list_latin_words(clause, load_mood_words())
