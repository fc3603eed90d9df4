"""The shipped care head with the word stems, on messages that it wasn't trained on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.inference.local.encoder import LocalClassifier
from app.inference.ports import Classification
from app.safety import care
from tests.safety.test_care import NEIGHBOURS, SETBACKS, VEILED, labelled

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
async def classifier(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalClassifier]:
    nothing_promoted = tmp_path_factory.mktemp("models")
    local = await asyncio.to_thread(LocalClassifier, "cpu", 1, 400, nothing_promoted)
    yield local
    local.close()


async def needs(classifier: LocalClassifier, texts: list[str]) -> list[str | None]:
    classifications = await classifier.classify(texts)
    return [
        care.recognise(text, each.suspicion if isinstance(each, Classification) else None)
        for text, each in zip(texts, classifications, strict=True)
    ]


async def test_97_of_100_crises_are_found(classifier: LocalClassifier) -> None:
    texts = [text for _, text in labelled(crises=True)]

    kinds = await needs(classifier, texts)

    missed = [text for text, kind in zip(texts, kinds, strict=True) if kind is None]
    assert len(missed) <= 0.03 * len(texts), missed


async def test_no_look_alike_is_taken_for_one(classifier: LocalClassifier) -> None:
    texts = [text for _, text in labelled(crises=False)]

    kinds = await needs(classifier, texts)

    assert [text for text, kind in zip(texts, kinds, strict=True) if kind] == []


@pytest.mark.parametrize("file", [NEIGHBOURS, VEILED])
async def test_no_neighbour_of_a_crisis_is_taken_for_one(
    classifier: LocalClassifier, file: Path
) -> None:
    texts = [text for _, text in labelled(crises=False, file=file)]

    kinds = await needs(classifier, texts)

    assert [text for text, kind in zip(texts, kinds, strict=True) if kind] == []


async def test_sadness_over_a_setback_is_no_crisis(classifier: LocalClassifier) -> None:
    texts = [text for _, text in labelled(crises=False, file=SETBACKS)]

    kinds = await needs(classifier, texts)

    assert [text for text, kind in zip(texts, kinds, strict=True) if kind] == []


@pytest.mark.parametrize("file", [SETBACKS, VEILED])
async def test_a_veiled_crisis_and_one_beside_a_setback_are_found(
    classifier: LocalClassifier, file: Path
) -> None:
    texts = [text for _, text in labelled(crises=True, file=file)]

    kinds = await needs(classifier, texts)

    assert [text for text, kind in zip(texts, kinds, strict=True) if kind is None] == []


async def test_every_judgement_says_how_likely_a_crisis_is(classifier: LocalClassifier) -> None:
    [order, crisis] = await classifier.classify(["什么时候发货", "我好想死，活不下去了"])

    assert isinstance(order, Classification)
    assert isinstance(crisis, Classification)
    assert order.suspicion is not None
    assert crisis.suspicion is not None
    assert order.suspicion.score < 0.5 < crisis.suspicion.score
    assert crisis.suspicion.kind == "suicide"
