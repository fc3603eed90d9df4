"""A cross-encoder in this process, and what the settings make of a name."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from app.errors import BadSettings
from app.inference import rerankers
from app.inference.fakes import FakeClassifier
from app.inference.local.reranker import LocalReranker, open_local
from app.inference.ports import Bands, Candidate, Comparison
from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.reranker import RemoteReranker
from app.inference.reranking import RerankedSearchModel
from app.settings import Settings
from models.search.cross_encoder import CrossEncoder
from tests.models import cross_encoders

QUESTION = "几点关门呀"
DOCUMENTS = ["停车怎么收费：每小时5元。", "几点关门：每天22点关门。"]


def settings(**changed: Any) -> Settings:
    return Settings(_env_file=None, **changed)


class Passes(CrossEncoder):
    """Gives these logits, pass by pass, or raises them."""

    def __init__(self, *passes: list[float] | Exception) -> None:
        self.passes = passes
        self.done = 0

    def logits(self, question: str, documents: Sequence[str]) -> Iterator[list[float]]:
        for each in self.passes:
            if isinstance(each, Exception):
                raise each
            self.done += 1
            yield each


async def test_a_folder_of_a_cross_encoder_gives_probabilities(tmp_path: Path) -> None:
    folder = cross_encoders.make(tmp_path / "tiny-reranker")
    [logits] = CrossEncoder(folder, "cpu").logits(QUESTION, DOCUMENTS)

    reranker = await rerankers.open_reranker(settings(reranker=str(folder)), "cpu", "fp32")

    assert isinstance(reranker, LocalReranker)
    scores = await reranker.score(QUESTION, DOCUMENTS)
    await reranker.close()
    assert reranker.name == "tiny-reranker"
    assert scores == pytest.approx(torch.tensor(logits).sigmoid().tolist(), abs=1e-5)


async def test_it_verifies_in_the_searchs_stead(tmp_path: Path) -> None:
    reranker = await open_local(str(cross_encoders.make(tmp_path)), "cpu", "fp32")
    model = RerankedSearchModel(FakeClassifier(), reranker, Bands(0.5, 0.2), within=10.0)
    candidates = (
        Candidate(("停车怎么收费",), "每小时5元。"),
        Candidate(("几点关门",), "每天22点关门。"),
    )

    [verified] = await model.verify([Comparison(QUESTION, candidates)])

    scores = await reranker.score(QUESTION, DOCUMENTS)
    await reranker.close()
    assert [each.probability for each in verified] == pytest.approx(scores, abs=1e-6)


@pytest.mark.parametrize(
    ("passes", "why"),
    [
        ([[0.0, math.nan]], "computed a score that is no number"),
        ([RuntimeError("CUDA error")], "failed: RuntimeError"),
        ([torch.OutOfMemoryError("2 GB")], "failed: OutOfMemoryError"),
    ],
)
async def test_a_model_that_fails_is_a_fault(passes: list[Any], why: str) -> None:
    reranker = LocalReranker(Passes(*passes), "m", "cpu")

    with pytest.raises(EndpointFault, match=why):
        await reranker.score(QUESTION, DOCUMENTS)
    await reranker.close()


async def test_what_nobody_waits_for_is_stopped_after_a_pass() -> None:
    loop, gate = asyncio.get_running_loop(), asyncio.Event()

    class Waiting(Passes):
        def logits(self, question: str, documents: Sequence[str]) -> Iterator[list[float]]:
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
            yield from super().logits(question, documents)

    model = Waiting([0.0], [0.0], [0.0])
    reranker = LocalReranker(model, "m", "cpu")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await reranker.score(QUESTION, DOCUMENTS)
    gate.set()
    await reranker.close()

    assert model.done == 1


async def test_a_name_of_no_cross_encoder_stops_the_start(tmp_path: Path) -> None:
    folder = cross_encoders.make(tmp_path, labels=2)

    with pytest.raises(BadSettings, match=r"^RERANKER is .*no cross-encoder that transformers"):
        await rerankers.open_reranker(settings(reranker=str(folder)), "cpu", "fp32")


async def test_without_a_name_the_search_verifies() -> None:
    assert await rerankers.open_reranker(settings(), "cpu", "fp32") is None


async def test_an_endpoint_is_asked_where_one_is_named() -> None:
    named = settings(rerank_base_url="http://127.0.0.1:9/v1", rerank_model="bge")

    reranker = await rerankers.open_reranker(named, "cpu", "fp32")

    assert isinstance(reranker, RemoteReranker)
    await reranker.close()
    assert reranker.name == "bge@127.0.0.1:9"
    assert rerankers.reranker_bands(named) == Bands(sure=0.5, possible=0.2)


def test_each_fault_of_the_settings_has_a_sentence() -> None:
    wrong = settings(
        reranker="lab/m", rerank_base_url="http://", rerank_api_key="密钥",
        rerank_sure=0.3, rerank_possible=0.3,
    )  # fmt: skip

    with pytest.raises(BadSettings) as refused:
        rerankers.check_settings(wrong)

    assert refused.value.faults == [
        "RERANKER and RERANK_BASE_URL are both set: name one of them.",
        "RERANK_BASE_URL is no base URL: write http:// or https://, a host and a path, such as "
        "http://127.0.0.1:8002/v1.",
        "RERANK_API_KEY has other characters than ASCII's.",
        "RERANK_POSSIBLE must be below RERANK_SURE.",
    ]
