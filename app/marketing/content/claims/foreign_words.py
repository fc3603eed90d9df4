"""The content words of clauses in Japanese, Korean and Latin letters: what says something of the
goods. No I/O.

Neither Japanese nor Korean is split into words by a dictionary here. Japanese words of content are
runs of kanji or katakana, and stems of adjectives; Korean ones are words without particles and
endings.
"""

from collections.abc import Iterator

import regex

from app.kit.text import fold_to_letters

# Kanji before the ending of an adjective (甘い, 美しい, 滑らか), runs of kanji, of katakana, of
# Latin letters and digits, and praise that is written in hiragana.
_JAPANESE = regex.compile(
    r"\p{Han}+(?=い|しい|らか|やか)|\p{Han}{2,}|[\p{Katakana}ー]{2,}|[A-Za-z][A-Za-z0-9-]+"
    r"|おいし|うま[いく]|きれい|すばらし|すご[いく]|やさし[いく]|なめらか|さわやか|まろやか|やわらか|ふわふわ|もちもち"
)
# Figures are compared as figures.
_COUNTER = regex.compile(r"[一二三四五六七八九十百千万\d]+\p{Han}?")
_KOREAN = regex.compile(r"[\p{Hangul}A-Za-z][\p{Hangul}A-Za-z0-9-]*")
_ENDING = regex.compile(
    r"(?:했습니다|합니다|됩니다|입니다|습니다|하세요|드립니다|드려요|드릴게요|이에요|예요|해요|하는|하고|하게|하기|한|된|할"
    r"|에서는|에서|으로|에게|부터|까지|처럼|보다|이나|이며|이고|이|가|은|는|을|를|의|에|로|와|과|도|만|나)$"
)


def list_japanese_words(clause: str, moods: frozenset[str]) -> Iterator[str]:
    """The words of content, folded; none for a clause of hiragana alone."""
    for match in _JAPANESE.finditer(clause):
        letters = fold_to_letters(match.group())
        if letters not in moods and not _COUNTER.fullmatch(letters):
            yield letters


def list_korean_words(clause: str, moods: frozenset[str]) -> Iterator[str]:
    """The words of content without particles, folded; a single syllable says nothing."""
    for match in _KOREAN.finditer(clause):
        word = fold_to_letters(match.group())
        stem = _ENDING.sub("", word)
        if len(stem) > 1 and word not in moods and not _begins_with_mood(stem, moods):
            yield stem


def _begins_with_mood(stem: str, moods: frozenset[str]) -> bool:
    """Whether a mood word of two syllables or more begins the stem: 궁금 in 궁금하신가요."""
    return any(stem[:length] in moods for length in range(2, len(stem) + 1))


def list_latin_words(clause: str, moods: frozenset[str]) -> Iterator[str]:
    """The words of a clause in Latin letters, folded, without those of mood."""
    for match in regex.finditer(r"[\p{L}\p{N}][\p{L}\p{N}'-]*", clause):
        letters = fold_to_letters(match.group())
        if letters and letters not in moods:
            yield letters
