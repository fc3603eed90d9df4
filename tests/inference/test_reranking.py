"""A search over which a reranker is set: what it verifies, and what is verified without it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from app.inference.fakes import FakeClassifier
from app.inference.ports import (
    Bands,
    Candidate,
    Capacity,
    Comparison,
    Excerpt,
    Reranker,
    SearchModel,
    Verification,
)
from app.inference.remote.endpoints.breaker import Breaker
from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.reranking import DOCUMENT, QUESTION, RerankedSearchModel, rescale_probability
from tests import pace

BANDS = Bands(sure=0.6, possible=0.3)
HOURS = Candidate(("几点关门", "营业到几点"), "每天 22:00 关门。")
PARKING = Candidate(("停车怎么收费",), "每小时 5 元。")
COMPARISON = Comparison("几点关门呀", (PARKING, HOURS))


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Scores(Reranker):
    """Gives each document the next of `says`, or raises it."""

    says: Callable[[str, Sequence[str]], list[float]]
    wait: float = 0.0
    at_once: int = 8
    documents: int = 24
    name: str = "scores"
    requests: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def capacity(self) -> Capacity:
        return Capacity(self.at_once, self.documents)

    async def score(self, question: str, documents: Sequence[str]) -> list[float]:
        self.requests.append((question, list(documents)))
        await asyncio.sleep(self.wait)
        return self.says(question, documents)

    async def close(self) -> None:
        """Nothing is held."""


def falling(_: str, documents: Sequence[str]) -> list[float]:
    return [0.9 - 0.1 * at for at in range(len(documents))]


def failing(_: str, __: Sequence[str]) -> list[float]:
    raise EndpointFault("answered 500")


def over(
    reranker: Reranker, clock: Clock | None = None, within: float = 1.0
) -> RerankedSearchModel:
    breaker = Breaker(clock=clock or Clock())
    return RerankedSearchModel(FakeClassifier(), reranker, BANDS, within=within, breaker=breaker)


async def without(comparisons: Sequence[Comparison]) -> list[list[Verification]]:
    """What the search itself says, on the reranker's scale."""
    search = FakeClassifier()
    return [
        [
            Verification(rescale_probability(v.probability, search.bands, BANDS), v.passage)
            for v in some
        ]
        for some in await search.verify(comparisons)
    ]


def counted(outcome: str) -> float:
    labels = {"reranker": "scores", "outcome": outcome}
    return REGISTRY.get_sample_value("huiyin_reranks_total", labels) or 0.0


async def test_the_reranker_verifies_headings_with_their_texts() -> None:
    reranker = Scores(falling)

    verified = await over(reranker).verify([COMPARISON, Comparison("没有", ()), COMPARISON])

    expected = [Verification(0.9, PARKING.text), Verification(0.8, HOURS.text)]
    assert verified == [expected, [], expected]
    assert reranker.requests == [
        ("几点关门呀", ["停车怎么收费：每小时 5 元。", "几点关门：每天 22:00 关门。"])
    ] * 2  # fmt: skip


async def test_vectors_and_version_are_the_searchs_and_bands_the_rerankers() -> None:
    search, model = FakeClassifier(), over(Scores(falling))

    assert await model.embed(["几点"]) == await search.embed(["几点"])
    assert await model.excerpts([COMPARISON]) == await search.excerpts([COMPARISON])
    assert (model.version, model.bands) == (search.version, BANDS)


class InWindows(FakeClassifier):
    """Two windows of the first candidate, one of the second; the third has none in time."""

    async def excerpts(self, comparisons: Sequence[Comparison]) -> list[list[Excerpt]]:
        return [
            [Excerpt(1, "", "乙"), Excerpt(0, "标题", "甲一"), Excerpt(0, "标题", "甲二"),
             Excerpt(2, "", "丙")]
            for _ in comparisons
        ]  # fmt: skip


async def test_a_candidate_is_as_likely_as_its_likeliest_window() -> None:
    reranker = Scores(lambda _, documents: [0.2, 0.0, 0.7][: len(documents)], documents=3)
    model = RerankedSearchModel(InWindows(), reranker, BANDS)
    chunks = tuple(Candidate(("标题",), text, is_chunk=True) for text in ("甲一甲二", "乙", "丙"))

    [verified] = await model.verify([Comparison("问", chunks)])

    assert verified == [Verification(0.7, "甲二"), Verification(0.2, "乙"), Verification(0.0, "")]
    assert reranker.requests == [("问", ["乙", "标题：甲一", "标题：甲二"])]


