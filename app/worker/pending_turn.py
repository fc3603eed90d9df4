"""PendingTurn: one user's next job with all that its turn needs."""

from dataclasses import dataclass

from app.delivery.outbox import OutboxMessage
from app.dialogue.context import Context
from app.jobs import TurnJob

StreamEntry = tuple[str, str]  # of the user stream: entry id, user with queued jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTurn:
    """One user's next job, with all that its turn needs.

    `context` is None for jobs without a message and where building it failed; `outbox_messages` is
    None where the database did not answer in time.
    """

    entry: str
    user: str
    job_json: str
    turn_job: TurnJob
    context: Context | None
    outbox_messages: tuple[OutboxMessage, ...] | None
    has_unconfirmed: bool = False  # an earlier reply of the user isn't known to have arrived
    failure: Exception | None = None  # of building or classifying the context: fails the turn
