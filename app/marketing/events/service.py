"""Records events that are sent to us, and lists them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.marketing.events.batches import OnError, RecordedBatch, RowFault, refuse_batch
from app.marketing.events.days import KEEP_DAYS, find_first_open, find_start
from app.marketing.events.repository import Events
from app.marketing.events.rows import RowReader
from app.marketing.events.values import MarketingEvent

MOST_ROWS = 10_000  # of a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecorder:
    """Checks rows and stores them as events. `key` is that of pseudonyms.

    Of days that are sealed or about to be, `open_days` before today, none is taken; None: of all
    that are kept, `keep_days` before today.
    """

    events: Events
    key: str
    open_days: int | None
    keep_days: int = KEEP_DAYS
    clock: Callable[[], float]

    async def record_events(
        self, account: str, rows: Sequence[Mapping[str, Any]], on_error: OnError = "none"
    ) -> RecordedBatch:
        """Store the rows of a batch, at most MOST_ROWS; an id that is stored already is left out.

        With a faulty row, "none" stores nothing and raises BadRows; "keep_rest" stores the
        others and names the row in the answer.
        """
        batch, faults = await self.read_rows(account, rows)
        keep_rest = on_error == "keep_rest"
        if faults and not keep_rest:
            raise refuse_batch(faults)
        recorded = await self.events.record(account, batch, keep_rest=keep_rest)
        ordered = sorted([*faults, *recorded.faults], key=lambda fault: fault.row)
        return RecordedBatch(recorded.stored, recorded.repeated, ordered)

    async def read_rows(
        self, account: str, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[list[tuple[int, MarketingEvent]], list[RowFault]]:
        """The events of rows with their places, from 1, and the faulty rows; nothing is stored."""
        now = self.clock()
        reader = RowReader(
            account=account, key=self.key, now=now,
            first_kept=find_start(find_first_open(now, self.keep_days)),
            first_open=find_start(find_first_open(now, self.open_days or self.keep_days)),
        )  # fmt: skip
        # In a thread: 10,000 rows take 0.2 s, in which this process would answer nobody.
        return await asyncio.to_thread(reader.read_rows, rows)