async def test_long_texts_are_cut_after_what_is_personal_is_masked() -> None:
    reranker = Scores(falling)
    model = RerankedSearchModel(
        FakeClassifier(), reranker, BANDS, mask=lambda text: text.replace("13800138000", "□")
    )
    comparison = Comparison("问" * (QUESTION - 5) + "13800138000" + "后" * 9, (
        Candidate(("题",), "答" * 2000),
    ))  # fmt: skip

    await model.verify([comparison])

    [(question, [document])] = reranker.requests
    assert question == "问" * (QUESTION - 5) + "□后后后后"
    assert document == "题：" + "答" * (DOCUMENT - 2)


async def test_a_failing_reranker_is_replaced_logged_once_and_left_alone() -> None:
    clock, reranker = Clock(), Scores(failing)
    model, before = over(reranker, clock), [counted(o) for o in ("failed", "resting", "answered")]
    with capture_logs() as logs:
        verified = [await model.verify([COMPARISON]) for _ in range(5)]
        clock.now += 6
        reranker.says = falling
        verified_again = await model.verify([COMPARISON])

    assert verified == [await without([COMPARISON])] * 5
    assert verified_again == [[Verification(0.9, PARKING.text), Verification(0.8, HOURS.text)]]
    assert len(reranker.requests) == 3 + 1
    after = [counted(o) for o in ("failed", "resting", "answered")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [3, 2, 1]
    assert [(each["event"], each["reranker"]) for each in logs] == [
        ("reranker_failed", "scores"), ("reranker_answers_again", "scores"),
    ]  # fmt: skip
    assert logs[0]["why"] == "answered 500"


async def test_a_batch_of_failures_is_one_failure() -> None:
    reranker = Scores(failing)
    model = over(reranker)

    await model.verify([COMPARISON] * 4)
    await model.verify([COMPARISON] * 4)

    reranker.says = falling
    [verified] = await model.verify([COMPARISON])
    assert verified[0] == Verification(0.9, PARKING.text)


async def test_a_refusal_of_one_request_doesnt_close_the_way_for_others() -> None:
    def refusing(question: str, documents: Sequence[str]) -> list[float]:
        if question == COMPARISON.question:
            raise EndpointFault("answered 422", blame=False)
        return falling(question, documents)

    model = over(Scores(refusing))
    other = Comparison("停车", (PARKING,))

    verified = [await model.verify([COMPARISON, other]) for _ in range(4)]

    [in_its_stead] = await without([COMPARISON])
    assert verified == [[in_its_stead, [Verification(0.9, PARKING.text)]]] * 4


async def test_a_slow_reranker_is_left_at_the_deadline() -> None:
    model, began = over(Scores(falling, wait=5), within=0.2), time.monotonic()

    with capture_logs() as logs:
        verified = await model.verify([COMPARISON])

    assert time.monotonic() - began < pace.seconds(2)
    assert verified == await without([COMPARISON])
    assert [each["why"][:11] for each in logs] == ["was silent "]


async def test_questions_without_a_place_in_time_blame_nobody() -> None:
    reranker = Scores(falling, wait=0.15, at_once=1)
    model, before = over(reranker, within=0.4), counted("busy")

    verified = await model.verify([COMPARISON] * 12)

    [in_its_stead] = await without([COMPARISON])
    answered = [each for each in verified if each != in_its_stead]
    assert 1 <= len(answered) <= 3
    assert len(reranker.requests) <= 4
    assert counted("busy") - before >= 8
    reranker.wait = 0.0
    assert (await model.verify([COMPARISON]))[0][0] == Verification(0.9, PARKING.text)


async def test_who_leaves_leaves_the_way_open() -> None:
    clock, reranker = Clock(), Scores(failing)
    model = over(reranker, clock)
    for _ in range(3):
        await model.verify([COMPARISON])
    clock.now += 6
    reranker.says, reranker.wait = falling, 5

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await model.verify([COMPARISON])

    reranker.wait = 0
    assert (await model.verify([COMPARISON]))[0][0] == Verification(0.9, PARKING.text)


async def test_nothing_is_asked_where_there_is_nothing_to_compare() -> None:
    reranker = Scores(falling)
    model: SearchModel = over(reranker)

    assert await model.verify([]) == []
    assert await model.verify([Comparison("问", ())]) == [[]]
    assert reranker.requests == []


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_rescaled_probability_keeps_its_order_and_its_band(one: float, other: float) -> None:
    made_for, target_bands = Bands(0.8, 0.1), Bands(0.5, 0.2)
    low, high = sorted((one, other))

    assert rescale_probability(low, made_for, target_bands) <= rescale_probability(
        high, made_for, target_bands
    )
    for before, after in ((0.8, 0.5), (0.1, 0.2), (0.0, 0.0), (1.0, 1.0)):
        assert rescale_probability(before, made_for, target_bands) == after
        assert (one >= before) == (
            rescale_probability(one, made_for, target_bands) >= after
        ) or one == pytest.approx(before)
