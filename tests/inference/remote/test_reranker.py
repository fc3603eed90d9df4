"""A reranker behind a real socket: every form of answer, and what is none."""

import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.reranker import (
    UNRELATED,
    RemoteReranker,
    RerankEndpoint,
    read_scores,
    sigmoid,
)
from app.kit.http_clients import open_async_client
from tests.support import reranker as simulated
from tests.support.reranker import RerankServer
from tests.support.serve import serving

QUESTION = "几点关门"
DOCUMENTS = ["停车：每小时 5 元", "几点关门：每天 22:00", "关店：周一"]
SHARES = [0.0, 1.0, 0.25]


@asynccontextmanager
async def asking(
    server: RerankServer, path: str = "/v1", model: str = "bge", key: str = "key-7"
) -> AsyncIterator[RemoteReranker]:
    async with serving(server.app) as base:
        http = open_async_client()
        reranker = RemoteReranker(RerankEndpoint(base + path, model, key), http)
        yield reranker
        await reranker.close()


async def refusal(reranker: RemoteReranker) -> EndpointFault:
    with pytest.raises(EndpointFault) as refused:
        await reranker.score(QUESTION, DOCUMENTS)
    return refused.value


@pytest.mark.parametrize(
    ("takes", "render"),
    [
        ("documents", simulated.results),
        ("documents", simulated.data),
        ("documents", simulated.output),
        ("documents", simulated.pairs),
        ("texts", simulated.pairs),
        ("texts", simulated.results),
    ],
)
async def test_every_form_of_answer_gives_the_scores_in_the_order_of_the_documents(
    takes: str, render: simulated.Render
) -> None:
    server = RerankServer(takes, render)
    async with asking(server) as reranker:
        scores = [await reranker.score(QUESTION, DOCUMENTS) for _ in range(2)]

    assert scores == [SHARES, SHARES]
    assert [sorted(set(body) - {"query"}) for body in server.requests] == (
        [["documents", "model", "top_n"]] * 2
        if takes == "documents"
        else [["documents", "model", "top_n"], ["texts", "truncate"], ["texts", "truncate"]]
    )


async def test_model_key_and_all_documents_are_sent() -> None:
    server = RerankServer()
    async with asking(server) as reranker:
        await reranker.score(QUESTION, DOCUMENTS)
        await reranker.score("半个\ud83d字", DOCUMENTS[:1])

    assert server.requests == [
        {"model": "bge", "query": QUESTION, "documents": [*DOCUMENTS, UNRELATED], "top_n": 4},
        {"model": "bge", "query": "半个?字", "documents": DOCUMENTS[:1], "top_n": 1},
    ]
    assert server.keys == ["Bearer key-7"] * 2


async def test_a_server_of_one_model_needs_neither_its_name_nor_a_key() -> None:
    server = RerankServer()
    async with asking(server, model="", key="") as reranker:
        await reranker.score(QUESTION, DOCUMENTS)

    assert (server.keys, "model" in server.requests[0]) == ([""], False)
    assert reranker.name.startswith("reranker@127.0.0.1:")


async def test_logits_are_squashed_from_the_first_answer_on() -> None:
    server = RerankServer(logits=True)
    async with asking(server) as reranker:
        lone = await reranker.score(QUESTION, ["几点"])  # 0.0: may be a probability by itself
        all_three = await reranker.score(QUESTION, DOCUMENTS)

    assert lone == [0.5]
    assert all_three == pytest.approx([sigmoid(-10), sigmoid(10), sigmoid(-5)])


async def test_a_probability_may_be_off_by_rounding() -> None:
    server = RerankServer(render=lambda scores: simulated.results([s * 1.0000002 for s in scores]))
    async with asking(server) as reranker:
        scores = await reranker.score(QUESTION, DOCUMENTS)

    assert scores == pytest.approx(SHARES)
    assert max(scores) == 1.0


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_squashed_logits_are_probabilities(logit: float) -> None:
    assert 0 <= sigmoid(logit) <= 1
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1)


ENTRY = {"index": 0, "relevance_score": 0.5}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        ({}, "without a list of scores"),
        (None, "without a list of scores"),
        ({"results": {}}, "without a list of scores"),
        ({"results": []}, "scored 0 of 1 documents"),
        ({"results": [ENTRY, ENTRY]}, "twice, or none such"),
        ({"results": [{**ENTRY, "index": 1}]}, "none such was sent"),
        ({"results": [{**ENTRY, "index": -1}]}, "none such was sent"),
        ({"results": [{**ENTRY, "index": "0"}]}, "no index and score"),
        ({"results": [{**ENTRY, "index": False}]}, "no number"),
        ({"results": [{**ENTRY, "relevance_score": None}]}, "no index and score"),
        ({"results": [{**ENTRY, "relevance_score": "0.5"}]}, "no index and score"),
        ({"results": [{**ENTRY, "relevance_score": True}]}, "no number"),
        ({"results": [{**ENTRY, "relevance_score": math.nan}]}, "no number"),
        ({"results": [{**ENTRY, "relevance_score": math.inf}]}, "no number"),
        (b'[{"index": 0, "score": 1e999}]', "no number"),
        ({"results": [{**ENTRY, "relevance_score": 10**400}]}, "no number"),
        ({"results": [0.5]}, "no index and score"),
        ([0.5], "no index and score"),
    ],
)
def test_what_holds_no_score_for_each_document_is_refused(answer: Any, why: str) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    with pytest.raises(EndpointFault, match=why):
        read_scores(body, 1)


