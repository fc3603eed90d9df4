"""What whoever searches may expect of a search model, whichever it is."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import numpy as np
import pytest

from app.inference.fakes import FakeClassifier
from app.inference.local.search import LocalSearchModel
from app.inference.ports import Bands, Candidate, Comparison, SearchModel, TextVector
from app.inference.remote.reranker import RemoteReranker, RerankEndpoint
from app.inference.reranking import RerankedSearchModel
from tests.support.reranker import RerankServer
from tests.support.serve import serving

pytestmark = pytest.mark.timeout(120)

HOURS = Candidate(("几点关门", "营业到几点"), "每天 22:00 关门。")
PARKING = Candidate(("停车怎么收费",), "每小时 5 元，消费满 200 元免两小时。")
DOGS = Candidate(
    ("须知 > 宠物",),
    "小型犬可以进大厅，请牵好绳子，大型犬请留在门外的院子里等候，院子里备有水盆，夏天还有遮阳伞。\n"
    "餐厅里不让带宠物，导盲犬除外，请您谅解；若有疑问，请问前台的同事，他们会告诉您哪里可以寄放。",
    is_chunk=True,
)  # fmt: skip
COMPARISON = Comparison("几点关门", (PARKING, HOURS, DOGS))


@pytest.fixture(
    params=[
        "fake",
        pytest.param("local", marks=pytest.mark.weights),
        "endpoint",
        "endpoint that is down",
        pytest.param("endpoint over local", marks=pytest.mark.weights),
    ],
    scope="module",
)
async def model(request: pytest.FixtureRequest) -> AsyncIterator[SearchModel]:
    kind: str = request.param
    async with AsyncExitStack() as stack:
        search: SearchModel = FakeClassifier()
        if "local" in kind:
            search = local = await asyncio.to_thread(LocalSearchModel, "cpu", "fp32")
            stack.callback(local.close)
        if "endpoint" in kind:
            search = await stack.enter_async_context(_reranked(search, "down" in kind))
        yield search


@asynccontextmanager
async def _reranked(search: SearchModel, is_down: bool) -> AsyncIterator[SearchModel]:
    server = RerankServer(status=503 if is_down else 200)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # httpx would load its certificates each time
    async with (
        serving(server.app) as base,
        httpx.AsyncClient(verify=tls, trust_env=False) as http,
    ):
        reranker = RemoteReranker(RerankEndpoint(base), http)
        yield RerankedSearchModel(search, reranker, Bands(0.5, 0.2), within=5.0)


async def test_a_text_has_one_vector_of_length_1_named_after_its_model(model: SearchModel) -> None:
    rows = await model.embed(["几点关门", "停车怎么收费", "几点关门"])

    vectors = [row for row in rows if isinstance(row, TextVector)]
    assert [row.model for row in vectors] == [model.version] * 3
    assert [float(np.linalg.norm(row.vector)) for row in vectors] == pytest.approx([1.0] * 3)
    assert np.allclose(vectors[0].vector, vectors[2].vector, atol=1e-3)
    assert await model.embed([]) == []


async def test_what_answers_is_likelier_than_what_does_not(model: SearchModel) -> None:
    await model.prepare(COMPARISON.candidates)

    first, nothing, second = await model.verify(
        [COMPARISON, Comparison("几点关门", ()), COMPARISON]
    )

    probabilities = [each.probability for each in first]
    assert nothing == []
    assert [each.probability for each in second] == pytest.approx(probabilities, abs=1e-3)
    assert all(0 <= each <= 1 for each in probabilities)
    assert probabilities.index(max(probabilities)) == 1
    assert max(probabilities) >= model.bands.sure > model.bands.possible


async def test_a_passage_is_a_part_of_its_candidate(model: SearchModel) -> None:
    [verified] = await model.verify([COMPARISON])

    passages = [each.passage for each in verified]
    assert all(
        passage in candidate.text
        for passage, candidate in zip(passages, COMPARISON.candidates, strict=True)
    )
    assert passages[1] == HOURS.text


async def test_excerpts_begin_with_one_of_each_candidate(model: SearchModel) -> None:
    [excerpts, nothing] = await model.excerpts([COMPARISON, Comparison("几点关门", ())])

    assert nothing == []
    assert sorted(each.candidate for each in excerpts[:3]) == [0, 1, 2]
    assert all(
        each.heading in COMPARISON.candidates[each.candidate].headings
        and each.passage in COMPARISON.candidates[each.candidate].text
        for each in excerpts
    )


async def test_nothing_to_verify_is_no_fault(model: SearchModel) -> None:
    assert await model.verify([]) == []
    assert await model.excerpts([]) == []
