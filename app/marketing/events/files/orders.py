"""What the import of a large file is asked for: a marketing job of one of KINDS."""

from dataclasses import dataclass
from typing import Literal

from app.marketing.events.batches import OnError

Holds = Literal["events", "items"]
KINDS: dict[Holds, str] = {"events": "event_import", "items": "item_import"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOrder:
    """Store the rows of the job's file, called `file`; with a faulty one the others, or none."""

    file: str
    on_error: OnError
