"""Splits rows into train, dev and test by hash, with near-duplicates in one part."""

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.cluster.hierarchy import DisjointSet

from models.data.files import BadData

PARTS = ("train", "dev", "test")


@dataclass(frozen=True)
class Shares:
    """Percent of each class's groups for each part."""

    train: int
    dev: int
    test: int

    @classmethod
    def parse(cls, text: str) -> "Shares":
        """Parse "80/10/10". Raises BadData unless whole, summing to 100, with train above 0."""
        parts = text.split("/")
        if len(parts) != len(PARTS) or not all(p.isascii() and p.isdigit() for p in parts):
            raise BadData(f"{text!r} is no split; write train/dev/test in percent, as 80/10/10")
        shares = cls(*map(int, parts))
        if shares.train + shares.dev + shares.test != 100 or not shares.train:
            raise BadData(f"a split sums to 100 with something left to train on, unlike {text!r}")
        return shares


def group_rows(keys: Sequence[Sequence[str]]) -> list[str]:
    """The group name of each row: rows that share a key, directly or through others, are one."""
    joined_keys = DisjointSet(key for row in keys for key in row)
    for first, *others in keys:
        for other in others:
            joined_keys.merge(first, other)
    names = {key: min(members) for members in joined_keys.subsets() for key in members}
    return [names[row[0]] for row in keys]


def assign_parts(
    group_of: Sequence[str], labels: Sequence[str], shares: Shares, seed: int = 7
) -> list[str]:
    """The part of each row, "train", "dev" or "test", by the hash of its group.

    So rows keep their part when others are added, except in small classes: each part gets at least
    one of three or more groups, the nearest by hash; fewer groups are all "train". A group of
    several labels belongs to its most frequent one.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for group, label in zip(group_of, labels, strict=True):
        votes[group][label] += 1
    strata: dict[str, list[str]] = defaultdict(list)
    for group, counts in votes.items():
        strata[max(sorted(counts), key=counts.__getitem__)].append(group)
    parts: dict[str, str] = {}
    for members in strata.values():
        parts |= _cut_stratum(members, shares, seed)
    return [parts[group] for group in group_of]


def _cut_stratum(members: Sequence[str], shares: Shares, seed: int) -> dict[str, str]:
    """Part of each group of one class: in order of hash first test, then dev, the rest train."""
    order = sorted(members, key=lambda group: _hash_position(group, seed))
    if len(order) < len(PARTS):
        return dict.fromkeys(order, "train")
    places = [_hash_position(group, seed) for group in order]
    one_test, one_dev = min(1, shares.test), min(1, shares.dev)
    test = bisect_left(places, shares.test)
    test = min(max(test, one_test), len(order) - one_dev - 1)
    dev = bisect_left(places, shares.test + shares.dev)
    dev = min(max(dev, test + one_dev), len(order) - 1)
    where = ["test"] * test + ["dev"] * (dev - test) + ["train"] * (len(order) - dev)
    return dict(zip(order, where, strict=True))


def _hash_position(group: str, seed: int) -> float:
    """A group's hash as a number from 0 to 100, uniformly distributed."""
    digest = hashlib.sha256(f"{seed}:{group}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100