@pytest.mark.parametrize(
    ("status", "blame", "says"),
    [
        (500, True, "answered 500 (out of order)"),
        (503, True, "answered 503 (out of order)"),
        (401, True, "answered 401 (out of order)"),
        (404, True, "answered 404 at http://127.0.0.1:*/v1/rerank (out of order)"),
        (422, True, "answered 422 (out of order)"),  # in both forms: the settings are wrong
    ],
)
async def test_an_error_says_its_status_and_reason(status: int, blame: bool, says: str) -> None:
    server = RerankServer(status=status)
    async with asking(server) as reranker:
        fault = await refusal(reranker)

    error_text = str(fault).replace(reranker.name.rpartition(":")[2], "*")
    assert (error_text, fault.blame) == (says, blame)


async def test_a_request_that_is_refused_later_is_not_the_endpoints_fault() -> None:
    server = RerankServer()
    async with asking(server) as reranker:
        await reranker.score(QUESTION, DOCUMENTS)
        server.status = 422
        fault = await refusal(reranker)

    assert (str(fault), fault.blame, len(server.requests)) == (
        "answered 422 (out of order)", False, 2
    )  # fmt: skip


async def test_it_is_left_alone_for_as_long_as_it_asks() -> None:
    server = RerankServer(status=429, headers={"Retry-After": "30"})
    async with asking(server) as reranker:
        fault = await refusal(reranker)

    assert (fault.rest, fault.blame) == (30.0, True)


async def test_neither_key_nor_question_stands_in_a_fault() -> None:
    question = "你们店晚上几点关门"
    error = f"no score of {question} and {DOCUMENTS[0]} for key-7"
    server = RerankServer(status=400, raw=json.dumps({"error": error}).encode())
    async with asking(server) as reranker:
        with pytest.raises(EndpointFault) as refused:
            await reranker.score(question, DOCUMENTS)

    assert str(refused.value) == "answered 400 (no score of …and…for …)"
    assert "key-7" not in repr(RerankEndpoint("http://a", "m", "key-7"))


async def test_an_endless_answer_is_cut() -> None:
    server = RerankServer(raw=b" " * (1024 * 1024 + 1))
    async with asking(server) as reranker:
        fault = await refusal(reranker)

    assert str(fault) == "answered with more than 1048576 bytes"


async def test_a_redirect_is_not_followed() -> None:
    server = RerankServer(status=307, headers={"Location": "http://127.0.0.1:1/"})
    async with asking(server) as reranker:
        fault = await refusal(reranker)

    assert "answered 307 at http://127.0.0.1" in str(fault)


async def test_nobody_there_is_a_fault() -> None:
    http = open_async_client()
    reranker = RemoteReranker(RerankEndpoint("http://127.0.0.1:1"), http)

    fault = await refusal(reranker)
    await reranker.close()

    assert (str(fault), fault.blame) == ("broke off (ConnectError)", True)


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://a:8080", "http://a:8080/rerank"),
        ("http://a:8080/", "http://a:8080/rerank"),
        ("https://api.jina.ai/v1", "https://api.jina.ai/v1/rerank"),
        ("https://api.jina.ai/v1/rerank", "https://api.jina.ai/v1/rerank"),
        ("https://api.cohere.com/v2/rerank/", "https://api.cohere.com/v2/rerank"),
        ("https://a/compatible-api/v1/reranks", "https://a/compatible-api/v1/reranks"),
        ("http://a/reranking", "http://a/reranking"),
        ("http://a/prerank", "http://a/prerank/rerank"),
        ("http://a/v1?version=2#x", "http://a/v1/rerank?version=2"),
    ],
)
def test_a_base_url_may_name_the_path_or_not(base: str, url: str) -> None:
    assert RerankEndpoint(base).url == url


def test_address_and_name_hold_no_password() -> None:
    endpoint = RerankEndpoint("https://user:secret@host:8443/v1?key=secret", "bge")

    assert (endpoint.address, endpoint.name) == ("https://host:8443/v1/rerank", "bge@host:8443")
