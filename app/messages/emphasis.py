"""A Markdown rule that tells emphasis from literal asterisks in Chinese text with figures.

CommonMark decides by spaces and punctuation, which Chinese uses differently: it leaves the marks of
`**重点：**内容` in the text, and removes the product signs of 5*3*2 as marks.
"""

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as by_common_mark
from markdown_it.rules_inline.state_inline import Delimiter

_BEHIND, _AHEAD = ")）", "(（"  # ends and begins a factor, as letters and digits do
_MASK = 4  # asterisks of a masked number: 138****1234
_LINE = 200  # characters on each side that are searched for a formula
_NEAR = 4  # characters on each side of a product sign: spaces, and a digit


def tokenize(state: StateInline, silent: bool) -> bool:
    """An inline rule of markdown-it: reads a run of asterisks as marks or as text.

    Returns whether the rule has matched.
    """
    if state.src[state.pos] != "*" or silent:
        return by_common_mark(state, silent)
    source, start = state.src, state.pos
    end = start + 1
    while end < state.posMax and source[end] == "*":
        end += 1
    length = end - start
    before = source[start - 1 : start] or " "
    after = source[end : min(end + 1, state.posMax)] or " "
    literal = _is_text(source, start, end)
    for _ in range(length):
        state.push("text", "", 0).content = "*"
        if not literal:
            state.delimiters.append(
                Delimiter(
                    marker=ord("*"),
                    length=length,
                    token=len(state.tokens) - 1,
                    end=-1,
                    open=not after.isspace(),
                    close=not before.isspace(),
                )
            )
    state.pos = end
    return True


def _is_text(source: str, start: int, end: int) -> bool:
    """Whether the run is literal: a product sign or a masked number."""
    before, after = source[start - 1 : start], source[end : end + 1]
    if end - start > 1:
        return end - start >= _MASK or (before.isdigit() and after.isdigit())
    return _between_figures(source, start) or (
        _is_factor(before, _BEHIND) and _is_factor(after, _AHEAD) and _multiplies(source, start)
    )


def _between_figures(source: str, at: int) -> bool:
    before, after = source[max(at - _NEAR, 0) : at], source[at + 1 : at + 1 + _NEAR]
    return before.rstrip(" ")[-1:].isdigit() and after.lstrip(" ")[:1].isdigit()


def _is_factor(character: str, bracket: str) -> bool:
    return character.isalnum() or (character != "" and character in bracket)


def _multiplies(source: str, at: int) -> bool:
    """Whether an asterisk between two factors is a product sign: beside a digit, between ASCII
    characters, in a line with an equals sign, or between single characters.
    """
    beside = source[at - 1] + source[at + 1]
    line = source[max(at - _LINE, 0) : at].rpartition("\n")[2]
    line += source[at : at + _LINE].partition("\n")[0]
    return (
        any(character.isdigit() for character in beside)
        or beside.isascii()
        or any(sign in line for sign in "=＝≈")
        or _of_single_words(source, at)
    )


def _of_single_words(source: str, at: int) -> bool:
    """Whether a factor is one character, as in 长*宽*高: nobody emphasises a single character."""
    return source[at + 2 : at + 3] == "*" or (
        source[at - 2 : at - 1] == "*" and source[at - 3 : at - 2].isalnum()
    )
