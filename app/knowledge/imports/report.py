"""What is told of an import, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.knowledge.imports.duplicates import Double
from app.knowledge.imports.plan import Plan
from app.knowledge.repository import Kept
from app.knowledge.values import Entry
from app.messages.values import as_plain_text

LISTED = 500  # faults, remarks or doubles, each


def report(plan: Plan, known: Mapping[str, Kept], found: Sequence[Double]) -> dict[str, Any]:
    """Counts, faults and remarks by their place, and doubles; `known` is from before the import."""
    alike = [_pair(double, plan) for double in found if not double.contradicts]
    contradictions = [_pair(double, plan) for double in found if double.contradicts]
    return {
        "entries": _counts(plan, known),
        "documents": len(plan.documents),
        "chunks": len(plan.chunks),
        "faulty": len(plan.faults),
        "faults": [asdict(fault) for fault in plan.faults[:LISTED]],
        "remarks": [asdict(remark) for remark in plan.remarks[:LISTED]],
        "alike": alike[:LISTED],
        "contradictions": contradictions[:LISTED],
    }


def _counts(plan: Plan, known: Mapping[str, Kept]) -> dict[str, int]:
    old = [known[each.id].entry == each for each in plan.entries.values() if each.id in known]
    new = len(plan.entries) - len(old)
    return {"new": new, "changed": old.count(False), "unchanged": old.count(True)}


def _pair(double: Double, plan: Plan) -> dict[str, Any]:
    return {
        "one": _side(double.one, plan),
        "other": _side(double.other, plan),
        "score": double.score,
    }


def _side(entry: Entry, plan: Plan) -> dict[str, str]:
    """`where` in the files; "" for one that was known before."""
    where, answer = str(plan.places.get(entry.id, "")), as_plain_text(entry.answer)
    return {"id": entry.id, "question": entry.question, "answer": answer, "where": where}
