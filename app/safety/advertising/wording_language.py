"""Tells whether a wording is in the language of the sentence that it is proposed for."""

from typing import Literal

import regex

TextLanguage = Literal["zh", "ja", "ko", "other"]
_SENTENCE_ENDS = regex.compile(r"[。！!？?\n]|\.(?=\s|$)")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HANGUL = regex.compile(r"\p{Hangul}")
_HAN = regex.compile(r"\p{Han}")
_LATIN_WORD = regex.compile(r"\p{Latin}{2,}")
_LATIN_SENTENCE = 3  # words: NO.1 alone may stand in a Chinese text
_HAN_PER_KANA = 4  # more Han than that: a Chinese sentence that names 無印良品の店


def is_in_language(wording: str, text: str, start: int, end: int) -> bool:
    """Whether a wording may replace text[start:end]: both are in the language of the sentence."""
    place = text[start:end]
    if wording in place:
        return True
    language = _find_language(_cut_sentence(text, start, end), text)
    wording_language = _find_language(wording, wording)
    if language == "zh" and wording_language == "other":
        return regex.search(r"\p{Latin}", place) is not None  # the best in 杭州
    return wording_language == language


def _cut_sentence(text: str, start: int, end: int) -> str:
    begin = max((match.end() for match in _SENTENCE_ENDS.finditer(text, 0, start)), default=0)
    after = _SENTENCE_ENDS.search(text, end)
    return text[begin : after.start() if after else len(text)]


def _find_language(sentence: str, text: str) -> TextLanguage:
    """The language of a sentence; of the text if the sentence has too few letters to tell."""
    han, kana = len(_HAN.findall(sentence)), len(_KANA.findall(sentence))
    if _HANGUL.search(sentence):
        return "ko"
    if kana and han <= kana * _HAN_PER_KANA:
        return "ja"
    if han:
        return "zh"
    if len(_LATIN_WORD.findall(sentence)) >= _LATIN_SENTENCE or sentence == text:
        return "other"
    return _find_language(text, text)
