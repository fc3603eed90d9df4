"""The real encoder behind the port."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inference.local import LocalClassifier, passes
from app.inference.ports import Judgement

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
async def classifier() -> AsyncIterator[LocalClassifier]:
    found = await asyncio.to_thread(LocalClassifier, "auto", 1, 40)
    yield found
    found.close()


async def test_names_the_intent_of_real_questions_in_order(classifier: LocalClassifier) -> None:
    texts = ["什么时候发货？", "人工客服", "能便宜点吗", "你是机器人吗"]

    judged = await classifier.classify(texts)

    assert [j.intent for j in judged if isinstance(j, Judgement)] == [
        "ask_ship_time",
        "transfer_to_person",
        "haggle",
        "bot_identity",
    ]


@pytest.mark.parametrize(
    ("lengths", "split"),
    [
        ([], []),
        ([3], [[0]]),
        ([900], [[0]]),
        ([30, 10, 20], [[1, 2, 0]]),
        ([40, 40, 40], [[0, 1], [2]]),
        ([10] * 12, [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]),
        ([90, 5, 90, 5], [[1, 3, 0], [2]]),
    ],
)
def test_texts_are_split_into_few_passes_of_like_size_by_length(
    lengths: list[int], split: list[list[int]]
) -> None:
    budget = 100

    found = passes(lengths, budget)

    assert found == split


@given(st.lists(st.integers(1, 128), max_size=200), st.integers(1, 900))
def test_every_text_has_one_place_and_no_pass_of_several_is_over_the_budget(
    lengths: list[int], budget: int
) -> None:
    found = passes(lengths, budget)

    sizes = [sum(lengths[i] for i in batch) for batch in found if len(batch) > 1]
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    assert max(sizes, default=0) <= budget


async def test_a_text_is_judged_alike_alone_and_among_others(classifier: LocalClassifier) -> None:
    texts = ["我要退货", "好" * 300, "运费多少", "😀", "hello 你好 ١٢٣"]

    together = await classifier.classify(texts)
    alone = [(await classifier.classify([text]))[0] for text in texts]

    assert [_rounded(j) for j in together] == [_rounded(j) for j in alone]


async def test_every_intent_has_words_to_say(classifier: LocalClassifier) -> None:
    intents = classifier.intents.values()

    speechless = [intent.id for intent in intents if not intent.replies]

    assert (len(intents), speechless) == (129, [])


def _rounded(judged: object) -> tuple[str, float]:
    assert isinstance(judged, Judgement)
    return judged.intent, round(judged.confidence, 3)
