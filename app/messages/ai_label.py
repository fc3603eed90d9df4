"""The AI label that the law requires on generated text (标识办法 of 2025-09-01, GB 45438-2025).

Where an answer is cut into messages, each part carries the label. Templates and knowledge that
people wrote carry none.
"""

LABEL = "（内容由AI生成）"  # must contain AI or 人工智能, and 生成 or 合成
LEAST = 64  # bytes: the shortest limit for a labelled part; the label itself has 23


def add(text: str) -> str:
    """The text with the label at its end; unchanged when it is blank."""
    return text.rstrip() + LABEL if text.strip() else text


def remove(text: str) -> str:
    """The text without the label: for prompts, where a model would imitate the label."""
    return text.replace(LABEL, "").rstrip() if LABEL in text else text
