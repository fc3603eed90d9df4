"""Builds the record of a turn: row, citations, generation, scan, events. Writes it."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from app.db.engines import UNAVAILABLE, is_bad_row, sqlstate
from app.delivery.record_queue import TurnRecords, parse_follower, parse_record
from app.dialogue.context import Context
from app.dialogue.gaps import doubts
from app.dialogue.records import explain
from app.dialogue.records.generation_log import Generation, GenerationLog
from app.dialogue.records.repository import TurnLog
from app.dialogue.turn import Turn
from app.inference.ports import Classifier, Sentiment
from app.jobs import MessageJob
from app.knowledge.gaps.service import Gaps
from app.marketing.events.callback_events import CallbackEvents
from app.marketing.experiments.serving.reply_wordings import build_exposure_record
from app.marketing.feelings.moods import measure_sentiment
from app.messages import ai_label
from app.observability import metrics
from app.privacy.pseudonym import make_pseudonym
from app.redis import keys
from app.redis.client import RedisClient
from app.touchpoints.qr.scan_events import ScanEvents

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecorder:
    """Builds records, which are committed to Redis with the reply; `write` moves them on."""

    redis: RedisClient
    classifier: Classifier
    turns: TurnLog
    generations: GenerationLog
    gaps: Gaps
    scan_events: ScanEvents
    callback_events: CallbackEvents
    key: str  # that pseudonyms are made with

    def explain_turn(self, turn: Turn, received: float) -> dict[str, Any]:
        """The turn's explanation as JSON values; `received` in seconds since 1970."""
        return explain.explain_turn(turn, self.classifier.version, received)

    def build_record(self, context: Context, turn: Turn, explanation: dict[str, Any]) -> str:
        """The record of this turn as JSON; its gaps (doubtful answers) are noted, too."""
        message_job = context.message
        for doubt in doubts.find_doubts(context, turn):
            self.gaps.note(message_job.account, doubt.gap_question)
        row = explain.build_turn_row(message_job, turn, explanation)
        generation = asdict(self._build_generation(message_job, turn)) if turn.made_by else None
        record = {
            "turn": row,
            "citations": explain.build_citation_rows(message_job, turn),
            "generation": generation,
            "scan": self.scan_events.build_row(message_job),
            "event": self.callback_events.build_record(
                message_job, row["intent"], _measure_sentiment(turn, row["text"])
            ),
            "exposures": [
                build_exposure_record(message_job, each, self.key) for each in turn.wordings
            ],
        }
        return json.dumps(record, ensure_ascii=False)

    async def write(self) -> None:
        """Write all waiting records to the database. Raises UNAVAILABLE.

        A record that the database refuses goes to the dead letters; the others are written.
        """
        waiting = TurnRecords(self.redis)
        try:
            while records := await waiting.read():
                _measure_backlog(await waiting.count(), records[0])
                await self._write_records(waiting, records)
                await waiting.remove(records)
            _measure_backlog(0, None)
        except UNAVAILABLE:
            _measure_backlog(await waiting.count(), next(iter(await waiting.read()), None))
            raise

    async def _write_records(self, waiting: TurnRecords, records: Sequence[str]) -> None:
        try:
            await self._insert_records(records)
        except Exception as error:
            if len(records) > 1 and _is_refusal(error):
                for record in records:
                    await self._write_records(waiting, [record])
            elif _is_refusal(error):
                await self._bury_record(waiting, records[0], error)
            else:
                raise

    async def _insert_records(self, records: Sequence[str]) -> None:
        contents = [parse_record(record) for record in records]
        turns = [each["turn"] for each in contents]
        generations = [Generation(**each["generation"]) for each in contents if each["generation"]]
        await self.turns.write(turns, [row for each in contents for row in each["citations"]])
        await self.generations.write(generations)
        await self.scan_events.write([each["scan"] for each in contents if each["scan"]])
        await self.callback_events.write(_list_events(contents))
        await self._erase_late_rows(turns)

    async def _bury_record(self, waiting: TurnRecords, record: str, error: Exception) -> None:
        metrics.RECORDS_REFUSED.inc()
        metrics.DEAD_LETTERS.inc()
        # Not the whole error: the driver's text may quote what a follower wrote.
        log.error("record_refused", error=type(error).__name__, sqlstate=sqlstate(error))
        entry = await waiting.bury(record, repr(error))
        account, openid = parse_follower(record)
        if await self.redis.exists(keys.erased_at(keys.user(str(account), str(openid)))):
            await self.redis.xdel(keys.DEAD_LETTERS, entry)

    def _build_generation(self, message_job: MessageJob, turn: Turn) -> Generation:
        name, labelled = make_pseudonym(message_job.openid, self.key), ai_label.LABEL in turn.text
        return Generation(
            delivery=message_job.id,
            account=message_job.account,
            pseudonym=name,
            model=turn.made_by,
            text=turn.text,
            labelled=labelled,
            received=message_job.received,
        )

    async def _erase_late_rows(self, rows: list[dict[str, Any]]) -> None:
        """Erase rows of followers whom another worker erased while the records waited."""
        followers = sorted({(row["account"], row["openid"]) for row in rows})
        erasure_times = await self.redis.mget(
            [keys.erased_at(keys.user(*each)) for each in followers]
        )
        for (account, openid), when in zip(followers, erasure_times, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))
                await self.scan_events.erase_pseudonym(account, openid, float(when))


def read_scan_rows(records: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of QR codes' scans in records (JSON) that are yet to be written."""
    scans = (json.loads(record).get("scan") for record in records)
    return [scan for scan in scans if scan]


def read_event_records(records: Sequence[str]) -> list[dict[str, Any]]:
    """The events in records (JSON) that are yet to be written."""
    return _list_events([json.loads(record) for record in records])


def _measure_sentiment(turn: Turn, text: str) -> Sentiment | None:
    """The sentiment that the message's event has; None without a classification."""
    return measure_sentiment(text, turn.classification) if turn.classification else None


def _list_events(contents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The events of messages, and exposures to variants; records of older versions have none."""
    return [
        event
        for content in contents
        for event in (content.get("event"), *content.get("exposures", ()))
        if event
    ]


def _measure_backlog(count: int, oldest: str | None) -> None:
    metrics.RECORDS_WAITING.set(count)
    received = _read_received_at(oldest) if oldest else None
    metrics.RECORDS_AGE.set(0 if received is None else max(0.0, time.time() - received))


def _read_received_at(record: str) -> float | None:
    try:
        return float(json.loads(record)["turn"]["received"])
    except (ValueError, KeyError, TypeError):
        return None


def _is_refusal(error: Exception) -> bool:
    """Whether the error is of the record itself, not of an unavailable database."""
    return isinstance(error, KeyError | TypeError | ValueError | AttributeError) or is_bad_row(
        error
    )
