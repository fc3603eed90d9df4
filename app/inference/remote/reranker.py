"""A reranker behind HTTP, in the variants of `POST …/rerank` that servers and vendors have.

Jina, Cohere, SiliconFlow, DashScope, vLLM, Xinference and llama.cpp take `documents`, Text
Embeddings Inference takes `texts`; the first answer shows which. Scores are `relevance_score` or
`score`, in any order. Most servers return probabilities, some logits.
"""

import json
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import httpx
import structlog

from app.inference.ports import Capacity, Reranker
from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.endpoints.http_answers import (
    OF_THE_ADDRESS,
    OF_THE_REQUEST,
    parse_retry_after,
    read_body,
    read_error,
)
from app.inference.remote.endpoints.refusals import clean_reason, describe_body
from app.inference.remote.language_models.event_stream import limit_bytes

log = structlog.get_logger()

CAPACITY = Capacity(at_once=8, documents=24)  # Text Embeddings Inference takes 32 by default
MAX_BODY = 1024 * 1024  # bytes; some servers send the documents back
CONNECT = 1.0  # seconds
ROUNDING = 1e-3  # a probability may be above 1 or below 0 by this much
# A document that no question is about: scored near 0 by probabilities, below 0 by logits.
UNRELATED = "火卫二绕火星一周大约需要三十个小时。"
REFUSES_THE_FORM = frozenset({400, 422})

Form = Literal["documents", "texts"]

_ENDING = re.compile(r"/(?:v\d+/)?rerank(?:s|ing)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RerankEndpoint:
    """One server. The key stays out of its repr."""

    base_url: str  # with or without /rerank, /reranks or /reranking at its end
    model: str = ""  # "" where the server has only one
    key: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The name in logs and metrics."""
        return f"{self.model or 'reranker'}@{urlsplit(self.base_url).netloc.rpartition('@')[2]}"

    @property
    def url(self) -> str:
        """The URL of requests; a query of the base URL is kept."""
        parts = urlsplit(self.base_url)
        path = parts.path.rstrip("/")
        path = path if _ENDING.search(path) else f"{path}/rerank"
        return urlunsplit(parts._replace(path=path, fragment=""))

    @property
    def address(self) -> str:
        """The URL for logs, without user, password and query."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class RemoteReranker(Reranker):
    """Scores by one endpoint; learns from the first answer its form and scale. Owns `http`."""

    def __init__(self, endpoint: RerankEndpoint, http: httpx.AsyncClient) -> None:
        self._endpoint = endpoint
        self._http = http
        self._form: Form | None = None  # None until the first answer
        self._are_logits: bool | None = None  # likewise

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def capacity(self) -> Capacity:
        return CAPACITY

    async def close(self) -> None:
        await self._http.aclose()

    async def score(self, question: str, documents: Sequence[str]) -> list[float]:
        texts = [_replace_surrogates(text) for text in documents]
        sent = texts if self._are_logits is not None else [*texts, UNRELATED]
        scores = await self._request_scores(_replace_surrogates(question), sent)
        self._learn_scale(scores)
        if self._are_logits:
            scores = [sigmoid(score) for score in scores]
        return [min(1.0, max(0.0, score)) for score in scores[: len(texts)]]

    async def _request_scores(self, question: str, texts: Sequence[str]) -> list[float]:
        forms: tuple[Form, ...] = (self._form,) if self._form else ("documents", "texts")
        for form in forms:
            body = await self._post_form(form, question, texts, is_last=form == forms[-1])
            if body is not None:
                scores = read_scores(body, len(texts))
                self._form = form
                return scores
        raise AssertionError("the last form gives a body or a fault")

    async def _post_form(
        self, form: Form, question: str, texts: Sequence[str], is_last: bool
    ) -> bytes | None:
        """The response's body; None where this form is refused and another is left to try.

        Raises EndpointFault.
        """
        try:
            async with self._http.stream(
                "POST",
                self._endpoint.url,
                json=self._build_body(form, question, texts),
                headers=self._request_headers,
                timeout=httpx.Timeout(None, connect=CONNECT, pool=CONNECT),
            ) as response:
                if response.is_success:
                    chunks = [chunk async for chunk in limit_bytes(read_body(response), MAX_BODY)]
                    return b"".join(chunks)
                if response.status_code in REFUSES_THE_FORM and not is_last:
                    return None
                raise await self._build_fault(response, [question, *texts])
        except httpx.InvalidURL as error:
            raise EndpointFault(f"has no usable address ({error})") from None
        except httpx.HTTPError as error:
            raise EndpointFault(f"broke off ({type(error).__name__})") from None

    def _build_body(self, form: Form, question: str, texts: Sequence[str]) -> dict[str, Any]:
        if form == "texts":
            return {"query": question, "texts": texts, "truncate": True}
        model = {"model": self._endpoint.model} if self._endpoint.model else {}
        return {**model, "query": question, "documents": texts, "top_n": len(texts)}

    @property
    def _request_headers(self) -> dict[str, str]:
        # No compression: a few bytes could unpack to very many.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        key = self._endpoint.key
        return {**headers, "Authorization": f"Bearer {key}"} if key else headers

    async def _build_fault(self, response: httpx.Response, sent: Sequence[str]) -> EndpointFault:
        status = response.status_code
        reason = describe_body(await read_error(response))
        reason = clean_reason(reason, sent, self._endpoint.key)
        address = f" at {self._endpoint.address}" if status in OF_THE_ADDRESS else ""
        return EndpointFault(
            f"answered {status}{address}" + (f" ({reason})" if reason else ""),
            # Before any form was accepted the settings are wrong: the breaker must count that.
            blame=status not in OF_THE_REQUEST or self._form is None,
            rest=parse_retry_after(response.headers.get("Retry-After", ""), time.time()),
        )

    def _learn_scale(self, scores: Sequence[float]) -> None:
        beyond = any(not -ROUNDING <= score <= 1 + ROUNDING for score in scores)
        if beyond and not self._are_logits:
            log.info("reranker_gives_logits", reranker=self.name)
        self._are_logits = beyond or bool(self._are_logits)


def read_scores(body: bytes, count: int) -> list[float]:
    """Parse a response: the scores of `count` documents, in order. Raises EndpointFault."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise EndpointFault("answered with what is no JSON") from None
    scores: dict[int, float] = {}
    for entry in _list_entries(answer):
        index, score = _read_entry(entry)
        if index in scores or not 0 <= index < count:
            raise EndpointFault(f"scored document {index} of {count} twice, or none such was sent")
        scores[index] = score
    if len(scores) != count:
        raise EndpointFault(f"scored {len(scores)} of {count} documents")
    return [scores[index] for index in range(count)]


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-logit), without overflow."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))


def _list_entries(answer: object) -> list[Any]:
    match answer:
        case [*entries] | {"results": [*entries]} | {"data": [*entries]}:
            return entries
        case {"output": {"results": [*entries]}}:
            return entries
        case _:
            raise EndpointFault("answered without a list of scores")


def _read_entry(entry: object) -> tuple[int, float]:
    match entry:
        case {"index": int(index), "relevance_score": float() | int() as score}:
            pass
        case {"index": int(index), "score": float() | int() as score}:
            pass
        case _:
            raise EndpointFault("answered with what is no index and score")
    if isinstance(index, bool) or isinstance(score, bool) or not _is_finite(score):
        raise EndpointFault("answered with a score that is no number")
    return index, float(score)


def _is_finite(score: float) -> bool:
    try:
        return math.isfinite(score)
    except OverflowError:  # an integer of several hundred digits
        return False


def _replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which can't be encoded, by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
