"""Reviews a text against its brief: the law, claims, words, length and language.

Every generated text is reviewed before anyone sees it. No I/O.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import regex

from app.kit.text import fold_to_letters
from app.marketing.content.brief import LENGTHS, Brief, Language
from app.marketing.content.claims.listing import BriefClaim, list_claims
from app.marketing.content.notices import explain_notice, list_notices
from app.publishing.approval_policy import OpenPoint
from app.safety.advertising.checking import check
from app.safety.advertising.notices import blank_notices
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.values import AdvertisingFinding
from app.safety.injection import detect_injection

_SCRIPTS: dict[Language, regex.Pattern[str]] = {
    "zh": regex.compile(r"\p{Han}"),
    "en": regex.compile(r"[A-Za-z]"),
    "ja": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "ko": regex.compile(r"\p{Hangul}"),
}
MOST_KANJI = 12  # letters of a Japanese text without kana
_SHORT_CHANNELS = frozenset({"title", "ad"})  # the length asked for is a bound there
LEAST_LENGTH, MOST_LENGTH = 0.5, 1.5  # of the length that a brief asks for
_REPEATED = regex.compile(r"(.{2,})\1+")  # 龙井龙井
_LETTER = regex.compile(r"\p{L}")
_LEAST_SHARE = {"zh": 0.5, "en": 0.7, "ja": 0.05, "ko": 0.5}  # of the letters, in the script


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReview:
    """What is to be known before a text is approved.

    findings: places that break the law or a rule. faults: sentences on words, length and language.
    claims: all claims, each with its source; those without one are unsupported.
    """

    findings: tuple[AdvertisingFinding, ...]
    faults: tuple[str, ...]
    claims: tuple[BriefClaim, ...]

    @property
    def unsupported(self) -> tuple[BriefClaim, ...]:
        """Claims that no fact of the brief supports."""
        return tuple(claim for claim in self.claims if claim.unsupported)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide for a person but the text itself."""
        return not self.findings and not self.faults and not self.unsupported

    def add_faults(self, faults: Iterable[str]) -> "CopyReview":
        """The review with further faults."""
        return replace(self, faults=(*self.faults, *faults))

    @property
    def open_points(self) -> tuple[OpenPoint, ...]:
        """What is wrong, a Chinese sentence each: findings, unsupported claims, faults."""
        findings = [OpenPoint(each.text, f"“{each.text}”：{each.title}") for each in self.findings]
        claims = [
            OpenPoint(each.text, f"“{each.text}”：事实里没有“{'、'.join(each.unsupported)}”")
            for each in self.unsupported
        ]
        return (*findings, *claims, *(OpenPoint("", fault) for fault in self.faults))

    def describe(self) -> tuple[str, ...]:
        """The sentences of what is wrong, for a rewrite."""
        return tuple(point.sentence for point in self.open_points)


def review_text(
    text: str, brief: Brief, rulebook: AdvertisingRulebook, *, is_whole: bool = True
) -> CopyReview:
    """Review a text; one that isn't whole, a section, needs no notice that the law asks for, nor
    the length of the whole.
    """
    faults = [*_list_faults(text, brief), *(_list_whole_faults(text, brief) if is_whole else ())]
    return CopyReview(
        findings=check(text, brief.industry, rulebook),
        faults=tuple(faults),
        claims=list_claims(blank_notices(text), brief),
    )


def strike_unsupported(text: str, review: CopyReview) -> str:
    """The text without sentences that make an unsupported claim or break a rule."""
    places = [(claim.start, claim.end) for claim in review.unsupported]
    places += [(finding.start, finding.end) for finding in review.findings]
    sentences = _split_sentences(text)
    return "".join(
        text[start:end]
        for start, end in sentences
        if not any(begin < end and start < stop for begin, stop in places)
    ).strip()


def _list_faults(text: str, brief: Brief) -> Iterator[str]:
    letters = fold_to_letters(text)
    if not letters:
        yield "文案是空的"
    missing = [word for word in brief.must if fold_to_letters(word) not in letters]
    banned = [word for word in brief.must_not if fold_to_letters(word) in letters]
    yield from (f"没有出现必须写的“{word}”" for word in missing)
    yield from (f"出现了不得写的“{word}”" for word in banned)
    is_as_asked = is_in_language(text, brief.language) or _is_kanji_name(text, brief.language)
    if letters and not is_as_asked:
        yield f"不是要求的语言（{brief.language}）"
    if repeated := _REPEATED.fullmatch(text.strip()):
        yield f"只是重复“{repeated[1]}”"
    if detect_injection(text):
        yield "像是对模型的指令，不是文案"


def _list_whole_faults(text: str, brief: Brief) -> Iterator[str]:
    """Faults of a whole text: its length, without notices, and notices that it lacks."""
    _, longest = LENGTHS[brief.channel]
    characters = len(blank_notices(text).strip("。\n "))
    if len(text) > longest:
        yield f"有 {len(text)} 个字，{brief.channel} 最多 {longest} 个字"
    elif characters and brief.length:
        least = 0.0 if brief.channel in _SHORT_CHANNELS else brief.length * LEAST_LENGTH
        most = brief.length * MOST_LENGTH
        if not least <= characters <= most:
            yield f"有 {characters} 个字，简报要求 {brief.length} 个字左右"
    yield from (explain_notice(each, brief) for each in list_notices(text, brief))


def _is_kanji_name(text: str, language: Language) -> bool:
    """Whether a Japanese text is a name or two: short, and of kanji alone."""
    letters = _LETTER.findall(text)
    return language == "ja" and len(letters) <= MOST_KANJI and is_in_language(text, "zh")


def find_language(text: str) -> Language:
    """The language that a text is written in; English where nothing tells."""
    return next((each for each in ("ja", "ko", "zh") if is_in_language(text, each)), "en")


def is_in_language(text: str, language: Language) -> bool:
    """Whether the letters of a text are mostly of the language's script."""
    letters = _LETTER.findall(text)
    share = len(_SCRIPTS[language].findall(text)) / len(letters) if letters else 0.0
    kana = _SCRIPTS["ja"].search(text)
    return share >= _LEAST_SHARE[language] and not (language == "zh" and kana)


def _split_sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of sentences with what ends them; together they are the text."""
    ends = [match.end() for match in regex.finditer(r"[。！？!?\n]+", text)]
    starts = [0, *ends]
    return [
        (start, end) for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end
    ]
