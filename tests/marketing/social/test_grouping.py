"""Answers are grouped by what they name, and what is left by its meaning."""

import numpy as np

from app.marketing.social.digesting import make_digest
from app.marketing.social.grouping import group_answers
from app.marketing.social.values import FollowerAnswer

QUESTION = "您最希望我们的奶茶店改进什么？"
NAMED = ["外卖送到冰都化了", "外卖包装太浪费", "外卖员说你们慢"]
WAITING = ["等了二十分钟", "出餐慢，叫号听不见", "自取还要等半小时", "晒了好久"]
SWEET = ["三分糖跟七分糖一样甜", "糖浆像香精", "越来越淡", "跟水一样"]
ALONE = ["厕所能不能开放", "想要燕麦奶"]
TEXTS = [*NAMED, *WAITING, *SWEET, *ALONE]
ANSWERS = [FollowerAnswer(text) for text in TEXTS]


def make_vectors() -> np.ndarray:
    """Of length 1: those of a meaning are near, the two alone near to nothing."""
    axes = [0] * 3 + [1] * 4 + [2] * 4 + [3, 4]
    return np.eye(5)[axes]


def test_what_several_name_comes_first_and_the_rest_by_meaning() -> None:
    topics = group_answers(QUESTION, ANSWERS, make_vectors(), 10)

    assert [(topic.name, [TEXTS[at] for at in topic.places]) for topic in topics] == [
        ("", WAITING), ("", SWEET), ("外卖", NAMED), ("其他", ALONE),
    ]  # fmt: skip


def test_beyond_the_most_groups_the_smallest_are_the_rest() -> None:
    topics = group_answers(QUESTION, ANSWERS, make_vectors(), 3)

    assert [(topic.name, len(topic.places)) for topic in topics] == [("", 4), ("", 4), ("其他", 5)]


def test_answers_without_anything_in_common_are_the_rest() -> None:
    topics = group_answers(QUESTION, ANSWERS[-2:], make_vectors()[-2:], 10)

    assert [(topic.name, topic.places) for topic in topics] == [("其他", (0, 1))]


def test_a_group_of_one_meaning_is_called_by_a_typical_answer_that_is_no_complaint() -> None:
    answers = [
        FollowerAnswer(text, feeling="complaint" if text == WAITING[0] else None) for text in TEXTS
    ]

    digest = make_digest(QUESTION, answers, make_vectors(), {})

    waiting = next(group for group in digest.groups if WAITING[0] in group.complaint_quotes)
    assert waiting.name == "像“出餐慢，叫号听不见”这样的"
    assert waiting.quotes == ("自取还要等半小时", "晒了好久")
