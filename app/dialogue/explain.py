"""Why something was said, as JSON for the CMS, the playground and the record."""

import time
from dataclasses import asdict
from typing import Any

from app.dialogue.turn import Turn
from app.inference.ports import Judgement
from app.jobs import Talk
from app.knowledge.values import Evidence


def judged(judgement: Judgement) -> dict[str, Any]:
    """One judgement as the REST interface shows it."""
    return {
        "intent": judgement.intent.id,
        "title": judgement.intent.title,
        "group": judgement.intent.group,
        "confidence": round(judgement.confidence, 4),
        "in_scope": judgement.in_scope,
        "sentiment": {"label": judgement.mood, "score": round(judgement.mood_score, 4)},
        "model": judgement.model,
    }


def why(turn: Turn, model: str, received: float) -> dict[str, Any]:
    """Source and latency in milliseconds, beside the judgement (all None without one).

    `model` is named where none has read the message: the one that would have.
    """
    nothing: dict[str, Any] = {
        "intent": None, "title": None, "group": None, "confidence": None,
        "in_scope": None, "sentiment": None, "model": model,
    }  # fmt: skip
    found = judged(turn.judgement) if turn.judgement else nothing
    latency = round((time.time() - received) * 1000, 2)
    return found | {
        "source": turn.source,
        "cited": list(turn.cited),
        "passages": [asdict(passage) for passage in turn.passages],
        "evidence": [_told(evidence) for evidence in turn.evidence],
        "made_by": turn.made_by or None,
        "latency_ms": latency,
    }


def _told(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.id,
        "kind": evidence.kind,
        "title": evidence.title,
        "passage": evidence.answer,
        "probability": round(evidence.probability, 4),
    }


def record(said: Talk, turn: Turn, why: dict[str, Any]) -> dict[str, Any]:
    """A row of the table of turns."""
    return {
        "id": said.id,
        "account": said.account,
        "openid": said.openid,
        "said": said.text or f"[{said.kind}]",
        "answer": turn.text,
        "source": turn.source,
        "intent": why["intent"],
        "confidence": why["confidence"],
        "mood": turn.judgement.mood if turn.judgement else None,
        "model": why["model"],
        "received": said.received,
        "latency_ms": why["latency_ms"],
    }


def citations(said: Talk, turn: Turn) -> list[dict[str, Any]]:
    """Rows of the table of citations."""
    whose = {"account": said.account, "openid": said.openid, "received": said.received}
    return [
        whose | {"id": f"{said.id}#{each}", "turn": said.id, "cited": each}
        for each in dict.fromkeys(turn.cited)
    ]
