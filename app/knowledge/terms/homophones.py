"""Corrects words that a follower wrote or dictated by their sound: 勺药 becomes 芍药.

The search compares characters, so such a word finds nothing. A word that an account's texts don't
contain is replaced by a word of theirs that sounds alike.
"""

import asyncio
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path

import opencc
import rjieba

from app.knowledge.search.words import HAN

LONGEST, SHORTEST = 4, 2  # characters of a word
MOST_CHARACTERS = 500_000  # of an account's texts, 1.5 s to process; above it no corrections
AT_ONCE = 20  # texts processed before other tasks run
OFTEN = 2  # occurrences from which an unsegmented pair of characters counts as a word

# Never changed; phrases don't begin or end with them, unless they are words of the dictionary.
_NUMERALS = "零〇一二三四五六七八九十百千万亿两几半双第"
_FUNCTION_WORDS = (
    "的地得了着过是在有没不别我你您他她它们咱俺这那哪谁啥什么咋怎多少个和跟对从把被给"
    "就都也还又再只才先很能会可以要想去来到上下里前买卖放加带戴坐该吗呢吧啊呀嘛哦嗯"
)
_FIXED = frozenset(_NUMERALS + _FUNCTION_WORDS)
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
# Pairs that dictation and dialects confuse.
_CONFUSED = ((re.compile("^([zcs])h"), r"\1"), (re.compile("([ie]n|an)g$"), r"\1"))


@dataclass(slots=True)
class Homophones:
    """The words of one account's texts, indexed by their sound."""

    _originals: dict[str, str] = field(default_factory=dict)  # texts by id, to see what changed
    _texts: dict[str, str] = field(default_factory=dict)  # the same, simplified
    _words: dict[str, Counter[str]] = field(default_factory=dict)  # by sound

    async def update(self, texts: Mapping[str, str]) -> None:
        """Replace the known texts (by id of entry or chunk), processing only those that changed."""
        if sum(map(len, texts.values())) > MOST_CHARACTERS:
            texts = {}
        changed_keys = {key for key, text in texts.items() if self._originals.get(key) != text}
        for place, key in enumerate(changed_keys | (self._originals.keys() - texts.keys())):
            if key in self._originals:
                del self._originals[key]
                self._count_words(self._texts.pop(key), -1)
            if key in changed_keys:
                self._originals[key], self._texts[key] = texts[key], _simplify(texts[key])
                self._count_words(self._texts[key], 1)
            if place % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)

    def correct(self, text: str) -> str:
        """Replace unknown words by the account's homophones; the text itself if there are none."""
        if not self._words:
            return text
        simple = _simplify(text)
        corrected = HAN.sub(lambda run: self._correct_run(run.group()), simple)
        return text if corrected == simple else corrected

    def _correct_run(self, run: str) -> str:
        """Correct a run of Chinese characters: longest words first, from left to right."""
        characters, corrected = list(run), [False] * len(run)
        edges = _word_edges(run)
        for length in range(LONGEST, SHORTEST - 1, -1):
            for start in range(len(run) - length + 1):
                end = start + length
                if start not in edges or end not in edges or any(corrected[start:end]):
                    continue
                word = self._word_for(run[start:end])
                if word:
                    characters[start:end] = word
                    corrected[start:end] = [True] * length
        return "".join(characters)

    def _word_for(self, spelling: str) -> str | None:
        """The account's word to put in place of this spelling, or None."""
        alike = self._words.get(_spell_sound(spelling))
        if not alike:
            return None
        word, times = max(alike.items(), key=lambda each: each[1])
        changes = [(old, new) for old, new in zip(spelling, word, strict=True) if old != new]
        if not changes or _changes_grammar(changes, word) or self._is_in_texts(spelling):
            return None
        exact = all(_read_syllable(old) == _read_syllable(new) for old, new in changes)
        rare = not all(self._is_in_texts(old) for old, _ in changes)
        if len(spelling) > SHORTEST:
            return word if exact or rare else None
        # For two characters: one is unchanged, the sound is exact, and they aren't a word already.
        proven = exact and len(changes) < SHORTEST and _FIXED.isdisjoint(spelling)
        established = rjieba.has_word(word) or (rare and (_is_cut_whole(word) or times >= OFTEN))
        return word if proven and established and not rjieba.has_word(spelling) else None

    def _is_in_texts(self, characters: str) -> bool:
        return any(characters in text for text in self._texts.values())

    def _count_words(self, text: str, times: int) -> None:
        for run in HAN.findall(text):
            for word in _cut_words(run):
                sound = _spell_sound(word)
                alike = self._words.setdefault(sound, Counter())
                alike[word] += times
                if not alike[word]:
                    del alike[word]
                if not alike:
                    del self._words[sound]


def _changes_grammar(changes: Sequence[tuple[str, str]], word: str) -> bool:
    """Whether a numeral or function word would be added or removed; names may lose one: 吧斯克."""
    is_name = len(word) > SHORTEST and rjieba.has_word(word)
    stays = frozenset(_NUMERALS) if is_name else _FIXED
    return any(old in stays or new in _FIXED for old, new in changes)


def _cut_words(run: str) -> Iterator[str]:
    """The words, pairs of single characters (壶铃 is in no dictionary) and short phrases of a run.

    A phrase of more than two characters has a word of two characters or more.
    """
    cut = rjieba.cut(run)
    for first, word in enumerate(cut):
        phrase, long = word, len(word) > 1
        if SHORTEST <= len(word) <= LONGEST:
            yield word
        for other in cut[first + 1 :]:
            phrase, long = phrase + other, long or len(other) > 1
            if len(phrase) > LONGEST:
                break
            if _FIXED.isdisjoint((phrase[0], phrase[-1])) and (long or len(phrase) == SHORTEST):
                yield phrase


def _is_cut_whole(word: str) -> bool:
    return len(rjieba.cut(word)) == 1


def _word_edges(run: str) -> set[int]:
    """Positions in a run that are not inside a word of the dictionary."""
    cut = rjieba.cut(run)
    ends = [0]
    for word in cut:
        ends.append(ends[-1] + len(word))
    within = {
        place
        for word, (start, end) in zip(cut, pairwise(ends), strict=True)
        if len(word) > 1 and rjieba.has_word(word)
        for place in range(start + 1, end)
    }
    return set(range(len(run) + 1)) - within


def _spell_sound(word: str) -> str:
    return " ".join(map(_folded_syllable, word))


@cache
def _folded_syllable(character: str) -> str:
    """A character's syllable, with sounds that dictation and dialects confuse made equal."""
    syllable = _read_syllable(character)
    for pattern, replacement in _CONFUSED:
        syllable = pattern.sub(replacement, syllable)
    return syllable


@cache
def _read_syllable(character: str) -> str:
    """A character's most frequent reading without the tone; the character if it has none."""
    readings = _load_readings().get(str(ord(character)), character)
    return _TONES.sub("", unicodedata.normalize("NFD", readings.split(",")[0]))


@cache
def _load_readings() -> dict[str, str]:
    """Code point -> readings, from pypinyin's file: its import would load 45 MB of phrases."""
    file = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    readings: dict[str, str] = json.loads(Path(str(file)).read_text(encoding="utf-8"))
    return readings


@cache
def _load_simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplify(text: str) -> str:
    simple: str = _load_simplifier().convert(text)
    return simple
