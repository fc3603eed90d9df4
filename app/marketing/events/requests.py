"""Answers worker requests about events: counts, files, and what sealed days have of a follower."""

import asyncio
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, assert_never

from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import CountEvents, ExportEvents, ImportTable
from app.marketing.events.analytics import build_analytics, build_reader, describe_activity
from app.marketing.events.days import find_start
from app.marketing.events.figures import count_by_day
from app.marketing.events.files.importing import TableImporter
from app.marketing.events.snapshots import find_events
from app.privacy.pseudonym import make_pseudonym
from app.settings import Settings

EventRequest = CountEvents | ExportEvents | ImportTable
_FIRST = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class EventRequests:
    """Answers with JSON values. Raises Refusal."""

    engine: AsyncEngine
    settings: Settings

    async def answer(self, request: EventRequest) -> Any:
        """The answer to one request; queries run on a thread."""
        match request:
            case CountEvents():
                return await self._count(request)
            case ExportEvents():
                return await self._export(request)
            case ImportTable():
                importer = TableImporter(
                    engine=self.engine, key=self.settings.key_of_pseudonyms,
                    keep_days=self.settings.events_keep_days, clock=time.time,
                    folder=self.settings.sealed_events,
                )  # fmt: skip
                return await importer.import_table(request)
            case _:
                assert_never(request)

    async def _count(self, request: CountEvents) -> list[dict[str, Any]]:
        first, last = date.fromisoformat(request.first), date.fromisoformat(request.last)
        span = (find_start(first), find_start(last + timedelta(days=1)))
        analytics = build_analytics(self.engine, self.settings)
        expression = await asyncio.to_thread(lambda: count_by_day(describe_activity()))
        rows = await analytics.run(request.account, expression, span)
        return [row | {"day": (_FIRST + timedelta(row["day"])).isoformat()} for row in rows]

    async def _export(self, request: ExportEvents) -> list[dict[str, Any]]:
        """All events of a follower, sealed ones too."""
        pseudonym = make_pseudonym(request.openid, self.settings.key_of_pseudonyms)
        reader = build_reader(self.engine, self.settings)
        async with reader.read_activity(request.account) as connection:
            return await asyncio.to_thread(find_events, connection, pseudonym)
