"""The label that the law wants on what a model wrote (标识办法 of 2025-09-01, GB 45438-2025).

It belongs to the whole answer: where an answer is cut, each part that may stand alone on a phone
carries it. Templates and knowledge that people wrote carry none.
"""

from app.messages import lengths

LABEL = "（内容由AI生成）"  # must contain AI or 人工智能, and 生成 or 合成
LEAST = 64  # bytes; the label has 23


def ai(text: str) -> str:
    """The text with the label at its end; unchanged when it has it, or says nothing."""
    return text if not text.strip() or is_labelled(text) else text.rstrip() + LABEL


def is_labelled(text: str) -> bool:
    """Whether it ends in the label: one in the middle may be a quotation."""
    return text.rstrip().endswith(LABEL)


def bare(text: str) -> str:
    """Without the label: for prompts, from which a model would learn to write it."""
    return text.replace(LABEL, "").rstrip() if LABEL in text else text


def cut(text: str, limit: int, more: str = "") -> tuple[str, str]:
    """As `lengths.cut`, but both parts of a labelled text are labelled; `more` ends the first.

    Of a labelled text a `limit` below LEAST takes nothing: the label would crowd out the sense.
    """
    if lengths.size(text) <= limit:
        return text, ""
    room = limit - lengths.size(more)
    if not is_labelled(text):
        head, rest = lengths.cut(text, room)
        return head + more, rest
    if room < LEAST:
        return "", text
    head, rest = lengths.cut(text.rstrip().removesuffix(LABEL), room - lengths.size(LABEL))
    return ai(head + more), ai(rest)
