"""What reading costs messages that have nothing to do with the one before them.

Labelled sentences of many customers, taken as one customer's messages in a row: whoever leans
there leans by mistake, and is read twice.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.dialogue.understanding.query_rewriting import followups
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.inference.local.encoder import LocalClassifier
from app.inference.ports import Classification, ClassificationFailed
from app.sessions.store import Session

Classifications = Sequence[Classification | ClassificationFailed]


async def measure(file: Path) -> dict[str, float]:
    """Of JSON Lines with `text` and `label` (an intent's title or id): the share that leans, and
    the accuracy of the intent of all messages and of those, read by themselves and in a row.
    """
    rows = _load(file)
    texts, labels = [row["text"] for row in rows], [row["label"] for row in rows]
    readings = in_a_row(texts)
    with tempfile.TemporaryDirectory() as nothing_promoted:
        classifier = LocalClassifier("cpu", 1, 800, Path(nothing_promoted))
        try:
            alone = await classifier.classify(texts)
            read = await classifier.classify([reading.standalone_question for reading in readings])
        finally:
            classifier.close()
    return {
        "n": len(rows),
        "leaning": round(sum(reading.is_followup for reading in readings) / len(rows), 3),
        "alone": _right(alone, labels, readings, leaning=False),
        "read": _right(read, labels, readings, leaning=False),
        "leaning, alone": _right(alone, labels, readings, leaning=True),
        "leaning, read": _right(read, labels, readings, leaning=True),
    }


def in_a_row(texts: Sequence[str]) -> list[RewrittenQuestion]:
    """Each as one follower's next message, every message having been a question."""
    readings, session = [], Session()
    for text in texts:
        readings.append(followups.rewrite_question(text, session))
        session = Session(
            last_question=followups.question_to_remember(readings[-1], session, question=True)
        )
    return readings


def _load(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _right(
    classifications: Classifications,
    labels: Sequence[str],
    readings: Sequence[RewrittenQuestion],
    *,
    leaning: bool,
) -> float:
    """Accuracy over all messages, or over the leaning ones."""
    hits = [
        isinstance(each, Classification) and label in {each.intent.id, each.intent.title}
        for each, label, reading in zip(classifications, labels, readings, strict=True)
        if reading.is_followup or not leaning
    ]
    return round(sum(hits) / max(len(hits), 1), 3)
