"""Takes away what models put around a text, and an unfinished last sentence."""

import regex

from app.kit.text import fold_to_letters
from app.marketing.content.brief import LENGTHS, Brief

# What models put around a text: 文案：…, quotes, a list's number, a heading's signs.
_LABEL = regex.compile(
    r"^\s*(?:[#>*-]+\s*)?(?:文案|标题|摘要|正文|回复|Title|Copy|タイトル|제목)\s*[:：]\s*"
)
_QUOTES = {"“": "”", '"': '"', "「": "」", "《": "》", "『": "』", "'": "'"}
_ONE_LINE = frozenset({"title", "poster", "menu"})
_CLAUSES = regex.compile(r"((?:[^，、。！？!?,;；\n]|,(?=\d))*)([，、。！？!?,;；\n]|$)")
_COMMAS = frozenset("，、,;；")
_SENTENCE_END = regex.compile(r"[。！？!?…~～.)）」』”\"]|\p{Emoji_Presentation}")


def clean_text(text: str, brief: Brief) -> str:
    """The copy in an answer: without labels, quotes around it, and lines of a one-line channel.

    What is longer than the channel allows ends with its last whole sentence.
    """
    text = _LABEL.sub("", text.strip().replace("**", ""))
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1]
    if brief.channel in _ONE_LINE:
        text = next((line for line in text.splitlines() if line.strip()), "")
        return text.strip().removesuffix("。")
    text = _drop_repetitions(regex.sub(r"\n{3,}", "\n\n", text).strip())
    return drop_unfinished(text, LENGTHS[brief.channel][1])


def _drop_repetitions(text: str) -> str:
    """The text without clauses that stood before: small models repeat themselves.

    What ends a clause that is dropped ends the clause before it, where that had a comma.
    """
    parts = _CLAUSES.findall(text)
    lines, seen_clauses = list[str](), set[str]()
    for clause, end in parts:
        key = fold_to_letters(clause)
        if not key or key not in seen_clauses:
            lines.append(clause + end)
        elif lines and lines[-1][-1:] in _COMMAS and end not in _COMMAS:
            lines[-1] = lines[-1][:-1] + end
        seen_clauses.add(key)
    return "".join(lines).rstrip("，、, ")


def drop_unfinished(text: str, longest: int) -> str:
    """At most `longest` characters, up to the end of a sentence; without one as it is."""
    if len(text) <= longest:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[:longest])]
    return text[: ends[-1]] if ends else text
