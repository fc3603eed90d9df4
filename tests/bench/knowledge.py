"""Entries for the account that the benchmark asks: what does the search cost a message?"""

import asyncio
from itertools import islice
from typing import Any

import httpx

from tests.bench.answers import corpus
from tests.bench.processes import Died, Service

AT_ONCE = 100  # entries of a request
LIVE_AFTER = 2.5  # seconds: what an operator writes is live within two
READ_AHEAD = 120.0  # seconds, at most, until the worker has read all entries
RESTS = 0.1  # CPU-seconds a second: reading ahead takes .2 or more
TIMEOUT = 120.0


def load_entries(count: int) -> list[dict[str, Any]]:
    """The first entries of the corpus's shops to train on. Raises ValueError where it has fewer."""
    entries = (
        {
            "id": f"{shop.id}-{entry.id}",
            "question": entry.question,
            "variants": list(entry.variants),
            "answer": entry.answer,
        }
        for shop in corpus.load("train")
        for entry in shop.entries
    )
    chosen = list(islice(entries, count))
    if len(chosen) < count:
        raise ValueError(f"the corpus has {len(chosen)} entries, {count} are asked for")
    return chosen


async def teach(service: Service, count: int) -> None:
    """The account knows `count` entries afterwards. Raises Died where they are refused."""
    headers = {"Authorization": f"Bearer {service.key}"}
    async with httpx.AsyncClient(
        base_url=service.base, headers=headers, timeout=TIMEOUT, trust_env=False
    ) as client:
        entries = load_entries(count)
        for at in range(0, count, AT_ONCE):
            body = {"account": "default", "entries": entries[at : at + AT_ONCE]}
            answer = await client.post("/api/v1/knowledge/entries", json=body)
            if answer.is_error:
                raise Died(f"entries are answered {answer.status_code}: {answer.text[:300]}")
    await asyncio.sleep(LIVE_AFTER)
    await _settled(service)


async def _settled(service: Service) -> None:
    """The worker reads new entries ahead: until its CPU rests, no message is measured."""
    async with asyncio.timeout(READ_AHEAD):
        while True:
            before = service.cpu()["worker"]
            await asyncio.sleep(1.0)
            if service.cpu()["worker"] - before < RESTS:
                return
