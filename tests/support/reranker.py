"""A reranker that compares letters: `/rerank` in the forms of its makers, with its bad days."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Body = dict[str, Any]
Render = Callable[[Sequence[float]], Any]


def results(scores: Sequence[float]) -> Any:
    """Jina, Cohere, vLLM, Xinference, SiliconFlow, DashScope: the best first."""
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    return {"results": [{"index": at, "relevance_score": scores[at]} for at in order], "meta": {}}


def pairs(scores: Sequence[float]) -> Any:
    """Text Embeddings Inference."""
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    return [{"index": at, "score": scores[at]} for at in order]


def data(scores: Sequence[float]) -> Any:
    """Voyage."""
    entries = [{"index": at, "relevance_score": score} for at, score in enumerate(scores)]
    return {"object": "list", "data": entries}


def output(scores: Sequence[float]) -> Any:
    """DashScope's own."""
    return {"output": results(scores), "request_id": "7"}


@dataclass
class RerankServer:
    """`takes` is the field that it wants documents in; another is refused as its maker does."""

    takes: str = "documents"
    render: Render = results
    logits: bool = False
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # sent in place of an answer
    wait: float = 0.0  # seconds
    requests: list[Body] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # the Authorization of each request

    @property
    def app(self) -> Starlette:
        """Answers at every path."""
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=["POST"])])

    async def _answer(self, request: Request) -> Response:
        body: Body = json.loads(await request.body())
        self.requests.append(body)
        self.paths.append(request.url.path)
        self.keys.append(request.headers.get("Authorization", ""))
        await asyncio.sleep(self.wait)
        if self.status != 200 or self.raw is not None:
            content = b'{"error": "out of order"}' if self.raw is None else self.raw
            return Response(content, self.status, dict(self.headers), "application/json")
        if self.takes not in body:
            message = f"Failed to deserialize the JSON body: missing field `{self.takes}`"
            return JSONResponse({"error": message}, 422)
        shares = [share(body["query"], text) for text in body[self.takes]]
        scores = [(each - 0.5) * 20 for each in shares] if self.logits else shares
        return JSONResponse(self.render(scores))


def share(question: str, text: str) -> float:
    """Of the question's letters, those that the text has."""
    letters = set(question)
    return len(letters & set(text)) / max(1, len(letters))
