"""The real encoder behind the port."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from app.inference.local.encoder import LocalClassifier, plan_batches
from app.inference.ports import Classification
from models.encoder.precision import Dtype
from models.registry.pointer import Pointer, Promotion
from models.registry.registry import Registry
from tests.models import bundles

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
async def classifier(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalClassifier]:
    nothing_promoted = tmp_path_factory.mktemp("models")
    local = await asyncio.to_thread(LocalClassifier, "auto", 1, 40, nothing_promoted)
    yield local
    local.close()


async def test_names_the_intent_of_real_questions_in_order(classifier: LocalClassifier) -> None:
    texts = ["什么时候发货？", "人工客服", "能便宜点吗", "你是机器人吗"]

    classifications = await classifier.classify(texts)

    assert [j.intent.id for j in classifications if isinstance(j, Classification)] == [
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

    batches = plan_batches(lengths, budget)

    assert batches == split


@given(st.lists(st.integers(1, 128), max_size=200), st.integers(1, 900))
def test_every_text_has_one_place_and_no_pass_of_several_is_over_the_budget(
    lengths: list[int], budget: int
) -> None:
    batches = plan_batches(lengths, budget)

    sizes = [sum(lengths[i] for i in batch) for batch in batches if len(batch) > 1]
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert max(sizes, default=0) <= budget


async def test_a_text_is_judged_alike_alone_and_among_others(classifier: LocalClassifier) -> None:
    texts = ["我要退货", "好" * 300, "运费多少", "😀", "hello 你好 ١٢٣"]

    together = await classifier.classify(texts)
    alone = [(await classifier.classify([text]))[0] for text in texts]

    assert [_rounded(j) for j in together] == [_rounded(j) for j in alone]


async def test_every_intent_has_words_to_say(classifier: LocalClassifier) -> None:
    intents = classifier.intents.values()

    speechless = [intent.id for intent in intents if not intent.replies]

    assert (len(intents), speechless) == (150, [])


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """With a trained model whose answer to everything is its own intent; not promoted."""
    registry = Registry(tmp_path / "models")
    registry.add("intent", bundles.intents(tmp_path / "staged"))
    return registry


async def opened(registry: Registry) -> LocalClassifier:
    return await asyncio.to_thread(LocalClassifier, "cpu", 1, 400, registry.folder)


def point(registry: Registry, version: str) -> None:
    """As promote does, without trying the model first."""
    Pointer(registry.folder / "intent").write([Promotion(version, "2026-12-24", "shipped")])


async def test_texts_in_flight_are_judged_by_the_model_they_began_with(registry: Registry) -> None:
    local = await opened(registry)
    shipped, trained = registry.entries("intent")
    point(registry, trained.name)

    asking = asyncio.create_task(local.classify(["什么时候发货"] * 600))
    await asyncio.sleep(0)
    await local.refresh()
    swapped_before_the_end = not asking.done()
    before, after = await asking, await local.classify(["什么时候发货"])
    local.close()

    assert swapped_before_the_end
    assert _labels(before) == {("ask_ship_time", shipped.name)}
    assert _labels(after) == {("tea_party", trained.name)}
    assert (local.version, local.intents["tea_party"].replies) == (trained.name, (bundles.REPLY,))


async def test_a_broken_model_is_refused_once_and_the_old_one_stays(registry: Registry) -> None:
    local = await opened(registry)
    shipped, trained = registry.entries("intent")
    bundles.break_head(trained.folder)
    refused = _refused()

    point(registry, trained.name)
    for _ in range(3):
        await local.refresh()
    once = _refused() - refused
    restarted = await opened(registry)

    later = [_labels(await each.classify(["什么时候发货"])) for each in (local, restarted)]
    for each in (local, restarted):
        each.close()
    assert (once, later) == (1, [{("ask_ship_time", shipped.name)}] * 2)


async def test_a_worker_that_starts_answers_with_what_is_promoted(registry: Registry) -> None:
    [_, trained] = registry.entries("intent")
    point(registry, trained.name)

    local = await opened(registry)

    local.close()
    gauge = REGISTRY.get_sample_value("huiyin_model", {"version": trained.name})
    assert (local.version, gauge) == (trained.name, 1)


@pytest.mark.parametrize("dtype", ["fp32", "bf16"])
async def test_a_set_dtype_is_kept_when_another_model_is_promoted(
    registry: Registry, dtype: Dtype, tmp_path: Path
) -> None:
    staged = tmp_path / "own"
    adapter = bundles.own_adapter(staged)
    bundles.intents(staged, adapter_sha256=adapter, date="2026-12-03")
    bundles.mood(staged / "sentiment", adapter_sha256=adapter)
    trained = registry.add("intent", staged)
    local = await asyncio.to_thread(LocalClassifier, "cpu", 1, 400, registry.folder, dtype)
    shipped = local.dtype

    point(registry, trained.name)
    await local.refresh()

    promoted = local.dtype
    classifications = await local.classify(["什么时候发货"])
    local.close()
    gauge = REGISTRY.get_sample_value("huiyin_encoder_dtype", {"dtype": dtype})
    assert (shipped, promoted, gauge) == (dtype, dtype, 1)
    assert _labels(classifications) == {("tea_party", trained.name)}


def _refused() -> float:
    return REGISTRY.get_sample_value("huiyin_models_refused_total") or 0


def _labels(classifications: Sequence[object]) -> set[tuple[str, str]]:
    return {(j.intent.id, j.model) for j in classifications if isinstance(j, Classification)}


def _rounded(classification: object) -> tuple[str, float]:
    assert isinstance(classification, Classification)
    return classification.intent.id, round(classification.confidence, 3)
