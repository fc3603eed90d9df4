"""Which variant a follower sees: pure functions of a hash, the same on every machine and day.

A follower has a bucket in each namespace. Experiments of one namespace own separate buckets and so
never share a follower; those of different namespaces are independent. Followers of the holdout are
in no experiment. Source: Tang, Agarwal, O'Brien and Meyer 2010 (KDD, 17).
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

BUCKETS = 10_000
_TOLERANCE = 1e-9
_SPACE = 2**64


class BadAllocation(ValueError):
    """Shares or buckets that can't be; the message says which. chinese: for operators."""

    def __init__(self, message: str, chinese: str = "") -> None:
        super().__init__(message)
        self.chinese = chinese


@dataclass(frozen=True, slots=True)
class VariantShare:
    """A variant and its share of the experiment's followers, 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Who takes part in an experiment, and in which variant.

    buckets: ranges [start, end) of the namespace's BUCKETS. holdout: the share of all followers of
    the account who are in no experiment. salt: the experiment's id; another salt deals anew.
    """

    namespace: str
    salt: str
    buckets: tuple[tuple[int, int], ...]
    variants: tuple[VariantShare, ...]
    holdout: float = 0.0

    def __post_init__(self) -> None:
        names = [variant.name for variant in self.variants]
        shares = [variant.share for variant in self.variants]
        if len(set(names)) < len(names):
            raise BadAllocation("two variants have one name")
        if any(share < 0 for share in shares) or abs(sum(shares) - 1) > _TOLERANCE:
            raise BadAllocation(
                f"the shares sum to {sum(shares):g}; each is 0 or more, and they sum to 1"
            )
        if not 0 <= self.holdout < 1:
            raise BadAllocation(f"a holdout of {self.holdout:g}; it is 0 or more and below 1")
        for start, end in self.buckets:
            if not 0 <= start < end <= BUCKETS:
                raise BadAllocation(f"buckets {start} to {end} don't lie in 0 to {BUCKETS}")


def assign(follower: str, allocation: Allocation) -> str | None:
    """The variant of a follower (a pseudonym); None for who takes no part."""
    if is_held_out(follower, allocation):
        return None
    bucket = int(_draw(f"namespace {allocation.namespace}", follower) * BUCKETS)
    if not any(start <= bucket < end for start, end in allocation.buckets):
        return None
    return _choose(_draw(f"experiment {allocation.salt}", follower), allocation.variants)


def is_held_out(follower: str, allocation: Allocation) -> bool:
    """Whether the follower is in no experiment of the account."""
    return _draw("holdout", follower) < allocation.holdout


def find_free_buckets(running: Sequence[Allocation], share: float) -> tuple[tuple[int, int], ...]:
    """Buckets for `share` of a namespace's followers that no running experiment owns.

    Raises BadAllocation where too few are left.
    """
    owners = sorted(itertools.chain.from_iterable(allocation.buckets for allocation in running))
    needed = round(share * BUCKETS)
    free: list[tuple[int, int]] = []
    at = 0
    for start, end in [*owners, (BUCKETS, BUCKETS)]:
        if start > at and needed > 0:
            width = min(start - at, needed)
            free.append((at, at + width))
            needed -= width
        at = max(at, end)
    if needed > 0:
        left = (round(share * BUCKETS) - needed) / BUCKETS
        raise BadAllocation(
            f"{share:.0%} of the followers are asked for and {left:.0%} are in no experiment: wait"
            " for one to end, or use another namespace",
            f"需要 {share:.0%} 的粉丝，没有参加实验的只有 {left:.0%}：请等一个实验结束，"
            "或换一个 namespace",
        )
    return tuple(free)


def _choose(draw: float, variants: Sequence[VariantShare]) -> str:
    ends = itertools.accumulate(variant.share for variant in variants)
    matching = (variant.name for variant, end in zip(variants, ends, strict=True) if draw < end)
    last = next(variant.name for variant in reversed(variants) if variant.share)
    return next(matching, last)  # the sum of the shares may lie a rounding error below 1


def _draw(purpose: str, follower: str) -> float:
    """A number in [0, 1) that follows from the purpose and the follower alone."""
    digest = hashlib.blake2b(f"{purpose}\0{follower}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / _SPACE
