"""Sorts a message by its words, for the reply where nothing answers. No I/O."""

import re
from collections.abc import Sequence
from typing import Literal

from app.dialogue import language
from app.dialogue.understanding.sentences import sentence_kinds

# random: unreadable, as 阿 or asdkjh. name: a name that asks nothing yet, as 三体.
Sort = Literal["random", "name", "question", "request", "report"]

LONGEST_NAME = 6  # characters
_KEYS = re.compile(r"[bcdfghjklmnpqrstvwxz]{4}", re.IGNORECASE)  # no word has as many in a row
_WORDS = re.compile(r"[a-z]{5,}", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W_]")
_REQUESTS = re.compile(
    r"^\W*(?:(?:你好|您好|请问|那个?|亲|老板)\W*)*(?:请|麻烦|拜托|帮忙|帮我|帮|给我|替我|我?想要?|我要|我需要|能不能帮|能帮|可以帮|可不可以帮)"
    r"|(?:帮我|给我|替我)(?!们?[^，。]{0,4}了)"
)
# 是男的还是女的, 讲讲怎么停车
_ASKING_WORDS = re.compile(
    ".还是(?![没不会很觉有算])|推荐|讲讲|讲一?下|介绍|说说|了解|咨询|请教|想[问知]"
)
_REQUESTS_IN_ENGLISH = re.compile(
    r"\b(?:i\s(?:want|need|would\slike)|i'd\slike|please|(?:can|could)\syou\shelp|help\sme|my)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"[了过着](?:\W|$)|不|没|太|好")


def sort_message(text: str) -> Sort:
    """The sort of a message; a request that asks a question is a question."""
    text = language.in_script(text, "simplified")
    letters = _LETTER.findall(text)
    if is_random(text) or len(letters) == 1 or not letters:
        return "random"
    if sentence_kinds.is_question(text) or _ASKING_WORDS.search(text):
        return "question"
    return _sort_of_chinese(text, letters) if _HAN.search(text) else _sort_of_latin(text)


def _sort_of_chinese(text: str, letters: Sequence[str]) -> Sort:
    if _REQUESTS.search(text):
        return "request"
    is_name = len(letters) <= LONGEST_NAME and not _HAPPENED.search(text)
    return "name" if is_name else "report"


def _sort_of_latin(text: str) -> Sort:
    if language.detect_language(text) != "english":
        return "name" if _WORDS.search(text) else "random"
    return "request" if _REQUESTS_IN_ENGLISH.search(text) else "report"


def is_random(text: str) -> bool:
    """Whether the text is of keys pressed at random: asdkjh. Words in capitals are not."""
    if _HAN.search(text):
        return False
    words = [bool(_KEYS.search(w)) and not w.isupper() for w in _WORDS.findall(text)]
    return all(words) and bool(words) if language.detect_language(text) == "english" else any(words)
