"""A language model that isn't one: OpenAI's protocol over real HTTP, with its bad days.

For load: `python -m tests.support.llm --port 8001 --seconds 0.1:30 --seed 7 --faults 0.1`.
"""

import argparse
import asyncio
import json
import random
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Body = dict[str, Any]

SMALL_TALK = "您好呀，很高兴和您聊天。有商品或订单方面的问题，随时可以问我。"
PASSAGE = re.compile(r"^\[(k\d+)\]\s*(.+)$", re.MULTILINE)
PIECE = 2  # characters a token


class Cut(Exception):
    """Raised inside a response: the server closes the connection without an end."""


@dataclass(frozen=True)
class Plan:
    """What becomes of one request."""

    text: str = ""  # "": the first passage that was given, else small talk
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before the first piece
    pause: float = 0.0  # seconds between pieces
    cut_after: int | None = None  # pieces, then the connection is gone
    hang_after: int | None = None  # pieces, then nothing more comes
    raw: tuple[str, ...] = ()  # sent as data instead of pieces
    reason: str = "stop"
    media_type: str = "text/event-stream"
    whole: Body | None = None  # sent as one JSON, by a server that doesn't stream


Planner = Callable[[Body], Plan]


class LanguageModel:
    """The server's state; `app` is the server itself. Scripted plans come first."""

    def __init__(self, plan: Planner = lambda _: Plan()) -> None:
        self.requests: list[Body] = []
        self.keys: list[str] = []  # the Authorization of each request
        self._plan = plan
        self._script: deque[Plan] = deque()
        self.app = Starlette(
            routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])]
        )

    def script(self, *plans: Plan) -> None:
        """What becomes of the next requests."""
        self._script.extend(plans)

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self.keys.append(request.headers.get("authorization", ""))
        plan = self._script.popleft() if self._script else self._plan(body)
        if plan.status != 200:
            error = {"error": {"message": "as planned", "code": plan.status}}
            return Response(json.dumps(error), plan.status, plan.headers)
        if plan.whole is not None:
            await asyncio.sleep(plan.wait)
            return JSONResponse(plan.whole)
        return StreamingResponse(_events(plan, body), media_type=plan.media_type)


def drawn(seconds: tuple[float, float], seed: int, faults: float = 0.0) -> Planner:
    """Whole answers within `seconds`, evenly on a logarithmic scale; a share of `faults` fails."""
    dice = random.Random(seed)

    def plan(body: Body) -> Plan:
        text = answer(body)
        total = seconds[0] * (seconds[1] / seconds[0]) ** dice.random()
        pieces = max(1, len(text) // PIECE)
        even = {"text": text, "wait": total / 5, "pause": total * 0.8 / pieces}
        if dice.random() >= faults:
            return Plan(**even)
        return dice.choice([
            Plan(status=429, headers={"Retry-After": "1"}), Plan(status=500), Plan(status=503),
            Plan(hang_after=0), Plan(**even, hang_after=pieces // 2),
            Plan(**even, cut_after=pieces // 2), Plan(raw=("{not json",)),
        ])  # fmt: skip

    return plan


def answer(body: Body) -> str:
    """The first passage of the prompt with its id, or small talk."""
    passage = PASSAGE.search(body["messages"][-1]["content"])
    return f"{passage[2]}[{passage[1]}]" if passage else SMALL_TALK


async def _events(plan: Plan, body: Body) -> AsyncIterator[str]:
    text = plan.text or answer(body)
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)][: body["max_tokens"]]
    yield ": a comment, as some servers send to keep the line open\n\n"
    yield _event(_chunk({"role": "assistant", "content": ""}, None))
    await asyncio.sleep(plan.wait)
    for at, piece in enumerate([*pieces, ""]):
        if at == plan.cut_after:
            raise Cut
        if at == plan.hang_after:
            await asyncio.Event().wait()
        if plan.raw:
            break
        if piece:
            yield _event(_chunk({"content": piece}, None))
            await asyncio.sleep(plan.pause)
    for data in plan.raw:
        yield _event(data)
    whole = len("".join(pieces)) == len(text)
    yield _event(_chunk({}, plan.reason if whole else "length"))
    yield _event("[DONE]")


def _chunk(delta: Body, reason: str | None) -> str:
    return json.dumps(
        {"object": "chat.completion.chunk", "model": "sim",
         "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]},
        ensure_ascii=False,
    )  # fmt: skip


def _event(data: str) -> str:
    return f"data: {data}\n\n"


def main() -> None:
    """Serve on this machine alone until interrupted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8001)
    options.add_argument("--seconds", default="0.1:30", help="shortest:longest answer")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--faults", type=float, default=0.0, help="share of requests that fail")
    chosen = options.parse_args()
    shortest, longest = map(float, chosen.seconds.split(":"))
    model = LanguageModel(drawn((shortest, longest), chosen.seed, chosen.faults))
    uvicorn.run(model.app, port=chosen.port, log_level="warning")


if __name__ == "__main__":
    main()
