"""What is kept of a turn: the record, what it cites, what a model made, what was not known."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from app.db.engines import UNAVAILABLE, is_bad_row, sqlstate
from app.delivery.record_queue import TurnRecords, follower
from app.dialogue import doubts, explain
from app.dialogue.context import Context
from app.dialogue.generation_log import Generation, GenerationLog
from app.dialogue.repository import TurnLog
from app.dialogue.turn import Turn
from app.jobs import Talk
from app.knowledge.gaps.service import Gaps
from app.messages import ai_label
from app.observability import metrics
from app.privacy.pseudonym import pseudonym
from app.redis import keys

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Records:
    """A turn's record goes into Redis with its answer; `write` takes it to the database."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    turns: TurnLog
    generations: GenerationLog
    gaps: Gaps
    key: str  # of pseudonyms

    def of(self, heard: Context, turn: Turn, why: dict[str, Any]) -> str:
        """The record of this turn, as JSON; what wants a better answer is noted besides."""
        said = heard.said
        for doubt in doubts.doubts(heard, turn):
            self.gaps.note(said.account, doubt.asked)
        made = asdict(self._made(said, turn)) if turn.made_by else None
        record = {
            "turn": explain.record(said, turn, why),
            "cited": explain.citations(said, turn),
            "made": made,
        }
        return json.dumps(record, ensure_ascii=False)

    async def write(self) -> None:
        """Put what was answered since the last time into the database.

        A record that the database refuses goes to the dead letters, and the others on their way.
        """
        waiting = TurnRecords(self.redis)
        try:
            while records := await waiting.read():
                _measure(await waiting.count(), records[0])
                await self._write(waiting, records)
                await waiting.remove(records)
            _measure(0, None)
        except UNAVAILABLE:
            _measure(await waiting.count(), next(iter(await waiting.read()), None))
            raise

    async def _write(self, waiting: TurnRecords, records: Sequence[str]) -> None:
        try:
            await self._insert(records)
        except Exception as error:
            if len(records) > 1 and _is_refusal(error):
                for record in records:
                    await self._write(waiting, [record])
            elif _is_refusal(error):
                await self._bury(waiting, records[0], error)
            else:
                raise

    async def _insert(self, records: Sequence[str]) -> None:
        contents = [json.loads(record) for record in records]
        turns = [each["turn"] for each in contents]
        made = [Generation(**each["made"]) for each in contents if each["made"]]
        await self.turns.write(turns, [row for each in contents for row in each["cited"]])
        await self.generations.write(made)
        await self._forget_what_was_late(turns)

    async def _bury(self, waiting: TurnRecords, record: str, error: Exception) -> None:
        metrics.RECORDS_REFUSED.inc()
        metrics.DEAD_LETTERS.inc()
        # Not the whole error: a driver's words may name what a follower wrote.
        log.error("record_refused", error=type(error).__name__, sqlstate=sqlstate(error))
        entry = await waiting.bury(record, repr(error))
        account, openid = follower(record)
        if await self.redis.exists(keys.forgotten(keys.user(str(account), str(openid)))):
            await self.redis.xdel(keys.DEAD, entry)

    def _made(self, said: Talk, turn: Turn) -> Generation:
        name, labelled = pseudonym(said.openid, self.key), ai_label.LABEL in turn.text
        return Generation(
            delivery=said.id,
            account=said.account,
            pseudonym=name,
            model=turn.made_by,
            text=turn.text,
            labelled=labelled,
            received=said.received,
        )

    async def _forget_what_was_late(self, rows: list[dict[str, Any]]) -> None:
        """Another worker may have erased a follower while rows of theirs waited here."""
        whose = sorted({(row["account"], row["openid"]) for row in rows})
        forgotten = await self.redis.mget([keys.forgotten(keys.user(*each)) for each in whose])
        for (account, openid), when in zip(whose, forgotten, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))


def _measure(count: int, oldest: str | None) -> None:
    metrics.RECORDS_WAITING.set(count)
    received = _received(oldest) if oldest else None
    metrics.RECORDS_AGE.set(0 if received is None else max(0.0, time.time() - received))


def _received(record: str) -> float | None:
    try:
        return float(json.loads(record)["turn"]["received"])
    except (ValueError, KeyError, TypeError):
        return None


def _is_refusal(error: Exception) -> bool:
    """What the record is, rather than where the database is."""
    return isinstance(error, KeyError | TypeError | ValueError) or is_bad_row(error)
