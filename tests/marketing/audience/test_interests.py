"""Interests: words of what was read, recent and telling ones first."""

import numpy as np
import pytest

from app.marketing.audience.interests import (
    average_vectors,
    find_interests,
    list_item_words,
    weigh_items,
)
from app.marketing.events.values import EventKind
from tests.marketing.audience.activities import NOW, make_activity

VIEW, SHARE = EventKind.VIEW, EventKind.SHARE
WORDS = {"green": ("茶", "龙井"), "black": ("茶", "红茶"), "cup": ("紫砂",)}


def test_recent_and_strong_actions_count_more() -> None:
    activity = make_activity(
        [
            ("li", VIEW, 300, {"item": "green"}), ("li", VIEW, 1, {"item": "cup"}),
            ("mei", VIEW, 1, {"item": "black"}), ("mei", SHARE, 1, {"item": "green"}),
            ("new", EventKind.EXPOSURE, 1, {"item": "green"}),
        ]
    )  # fmt: skip

    interests = find_interests(activity, WORDS, NOW)

    assert interests[0][0] == "紫砂"
    assert interests[1][:2] == ["龙井", "茶"]
    assert interests[2] == []


def test_the_vector_is_the_mean_of_what_was_read() -> None:
    activity = make_activity(
        [("mei", VIEW, 0, {"item": "a"}), ("mei", VIEW, 30, {"item": "b"}), ("new", VIEW, 1)]
    )

    vectors = average_vectors(weigh_items(activity, NOW), np.array([[3.0, 0.0], [0.0, 3.0]]))

    assert vectors.tolist() == [pytest.approx([2.0, 1.0]), [0.0, 0.0]]


def test_an_item_is_about_its_tags_and_the_nouns_of_its_title() -> None:
    assert list_item_words("明前龙井和紫砂壶的春天", ["新茶"])[0] == "新茶"
    assert "龙井" in "".join(list_item_words("明前龙井和紫砂壶的春天", []))


@pytest.mark.parametrize("words", [{}, {"green": ()}])
def test_items_without_words_give_no_interests(words: dict[str, tuple[str, ...]]) -> None:
    activity = make_activity([("mei", VIEW, 1, {"item": "green"})])

    assert find_interests(activity, words, NOW) == [[]]
