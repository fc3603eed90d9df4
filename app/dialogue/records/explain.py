"""Explains a turn as JSON for REST, the playground and the record, and builds its rows."""

import time
from dataclasses import asdict
from typing import Any

from app.dialogue.turn import Turn
from app.inference.ports import Classification
from app.jobs import MessageJob
from app.knowledge.values import Evidence


def describe_classification(classification: Classification) -> dict[str, Any]:
    """A classification as REST shows it."""
    return {
        "intent": classification.intent.id,
        "title": classification.intent.title,
        "group": classification.intent.group,
        "confidence": round(classification.confidence, 4),
        "in_scope": classification.in_scope,
        "sentiment": {
            "label": classification.sentiment,
            "score": round(classification.sentiment_score, 4),
        },
        "model": classification.model,
    }


def explain_turn(turn: Turn, model: str, received: float) -> dict[str, Any]:
    """The classification (all None without one), source, evidence, and latency in milliseconds.

    model: the classifier, named where the message wasn't classified. received: Unix seconds.
    """
    nothing: dict[str, Any] = {
        "intent": None, "title": None, "group": None, "confidence": None,
        "in_scope": None, "sentiment": None, "model": model,
    }  # fmt: skip
    classification = (
        describe_classification(turn.classification) if turn.classification else nothing
    )
    latency = round((time.time() - received) * 1000, 2)
    return classification | {
        "source": turn.source,
        "citations": list(turn.citations),
        "passages": [asdict(passage) for passage in turn.passages],
        "evidence": [_describe_evidence(evidence) for evidence in turn.evidence],
        "items": [
            {"id": item.id, "title": item.title, "strategy": item.strategy, "reason": item.reason}
            for item in turn.items
        ],
        "made_by": turn.made_by or None,
        "latency_ms": latency,
    }


def _describe_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.id,
        "kind": evidence.kind,
        "title": evidence.title,
        "passage": evidence.answer,
        "probability": round(evidence.probability, 4),
    }


def build_turn_row(message: MessageJob, turn: Turn, explanation: dict[str, Any]) -> dict[str, Any]:
    """The turn's row for the table of turns."""
    return {
        "id": message.id,
        "account": message.account,
        "openid": message.openid,
        "text": message.text or f"[{message.kind}]",
        "answer": turn.text,
        "source": turn.source,
        "intent": explanation["intent"],
        "confidence": explanation["confidence"],
        "sentiment": turn.classification.sentiment if turn.classification else None,
        "model": explanation["model"],
        "received": message.received,
        "latency_ms": explanation["latency_ms"],
    }


def build_citation_rows(message: MessageJob, turn: Turn) -> list[dict[str, Any]]:
    """The turn's rows for the table of citations, one a cited id."""
    whose = {"account": message.account, "openid": message.openid, "received": message.received}
    return [
        whose | {"id": f"{message.id}#{each}", "turn": message.id, "source_id": each}
        for each in dict.fromkeys(turn.citations)
    ]
