"""Clusters gaps that ask the same, by their vectors and words. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.knowledge.terms.subjects import ask_apart, read_subject

NEVER = -1e9  # marks removed rows; finite, because infinities can't be averaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question that got no answer, or a doubtful one."""

    id: str
    text: str
    times: int  # how often it was asked
    first: float  # seconds since 1970
    last: float
    vector: np.ndarray = field(compare=False, repr=False)  # (D,) fp32


@dataclass(frozen=True, slots=True)
class Cluster:
    """Gaps that ask the same: first the representative one, then the others by times asked."""

    gaps: tuple[Gap, ...]

    @property
    def centre(self) -> Gap:
        """The gap that represents the cluster."""
        return self.gaps[0]

    @property
    def times(self) -> int:
        """How often all its gaps were asked."""
        return sum(gap.times for gap in self.gaps)

    @property
    def last(self) -> float:
        """When one of its gaps was last asked, in seconds since 1970."""
        return max(gap.last for gap in self.gaps)


def build_clusters(gaps: Sequence[Gap], alike: float) -> list[Cluster]:
    """Put each gap in one cluster; the most asked cluster first.

    Average linkage merges groups whose mean similarity is at least `alike`. Groups are then split
    where gaps name different things or ask something else (`ask_apart`). A cluster's centre is the
    gap nearest to the sum of its vectors, weighted by times asked.
    """
    if not gaps:
        return []
    vectors = np.stack([gap.vector for gap in gaps])
    times = np.array([gap.times for gap in gaps], np.float32)
    clusters = []
    groups = link_rows(_compare_vectors(vectors), alike)
    for group in (part for whole in groups for part in _split_group(whole, gaps)):
        asking_sum = times[group] @ vectors[group]  # (D,): the sum of all askings
        centre = group[int((vectors[group] @ asking_sum).argmax())]
        clusters.append(_build_cluster(gaps[centre], [gaps[i] for i in group]))
    return sorted(clusters, key=lambda each: (-each.times, -each.last, each.centre.id))


def pick_distinct(gaps: Sequence[Gap], most: int, double: float) -> list[Gap]:
    """The first `most` gaps, skipping any with cosine >= `double` to one already picked."""
    distinct_gaps: list[Gap] = []
    unit_vectors = np.zeros((0, len(gaps[0].vector) if gaps else 0), np.float32)
    for gap in gaps:
        if len(distinct_gaps) == most:
            break
        unit = gap.vector / max(float(np.linalg.norm(gap.vector)), 1e-9)
        if not len(unit_vectors) or float((unit_vectors @ unit).max()) < double:
            distinct_gaps.append(gap)
            unit_vectors = np.concatenate([unit_vectors, unit[None]])
    return distinct_gaps


def _split_group(group: Sequence[int], gaps: Sequence[Gap]) -> list[list[int]]:
    """Split a group so that no two rows of a part `ask_apart`; most asked first in each."""
    subjects = {row: read_subject(gaps[row].text) for row in group}
    parts: list[list[int]] = []
    for row in sorted(group, key=lambda row: (-gaps[row].times, gaps[row].id)):
        fits = (p for p in parts if not any(ask_apart(subjects[row], subjects[q]) for q in p))
        part = next(fits, None)
        if part is None:
            parts.append([row])
        else:
            part.append(row)
    return parts


def _build_cluster(centre: Gap, members: Sequence[Gap]) -> Cluster:
    others = (gap for gap in members if gap.id != centre.id)
    return Cluster((centre, *sorted(others, key=lambda gap: (-gap.times, -gap.last, gap.id))))


def link_rows(near: np.ndarray, alike: float) -> list[list[int]]:
    """Group the rows of (n, n) similarities by average linkage; overwrites `near`.

    Same result as scipy's `linkage`, which would add 140 MB and holds the GIL while it computes,
    so that no follower would be answered.
    """
    np.fill_diagonal(near, NEVER)
    groups = {row: [row] for row in range(len(near))}
    nearest = near.argmax(1)  # (n,): each row's nearest row; `most` is their similarity
    most = near.max(1)
    while most.max() >= alike:
        survivor = int(most.argmax())
        merged_row = int(nearest[survivor])
        share = len(groups[merged_row]) / (len(groups[merged_row]) + len(groups[survivor]))
        groups[survivor] += groups.pop(merged_row)
        near[survivor] += share * (near[merged_row] - near[survivor])
        near[survivor, [survivor, merged_row]] = NEVER
        near[:, survivor] = near[survivor]
        near[merged_row] = near[:, merged_row] = most[merged_row] = NEVER
        # A merged group is at most as near to any row as the nearer of its two parts was.
        lost = np.flatnonzero(np.isin(nearest, (survivor, merged_row)) & (most > NEVER / 2))
        nearest[lost] = near[lost].argmax(1)
        most[lost] = near[lost, nearest[lost]]
    return list(groups.values())


def _compare_vectors(vectors: np.ndarray) -> np.ndarray:
    """(n, D) -> (n, n) inner products, made exactly symmetric."""
    near = vectors @ vectors.T
    return np.asarray(np.maximum(near, near.T), np.float32)
