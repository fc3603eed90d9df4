"""Whether a translation says the same: numbers, prices, dates and names, and its meaning.

Meaning is the cosine of the search encoder's vectors. Numbers are compared as values, so 三天, 3日
and three days are equal; a currency must stay the one it is. No I/O.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import regex
import rjieba
from pypinyin import lazy_pinyin

from app.dialogue.understanding.entities.numerals import parse_number
from app.kit.text import fold_to_letters, fold_width
from app.marketing.content.brief import Language

# Of the cosine: chosen on one half of 72 right and wrong translations; `make bench-marketing` (part
# languages) tells what it decides on the other half.
LEAST_SIMILARITY = 0.52

_ARABIC = regex.compile(r"\d[\d,]*(?:\.\d+)?")
_HAN_NUMBER = regex.compile(
    r"[零一二两三四五六七八九十百千]+(?=[个個种種天日月年元円克斤公件条双枚杯盒包瓶点時时分小週周款色人])"
)
_WORDS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50,
    "hundred": 100, "january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7,
    "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
    "하루": 1, "이틀": 2, "사흘": 3, "한 ": 1, "두 ": 2, "세 ": 3, "네 ": 4,
}  # fmt: skip
_CURRENCIES: dict[str, regex.Pattern[str]] = {
    "CNY": regex.compile(r"(?<=[\d.\s万千])(?:元|块|人民币)|yuan|rmb|cny|위안|人民元", regex.I),
    "USD": regex.compile(r"\$|dollar|usd|美元|ドル|달러", regex.I),
    "JPY": regex.compile(r"(?<=\d)円|\byen\b|日元|엔(?!진)", regex.I),
    "KRW": regex.compile(r"(?<=[\d만천])\s?원|\bwon\b|韩元|ウォン", regex.I),
}
_PLACE_KIND = regex.compile(r"(?<=..)[省市县区村镇]$")
_ENGLISH_PLACES: dict[str, tuple[str, ...]] = {
    "西湖": ("West Lake",), "中国": ("China", "Chinese"), "香港": ("Hong Kong",),
    "澳门": ("Macau", "Macao"), "内蒙古": ("Inner Mongolia",), "西藏": ("Tibet",),
    "黄河": ("Yellow River",), "长江": ("Yangtze",), "长城": ("Great Wall",),
    "故宫": ("Palace Museum", "Forbidden City"), "日本": ("Japan",), "韩国": ("Korea",),
    "法国": ("France", "French"), "意大利": ("Italy", "Italian"), "美国": ("America", "US"),
    "德国": ("Germany", "German"), "英国": ("Britain", "British", "UK", "England"),
}  # fmt: skip
_HAN_RUN = regex.compile(r"\p{Han}+")
_BRACKETED = regex.compile(r"[(（][^()（）]*[)）]")
_NAMED_REST = 3  # runs of untranslated characters that a sentence quotes, at most
_LATIN_NAME = regex.compile(r"[A-Za-z][A-Za-z0-9-]*\d[A-Za-z0-9-]*|\b[A-Z][A-Z0-9]{1,}\b|www\.\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationCheck:
    """What a translation keeps. differences: sentences on numbers, currencies and names."""

    similarity: float  # cosine, 0 to 1
    differences: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether nothing is known to differ."""
        return self.similarity >= LEAST_SIMILARITY and not self.differences

    def describe(self) -> tuple[str, ...]:
        """What differs, a sentence each."""
        if self.similarity >= LEAST_SIMILARITY:
            return self.differences
        low = f"意思可能变了（相似度 {self.similarity:.2f}，至少应为 {LEAST_SIMILARITY}）"
        return (low, *self.differences)


def list_differences(source: str, translation: str, language: Language) -> tuple[str, ...]:
    """Numbers, currencies and names that one text has and the other doesn't, and Chinese words that
    are left in the translation.

    Names in Latin letters stay as they are. Chinese names of places are looked for in English by
    their pinyin; into Japanese and Korean they aren't compared. A Chinese name in brackets may
    stay; in Japanese only characters that Shift JIS lacks are known to be Chinese.
    """
    return (
        *_compare_numbers(source, translation),
        *_compare_currencies(source, translation),
        *_compare_latin_names(source, translation),
        *(_compare_places(source, translation) if language == "en" else ()),
        *_find_chinese(translation, language),
    )


def has_code(letters: str, charset: str) -> bool:
    """Whether a character set, such as gb2312 or shift_jis, has all the letters."""
    try:
        letters.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def read_numbers(text: str) -> Counter[Decimal]:
    """The numbers of a text with how often each occurs, in figures or in words."""
    folded = fold_width(text).lower()
    numbers = [Decimal(match.group().replace(",", "")) for match in _ARABIC.finditer(folded)]
    numerals = (parse_number(match.group()) for match in _HAN_NUMBER.finditer(folded))
    numbers += [number for number in numerals if number is not None]
    for word, value in _WORDS.items():
        pattern = rf"\b{word}\b" if word.isascii() else regex.escape(word)
        numbers += [Decimal(value)] * len(regex.findall(pattern, folded))
    return Counter(numbers)


def _compare_numbers(source: str, translation: str) -> Iterator[str]:
    ours, theirs = read_numbers(source), read_numbers(translation)
    # 一个 and "one" often are no counts: they are compared only where figures stand.
    for value in sorted(set(ours) - set(theirs) - {Decimal(1)}):
        yield f"原文的数字 {value} 不见了"
    for value in sorted(set(theirs) - set(ours) - {Decimal(1)}):
        yield f"多出了数字 {value}"


def _compare_currencies(source: str, translation: str) -> Iterator[str]:
    ours, theirs = _find_currencies(source), _find_currencies(translation)
    if ours and theirs != ours:
        yield f"货币变了（原文 {'、'.join(sorted(ours))}）"
    if not ours and theirs:
        yield f"多出了货币 {'、'.join(sorted(theirs))}"


def _find_currencies(text: str) -> set[str]:
    return {name for name, pattern in _CURRENCIES.items() if pattern.search(fold_width(text))}


def _compare_latin_names(source: str, translation: str) -> Iterator[str]:
    letters = fold_to_letters(translation)
    for match in _LATIN_NAME.finditer(fold_width(source)):
        if fold_to_letters(match.group()) not in letters:
            yield f"名称“{match.group()}”不见了"


def _compare_places(source: str, translation: str) -> Iterator[str]:
    letters = fold_to_letters(translation)
    places = (word for word, tag in rjieba.tag(source) if tag == "ns")
    for place in dict.fromkeys(places):
        name = _PLACE_KIND.sub("", place)
        spoken = "".join(lazy_pinyin(name))
        forms = (spoken, *_ENGLISH_PLACES.get(name, ()))
        if not any(fold_to_letters(form) in letters for form in (name, *forms)):
            yield f"地名“{place}”（{spoken}）不见了"


def _find_chinese(translation: str, language: Language) -> Iterator[str]:
    rest = _HAN_RUN.findall(_BRACKETED.sub(" ", translation))
    if language == "ja":
        rest = [run for run in rest if not has_code(run, "shift_jis")]
    if rest and language != "zh":
        yield f"里面还有中文“{'、'.join(rest[:_NAMED_REST])}”"
