"""One follower's next message, and what is known beside it."""

from dataclasses import dataclass

from app.delivery.outbox import OutboxMessage
from app.dialogue.context import Context
from app.jobs import EraseFollowerJob, MessageJob


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTurn:
    """One user's next message, with all that its turn needs.

    `context` is None for a Forget and where listening failed; `outbox_messages` is None where the
    database could not be asked in time.
    """

    entry: str
    user: str
    job_json: str
    turn_job: MessageJob | EraseFollowerJob
    context: Context | None
    outbox_messages: tuple[OutboxMessage, ...] | None
    has_unconfirmed: bool = False  # an earlier answer isn't known to have arrived
