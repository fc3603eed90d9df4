"""Messages as text: a file's cell and the `answer` of REST may hold a rich message as a mark."""

import json
import re

from app.messages.ai_label import LABEL
from app.messages.values import CARD, Answer, Message, Text, TransferToAgent, to_json

_TRANSFER = "\u27e6transfer\u27e7"
_CARD = re.compile("\u27e6card (.{1,1900})\u27e7", re.DOTALL)


def write(answer: Answer) -> str:
    """The words, or the mark that stands for a rich message."""
    if isinstance(answer, Text):
        return answer.content
    return f"\u27e6card {json.dumps(answer.model_dump(), ensure_ascii=False)}\u27e7"


def read(text: str) -> Answer:
    """What an operator wrote: the rich message of a mark, or text."""
    mark = _CARD.fullmatch(text.strip())
    try:
        return CARD.validate_json(mark[1]) if mark else Text(content=text)
    except ValueError:
        return Text(content=text)


def read_message(text: str) -> Message | None:
    """What an answer is that was written as text with marks; None for ""."""
    if not text:
        return None
    if text == _TRANSFER:
        return TransferToAgent()
    if text.rstrip().endswith(LABEL):
        return Text(content=text.rstrip().removesuffix(LABEL), ai_generated=True)
    return read(text)


def convert_stored_marks(stored: str) -> str:
    """The JSON of an answer that a database holds as text with marks; "" stays as it is."""
    return to_json(read_message(stored))
