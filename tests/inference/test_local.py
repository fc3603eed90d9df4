"""The real encoder behind the port."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.inference.local import LocalClassifier
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
