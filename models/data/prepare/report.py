"""Summarises steps, split, classes and texts of prepared data for the report."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.data.prepare.clean import Cleaned, LabelConflict
from models.data.prepare.masks import remove_placeholders
from models.data.split import PARTS

FEW = 8  # examples; below, a class is hard to learn
ITEMS_IN_REPORT = 50  # suspects and conflicts; all suspects are in their own file
PERCENTILES = (5, 25, 50, 75, 95, 99)

Report = dict[str, Any]


def summarise_steps(cleaned: Cleaned) -> Report:
    """Rows read, dropped by reason and kept; texts changed by step; labels that disagreed."""
    return {
        "rows": {"read": cleaned.rows, "kept": len(cleaned.examples), "dropped": cleaned.dropped},
        "changed": {
            "simplified": cleaned.simplified,
            "cut": cleaned.cut,
            "masked": cleaned.masked,
        },
        "conflicts": {
            "count": len(cleaned.conflicts),
            "first": [
                _describe_conflict(conflict) for conflict in cleaned.conflicts[:ITEMS_IN_REPORT]
            ],
        },
    }


def summarise_split(parts: Sequence[str], groups: Sequence[str], seed: int) -> Report:
    """Rows of each part; number of groups of near-duplicates, and rows of the largest."""
    rows, sizes = Counter(parts), Counter(groups)
    return {
        "rows": {part: rows[part] for part in PARTS},
        "groups": len(sizes),
        "largest_group": max(sizes.values()),
        "seed": seed,
    }


def summarise_balance(labels: Sequence[str]) -> Report:
    """Examples of each class, the commonest first; classes under FEW; largest over smallest."""
    counts = dict(sorted(Counter(labels).items(), key=lambda item: (-item[1], item[0])))
    sizes = list(counts.values())
    return {
        "classes": len(counts),
        "largest_to_smallest": round(sizes[0] / sizes[-1], 1),
        "few": [label for label, count in counts.items() if count < FEW],
        "counts": counts,
    }


def summarise_lengths(texts: Sequence[str]) -> Report:
    """Characters a text: mean, percentiles, longest."""
    sizes = np.array([len(text) for text in texts])
    percentiles = {f"p{p}": int(np.percentile(sizes, p, method="lower")) for p in PERCENTILES}
    return {"mean": round(float(sizes.mean()), 1), **percentiles, "longest": int(sizes.max())}


def count_scripts(texts: Sequence[str]) -> Report:
    """Share of all letters that are Chinese, Latin, and of another script."""
    letters = Counter(
        _script_of(c) for text in texts for c in remove_placeholders(text) if c.isalpha()
    )
    total = max(1, letters.total())
    return {name: round(letters[name] / total, 4) for name in ("chinese", "latin", "other")}


def _script_of(letter: str) -> str:
    if "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U000323af":
        return "chinese"
    return "latin" if letter < "\u0250" else "other"


def _describe_conflict(conflict: LabelConflict) -> Report:
    return {**conflict.values, "labels": conflict.labels, "kept": conflict.commonest_label or None}
