"""Questions that one answer would serve, put together by their vectors and words. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.knowledge.terms.subjects import ask_apart, read_subject

NEVER = -1e9  # as near as nothing is; infinity has no average


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question that found nothing."""

    id: str
    text: str
    times: int  # it was asked
    first: float  # seconds since 1970
    last: float
    vector: np.ndarray = field(compare=False, repr=False)  # (D,) fp32


@dataclass(frozen=True, slots=True)
class Cluster:
    """The question that stands for all of `gaps`, itself the first, then as often as asked."""

    gaps: tuple[Gap, ...]

    @property
    def centre(self) -> Gap:
        """That stands for all."""
        return self.gaps[0]

    @property
    def times(self) -> int:
        """Askings in all."""
        return sum(gap.times for gap in self.gaps)

    @property
    def last(self) -> float:
        """When one of them was last asked."""
        return max(gap.last for gap in self.gaps)


def cluster(gaps: Sequence[Gap], alike: float) -> list[Cluster]:
    """Each gap in one cluster, the most asked cluster first.

    Average linkage: the two groups that are most alike become one, as long as their questions are
    `alike` on average. What names other things, or asks something else, is taken apart again.
    A group is named by the question that is most like what was asked.
    """
    if not gaps:
        return []
    vectors = np.stack([gap.vector for gap in gaps])
    times = np.array([gap.times for gap in gaps], np.float32)
    found = []
    groups = linked(_near(vectors), alike)
    for group in (part for whole in groups for part in _parts(whole, gaps)):
        asked = times[group] @ vectors[group]  # (D,): the sum of all askings
        centre = group[int((vectors[group] @ asked).argmax())]
        found.append(_cluster(gaps[centre], [gaps[i] for i in group]))
    return sorted(found, key=lambda each: (-each.times, -each.last, each.centre.id))


def distinct(gaps: Sequence[Gap], most: int, double: float) -> list[Gap]:
    """The first `most` of which none has a cosine of `double` or more to one before it."""
    kept: list[Gap] = []
    taken = np.zeros((0, len(gaps[0].vector) if gaps else 0), np.float32)
    for gap in gaps:
        if len(kept) == most:
            break
        unit = gap.vector / max(float(np.linalg.norm(gap.vector)), 1e-9)
        if not len(taken) or float((taken @ unit).max()) < double:
            kept.append(gap)
            taken = np.concatenate([taken, unit[None]])
    return kept


def _parts(group: Sequence[int], gaps: Sequence[Gap]) -> list[list[int]]:
    """A group's rows in groups of which no two ask apart, each with the most asked first."""
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


def _cluster(centre: Gap, members: Sequence[Gap]) -> Cluster:
    others = (gap for gap in members if gap.id != centre.id)
    return Cluster((centre, *sorted(others, key=lambda gap: (-gap.times, -gap.last, gap.id))))


def linked(near: np.ndarray, alike: float) -> list[list[int]]:
    """Rows of (n, n) similarities in groups, by average linkage; `near` is used up.

    scipy's `linkage` finds the same. It would bring 140 MB, and it holds all of Python still
    while it computes: nobody would be answered.
    """
    np.fill_diagonal(near, NEVER)
    groups = {row: [row] for row in range(len(near))}
    nearest = near.argmax(1)  # (n,): each one's nearest, and how near that is
    most = near.max(1)
    while most.max() >= alike:
        kept = int(most.argmax())
        gone = int(nearest[kept])
        share = len(groups[gone]) / (len(groups[gone]) + len(groups[kept]))
        groups[kept] += groups.pop(gone)
        near[kept] += share * (near[gone] - near[kept])
        near[kept, [kept, gone]] = NEVER
        near[:, kept] = near[kept]
        near[gone] = near[:, gone] = most[gone] = NEVER
        # To all others the two together are at most as near as the nearer of them was.
        lost = np.flatnonzero(np.isin(nearest, (kept, gone)) & (most > NEVER / 2))
        nearest[lost] = near[lost].argmax(1)
        most[lost] = near[lost, nearest[lost]]
    return list(groups.values())


def _near(vectors: np.ndarray) -> np.ndarray:
    """(n, D) -> (n, n), the same both ways."""
    near = vectors @ vectors.T
    return np.asarray(np.maximum(near, near.T), np.float32)
