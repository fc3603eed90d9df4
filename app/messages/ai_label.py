"""The label that the law wants on what a model wrote (标识办法 of 2025-09-01, GB 45438-2025).

It belongs to the whole answer: where an answer is cut, each part that may stand alone on a phone
carries it. Templates and knowledge that people wrote carry none.
"""

LABEL = "（内容由AI生成）"  # must contain AI or 人工智能, and 生成 or 合成
LEAST = 64  # bytes; the label has 23


def add(text: str) -> str:
    """The text with the label at its end; unchanged when it says nothing."""
    return text.rstrip() + LABEL if text.strip() else text


def remove(text: str) -> str:
    """Without the label: for prompts, from which a model would learn to write it."""
    return text.replace(LABEL, "").rstrip() if LABEL in text else text
