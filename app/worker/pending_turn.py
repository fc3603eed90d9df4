"""One follower's next message, and what is known beside it."""

from dataclasses import dataclass

from app.delivery.outbox import Parcel
from app.dialogue.context import Context
from app.jobs import Forget, Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One user's next message, with all that its turn needs.

    `heard` is None for a Forget and where listening failed; `kept` is None where the database could
    not be asked in time.
    """

    entry: str
    user: str
    job: str
    mail: Talk | Forget
    heard: Context | None
    kept: tuple[Parcel, ...] | None
    underway: bool = False  # an earlier answer isn't known to have arrived
