"""Writes and reads rich messages as marks in text, for cells of files and REST's `answer`."""

import json
import re

from app.messages.ai_label import LABEL
from app.messages.values import CARD, Answer, Message, Text, TransferToAgent, to_json

_TRANSFER = "\u27e6transfer\u27e7"
_CARD = re.compile("\u27e6card (.{1,1900})\u27e7", re.DOTALL)


def write(answer: Answer) -> str:
    """An answer as text: its words, or the mark of a rich message."""
    if isinstance(answer, Text):
        return answer.content
    return f"\u27e6card {json.dumps(answer.model_dump(), ensure_ascii=False)}\u27e7"


def read(text: str) -> Answer:
    """Parse an operator's text: the rich message of a valid mark, else the text itself."""
    mark = _CARD.fullmatch(text.strip())
    try:
        return CARD.validate_json(mark[1]) if mark else Text(content=text)
    except ValueError:
        return Text(content=text)


def read_message(text: str) -> Message | None:
    """Parse a stored answer with marks, including transfer and AI label; None for ""."""
    if not text:
        return None
    if text == _TRANSFER:
        return TransferToAgent()
    if text.rstrip().endswith(LABEL):
        return Text(content=text.rstrip().removesuffix(LABEL), ai_generated=True)
    return read(text)


def convert_stored_marks(stored: str) -> str:
    """Convert a stored answer with marks to a message's JSON; "" stays ""."""
    return to_json(read_message(stored))
