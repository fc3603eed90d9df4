"""Train, dev and test: without leaks, stable, every class in each."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data.files import BadData
from models.data.split import Shares, assign_parts, group_rows

SHARES = Shares(80, 10, 10)
MANY = [f"text {n}" for n in range(3000)]


def test_rows_that_share_a_key_by_way_of_others_are_one_group() -> None:
    groups = group_rows([("b", "c"), ("d", "e"), ("a", "c"), ("f",)])

    assert groups == ["a", "d", "a", "f"]


def test_shares_are_met() -> None:
    counts = Counter(assign_parts(MANY, ["a"] * len(MANY), SHARES))

    percent = [counts[part] / 30 for part in ("train", "dev", "test")]
    assert percent == pytest.approx([80, 10, 10], abs=1.5)  # the standard error is 0.7


def test_nothing_moves_when_the_data_grows() -> None:
    labels = [f"class {n % 3}" for n in range(len(MANY))]

    before = assign_parts(MANY[:1500], labels[:1500], SHARES)
    after = assign_parts(MANY, labels, SHARES)

    assert after[:1500] == before


def test_another_seed_is_another_split() -> None:
    labels = ["a"] * len(MANY)

    assert assign_parts(MANY, labels, SHARES, seed=1) != assign_parts(MANY, labels, SHARES, seed=2)


@given(st.sets(st.text(min_size=1), min_size=3, max_size=12), st.integers(0, 99))
def test_a_small_class_is_in_every_part(members: set[str], seed: int) -> None:
    parts = assign_parts(sorted(members), ["a"] * len(members), SHARES, seed)

    assert set(parts) == {"train", "dev", "test"}


def test_a_class_of_two_groups_is_for_training_only() -> None:
    assert assign_parts(["a", "b", "b"], ["x"] * 3, SHARES) == ["train"] * 3


def test_a_part_without_a_share_gets_nothing() -> None:
    assert set(assign_parts(MANY, ["a"] * len(MANY), Shares(90, 0, 10))) == {"train", "test"}


def test_a_group_of_several_labels_stays_together() -> None:
    parts = assign_parts(["g", "g", "g", *MANY], ["a", "b", "b", *(["b"] * len(MANY))], SHARES)

    assert len(set(parts[:3])) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("80/20", "'80/20' is no split; write train/dev/test in percent, as 80/10/10"),
        ("80/-5/25", "'80/-5/25' is no split"),
        ("80/10/20", "a split sums to 100 with something left to train on, unlike '80/10/20'"),
        ("0/50/50", "a split sums to 100 with something left to train on"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BadData) as refusal:
        Shares.parse(text)

    assert str(refusal.value).startswith(complaint)
