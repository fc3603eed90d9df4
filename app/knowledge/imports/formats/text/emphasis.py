"""Inline rules for markdown-it: when * _ ~ mark text, and when not: 2*3*4, _id_, 9~~21.

CommonMark takes a pair of * inside words for emphasis, and drops both. Chinese has no spaces
between words, so ** marks text inside them, while a single * is nearly always a multiplication
sign or a footnote's.
"""

import re
import unicodedata

from markdown_it.rules_inline import StateInline, strikethrough
from markdown_it.rules_inline.state_inline import Delimiter

IDENTIFIER = re.compile(r"_{1,9}[A-Za-z0-9][\w.-]{0,80}_(?!\w)", re.ASCII)
ADDRESS = re.compile(r"(?:https?|ftp)://[!-;=?-Z\\^-z|~]+", re.IGNORECASE)  # ASCII without <>[]{}
BEFORE = " \t\n([{（【《「『“‘\"'，。；：、！？,.;:!?—–-|>~*_"  # a single * opens after these
AFTER = " \t\n)]}）】》」』”’\"'，。；：、！？,.;:!?—–-|<~*_"  # and closes before these


def scan_markers(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule `emphasis`."""
    marker, start = state.src[state.pos], state.pos
    if silent or marker not in "*_":
        return False
    if marker == "_" and (identifier := IDENTIFIER.match(state.src, start)):
        return _push_text(state, identifier[0])
    end = start
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[start - 1] if start else " "
    after = state.src[end] if end < state.posMax else " "
    opens, closes = _can_open(before, after), _can_open(after, before)
    if marker == "_" or end - start == 1:
        opens, closes = opens and before in BEFORE, closes and after in AFTER
    elif _is_ascii_word(before) and _is_ascii_word(after):
        opens = closes = False
    for _ in range(end - start):
        state.push("text", "", 0).content = marker
        place = len(state.tokens) - 1
        state.delimiters.append(
            Delimiter(ord(marker), end - start, place, end=-1, open=opens, close=closes)
        )
    state.pos = end
    return True


def scan_tildes(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule `strikethrough`: 9~~21 is a range."""
    start = end = state.pos
    while end < state.posMax and state.src[end] == "~":
        end += 1
    around = state.src[start - 1 : start], state.src[end : end + 1]
    if not silent and end > start and (end - start != 2 or all(map(_is_ascii_word, around))):
        return _push_text(state, state.src[start:end])
    return strikethrough.tokenize(state, silent)


def skip_address(state: StateInline, silent: bool) -> bool:
    """Take a web address as text, without the markers at its end that close a mark around it."""
    address = ADDRESS.match(state.src, state.pos, state.posMax)
    if not address:
        return False
    text = address[0].rstrip("*_~")
    if silent:
        state.pos += len(text)
        return True
    return _push_text(state, text)


def _push_text(state: StateInline, text: str) -> bool:
    state.pending += text
    state.pos += len(text)
    return True


def _can_open(before: str, after: str) -> bool:
    """CommonMark's left-flanking, with Chinese before punctuation counted as a space."""
    if after.isspace():
        return False
    return (
        not _is_punctuation(after) or before.isspace() or _is_punctuation(before) or _is_cjk(before)
    )


def _is_punctuation(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _is_cjk(letter: str) -> bool:
    return unicodedata.category(letter) == "Lo"


def _is_ascii_word(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
