"""What the service recorded of each message: the turn, what it cites, slots, summaries."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.redis import keys
from app.sessions.store import parse_session
from tests.bench.answers.playing import Conversation
from tests.bench.answers.stage import Stage
from tests.bench.answers.values import Exchange, Played, Record
from tests.bench.processes import Died

WRITTEN_WITHIN = 30.0  # seconds: a worker writes records a second after the answer
SILENCE = Record("silence")  # of a message that got neither answer nor record
SEARCHED = 10  # places
QUERIES_AT_ONCE = 100

_TURNS = "SELECT id, source, intent, confidence FROM turns"
_CITATIONS = "SELECT turn, source_id FROM citations ORDER BY ctid"
_SUMMARIES = "SELECT account, openid, summary FROM conversations"


@dataclass(frozen=True)
class Notes:
    """Everything recorded, by delivery and by follower."""

    records: Mapping[str, Record]
    summaries: Mapping[tuple[str, str], tuple[str, ...]]  # (account, openid)


async def collect(
    stage: Stage, conversations: Sequence[Conversation], *, searched: bool
) -> list[Played]:
    """Each conversation with its records; `searched`: with what the search endpoint finds.

    All are of one account. Raises Died where a record doesn't come.
    """
    account = conversations[0].account if conversations else ""
    deliveries = {reply.delivery for each in conversations for reply in each.replies if reply.reply}
    notes = await _notes(stage.database_url, deliveries)
    hit_ids: list[tuple[str, ...]] = [()] * len(conversations)
    if searched:
        hit_ids = await _search(stage, account, [each.case.turns[0] for each in conversations])
    scopes = await _scopes(stage, account, conversations)
    async with Redis.from_url(stage.redis_url, decode_responses=True) as redis:
        slots = [await _slots(redis, each) for each in conversations]
    return [
        Played(
            each.case,
            tuple(
                Exchange(reply.message, reply.reply, notes.records.get(reply.delivery, SILENCE))
                for reply in each.replies
            ),
            (*slots[at], *notes.summaries.get((each.account, each.openid), ())),
            scopes.get(each.case.id),
            hit_ids[at],
        )
        for at, each in enumerate(conversations)
    ]


async def _notes(database_url: str, deliveries: set[str]) -> Notes:
    until = time.monotonic() + WRITTEN_WITHIN
    while True:
        notes = await _read(database_url)
        missing = deliveries - notes.records.keys()
        if not missing:
            return notes
        if time.monotonic() > until:
            raise Died(f"{len(missing)} answered messages have no record, {min(missing)} is one")
        await asyncio.sleep(0.5)


async def _read(database_url: str) -> Notes:
    engine = create_async_engine(database_url, poolclass=NullPool)
    async with engine.connect() as connection:
        turns = (await connection.execute(text(_TURNS))).all()
        citations = (await connection.execute(text(_CITATIONS))).all()
        summaries = (await connection.execute(text(_SUMMARIES))).all()
    cited_by_turn = _grouped(citations, lambda row: str(row[0]))
    notes_by_turn = _grouped(summaries, lambda row: (str(row[0]), str(row[1])))
    return Notes(
        {
            id_: Record(source, cited_by_turn.get(id_, ()), *classification)
            for id_, source, *classification in turns
        },
        notes_by_turn,
    )


def _grouped(rows: Sequence[Any], key: Callable[[Any], Any]) -> dict[Any, tuple[str, ...]]:
    """The last column of the rows by their key, in order."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(str(row[-1]))
    return {name: tuple(values) for name, values in groups.items()}


async def _slots(redis: "Redis", conversation: Conversation) -> tuple[str, ...]:
    user = keys.user(conversation.account, conversation.openid)
    return tuple(parse_session(_decoded(await redis.get(keys.session(user)))).slots.values())


def _decoded(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


async def _search(stage: Stage, account: str, queries: Sequence[str]) -> list[tuple[str, ...]]:
    hit_ids = []
    for at in range(0, len(queries), QUERIES_AT_ONCE):
        part = list(queries[at : at + QUERIES_AT_ONCE])
        body = {"account": account, "queries": part, "top_k": SEARCHED}
        results = (await stage.ask("POST", "/knowledge/search", json=body))["results"]
        hit_ids += [tuple(str(hit["id"]) for hit in result["hits"]) for result in results]
    return hit_ids


async def _scopes(
    stage: Stage, account: str, conversations: Sequence[Conversation]
) -> dict[str, bool]:
    """Whether the intent of basics and manners is in scope, by case: the record doesn't tell."""
    scopes = {}
    for each in conversations:
        if each.case.intents:
            body = {"account": account, "openid": "o-preview", "text": each.case.turns[-1]}
            reply = await stage.ask("POST", "/replies", json=body)
            scopes[each.case.id] = bool(reply["in_scope"])
    return scopes
