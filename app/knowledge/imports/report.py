"""Builds the report of an import, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.knowledge.entries.repository import StoredEntry
from app.knowledge.imports.duplicates import NearDuplicate
from app.knowledge.imports.plan import Plan
from app.knowledge.values import Entry
from app.messages.values import as_plain_text

MOST_LISTED = 500  # of faults, of remarks, and of each kind of near-duplicates


def build_report(
    plan: Plan, previous_entries: Mapping[str, StoredEntry], duplicates: Sequence[NearDuplicate]
) -> dict[str, Any]:
    """Counts, faults, remarks and near-duplicates; `previous_entries` as before the import."""
    near_duplicates = [
        _describe_pair(double, plan) for double in duplicates if not double.contradicts
    ]
    contradictions = [_describe_pair(double, plan) for double in duplicates if double.contradicts]
    return {
        "entries": _count_changes(plan, previous_entries),
        "documents": len(plan.documents),
        "chunks": len(plan.chunks),
        "faulty": len(plan.faults),
        "faults": [asdict(fault) for fault in plan.faults[:MOST_LISTED]],
        "remarks": [asdict(remark) for remark in plan.remarks[:MOST_LISTED]],
        "alike": near_duplicates[:MOST_LISTED],
        "contradictions": contradictions[:MOST_LISTED],
    }


def _count_changes(plan: Plan, previous_entries: Mapping[str, StoredEntry]) -> dict[str, int]:
    old = [
        previous_entries[each.id].entry == each
        for each in plan.entries.values()
        if each.id in previous_entries
    ]
    new = len(plan.entries) - len(old)
    return {"new": new, "changed": old.count(False), "unchanged": old.count(True)}


def _describe_pair(duplicate: NearDuplicate, plan: Plan) -> dict[str, Any]:
    return {
        "one": _describe_entry(duplicate.one, plan),
        "other": _describe_entry(duplicate.other, plan),
        "score": duplicate.score,
    }


def _describe_entry(entry: Entry, plan: Plan) -> dict[str, str]:
    """`where` is the place in the files, "" for an entry that was stored before."""
    where, answer = str(plan.places.get(entry.id, "")), as_plain_text(entry.answer)
    return {"id": entry.id, "question": entry.question, "answer": answer, "where": where}
