"""Who sees which variant: always the same, as the shares say, and never two of one namespace."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marketing.experiments.assignment import (
    BUCKETS,
    Allocation,
    BadAllocation,
    VariantShare,
    assign,
    find_free_buckets,
)
from app.marketing.experiments.stats.samples import check_sample_ratio

FOLLOWERS = [f"f{number}" for number in range(20_000)]
ALL = ((0, BUCKETS),)
HALVES = (VariantShare("A", 0.5), VariantShare("B", 0.5))


def make_allocation(**changes: object) -> Allocation:
    settings = {"namespace": "titles", "salt": "one", "buckets": ALL, "variants": HALVES}
    return Allocation(**settings | changes)  # type: ignore[arg-type]


def test_a_follower_always_sees_the_same_variant() -> None:
    """The values are fixed: another Python or machine must deal the same."""
    dealt = [assign(follower, make_allocation()) for follower in FOLLOWERS[:8]]

    assert dealt == ["B", "A", "B", "A", "B", "A", "B", "A"]


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.95, 0.05), (0.2, 0.3, 0.5)])
def test_variants_get_their_shares(shares: tuple[float, ...]) -> None:
    variants = tuple(VariantShare("ABC"[at], share) for at, share in enumerate(shares))

    counts = Counter(assign(f, make_allocation(variants=variants)) for f in FOLLOWERS)

    assert check_sample_ratio([counts[v.name] for v in variants], shares).ok


def test_another_salt_deals_anew_and_independently() -> None:
    pairs = Counter(
        (assign(f, make_allocation()), assign(f, make_allocation(salt="two"))) for f in FOLLOWERS
    )

    assert check_sample_ratio(list(pairs.values()), [0.25] * 4).ok


def test_experiments_of_one_namespace_never_share_a_follower() -> None:
    first = make_allocation(buckets=find_free_buckets([], 0.3))
    second = make_allocation(salt="two", buckets=find_free_buckets([first], 0.3))

    in_first = {f for f in FOLLOWERS if assign(f, first)}
    in_second = {f for f in FOLLOWERS if assign(f, second)}

    assert not in_first & in_second
    assert len(in_first) / len(FOLLOWERS) == pytest.approx(0.3, abs=0.02)


def test_the_holdout_is_in_no_experiment() -> None:
    first, second = (make_allocation(holdout=0.1, salt=salt, namespace=salt) for salt in "ab")

    held_out = {f for f in FOLLOWERS if assign(f, first) is None}

    assert held_out == {f for f in FOLLOWERS if assign(f, second) is None}
    assert len(held_out) / len(FOLLOWERS) == pytest.approx(0.1, abs=0.01)


@given(st.text(max_size=20))
def test_a_variant_without_a_share_is_seen_by_nobody(follower: str) -> None:
    variants = (VariantShare("A", 0.0), VariantShare("B", 1.0), VariantShare("C", 0.0))

    assert assign(follower, make_allocation(variants=variants)) == "B"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"variants": (VariantShare("A", 0.5),)}, "sum to 0.5"),
        ({"variants": (VariantShare("A", 1.5), VariantShare("B", -0.5))}, "0 or more"),
        ({"variants": (VariantShare("A", 0.5), VariantShare("A", 0.5))}, "one name"),
        ({"buckets": ((5, 5),)}, "buckets 5 to 5"),
        ({"holdout": 1.0}, "holdout of 1"),
    ],
)
def test_allocations_that_cannot_be_are_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadAllocation, match=sentence):
        make_allocation(**changes)


def test_more_followers_than_are_free_are_refused() -> None:
    with pytest.raises(BadAllocation, match="80% of the followers are asked for and 70% are in no"):
        find_free_buckets([make_allocation(buckets=((0, 3_000),))], 0.8)
