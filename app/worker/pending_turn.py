"""PendingTurn: one user's next job with all that its turn needs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.delivery.outbox import OutboxMessage
from app.dialogue.context import Context
from app.jobs import TURN_JOB, MessageJob, TurnJob

StreamEntry = tuple[str, str]  # of the user stream: entry id, user with queued jobs


@dataclass(frozen=True, slots=True)
class UnreadableJob:
    """A queued job that this version can't parse: it is of a newer version, or no valid JSON."""

    id: str  # of its delivery; made from the job where it shows none: its tries are counted by it
    error: str  # without values of the job
    message_job: MessageJob | None  # what can be read of a message, as one of unsupported kind


LoadedJob = TurnJob | UnreadableJob


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTurn:
    """One user's next job, with all that its turn needs.

    `context` is None for other jobs than messages and where building it failed;
    `outbox_messages` is None where the database did not answer in time.
    """

    entry: str
    user: str
    job_json: str
    turn_job: LoadedJob
    context: Context | None
    outbox_messages: tuple[OutboxMessage, ...] | None
    has_unconfirmed: bool = False  # an earlier reply of the user isn't known to have arrived
    failure: Exception | None = None  # of building or classifying the context: fails the turn


def parse_turn_job(job_json: str) -> LoadedJob:
    """Parse a job of a user queue."""
    try:
        return TURN_JOB.validate_json(job_json)
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_input=False, include_context=False)
        fields = _parse_object(job_json)
        job_hash = hashlib.sha256(job_json.encode()).hexdigest()[:16]
        id_ = str(fields.get("id") or f"unreadable:{job_hash}")
        return UnreadableJob(id_, f"the job can't be read: {first['msg']}", _read_message(fields))


def _parse_object(job_json: str) -> dict[str, Any]:
    try:
        fields = json.loads(job_json)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _read_message(fields: Mapping[str, Any]) -> MessageJob | None:
    """The message in a job of another version; None for other jobs."""
    shared_fields = {
        name: fields.get(name) for name in ("type", "id", "account", "openid", "received")
    }
    try:
        return MessageJob.model_validate(shared_fields | {"kind": "unsupported"})
    except ValidationError:
        return None
