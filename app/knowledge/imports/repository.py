"""Imports and their files in the database: stored by an api process, leased by a worker."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ScalarSelect, and_, delete, func, insert, or_, select, true, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import import_files, imports
from app.errors import Overloaded
from app.knowledge.imports.states import OVER

State = Literal["waiting", "reading", "embedding", "done", "refused", "cancelled"]
MOST_WAITING = 20  # unfinished imports of all accounts together: 400 MB at most
SMALL_BYTES = 2 * 1024 * 1024  # of an import's files; pictures count, though they cost little
SMALL_TEXTS = 1_000  # entries and chunks to embed: some seconds on one CPU
# The key of an advisory lock ("import"): imports are counted and added one at a time.
FILING_LOCK = 0x696D706F7274
KEEP_REPORT_SECONDS = 30 * 86_400.0  # seconds that a report can be read


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its name and content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LeasedImport:
    """An import leased by a worker."""

    id: str
    account: str
    dry_run: bool
    skip_faulty: bool
    tries: int


@dataclass(frozen=True, slots=True)
class ImportStore:
    """Reads and writes imports; a lease ends `lease` seconds after its last renewal."""

    engine: AsyncEngine
    lease: float = 15.0

    async def file(
        self, account: str, uploads: Sequence[Upload], *, dry_run: bool, skip_faulty: bool
    ) -> str:
        """Store files as a new import; returns its id. Raises Overloaded beyond `MOST_WAITING`."""
        row = {
            "id": uuid.uuid4().hex[:16], "account": account, "state": "waiting",
            "dry_run": dry_run, "skip_faulty": skip_faulty, "created": time.time(), "leased_by": "",
            "leased_until": 0.0, "tries": 0, "done": 0, "total": 0, "report": {},
        }  # fmt: skip
        files = [
            {"import_id": row["id"], "number": n, "name": each.name, "content": each.content}
            for n, each in enumerate(uploads)
        ]
        async with self.engine.begin() as connection:
            await _refuse_beyond_limit(connection)  # before the files are sent
            await connection.execute(insert(import_files), files)
            await connection.execute(select(func.pg_advisory_xact_lock(FILING_LOCK)))
            await _refuse_beyond_limit(connection)
            await connection.execute(insert(imports).values(**row))
            old = and_(
                imports.c.state.in_(OVER), imports.c.created < time.time() - KEEP_REPORT_SECONDS
            )
            await connection.execute(delete(imports).where(old))
        return str(row["id"])

    async def get(self, id: str) -> Row[Any] | None:  # noqa: A002 - the column's name
        """The row of an import, or None if it doesn't exist."""
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(select(imports).where(imports.c.id == id))
            return result.one_or_none()

    async def cancel(self, id: str) -> bool:  # noqa: A002
        """Cancel an import and erase its files. False if it was over or doesn't exist.

        A worker that runs it loses its lease: it notices at the next renewal (within a second), at
        the latest when it would store the import.
        """
        unfinished = and_(imports.c.id == id, imports.c.state.not_in(OVER))
        ended = {"state": "cancelled", "leased_by": "", "leased_until": 0.0}
        async with self.engine.begin() as connection:
            result = await connection.execute(update(imports).where(unfinished).values(**ended))
            if result.rowcount:
                await connection.execute(delete(import_files).where(import_files.c.import_id == id))
            return result.rowcount == 1

    async def take(self, holder: str, *, small: bool = False) -> LeasedImport | None:
        """Lease the oldest import that has no valid lease.

        None if there is none, or if another worker leased that one first.

        small: only imports with few bytes and, if counted by an earlier attempt, few texts.
        """
        free = or_(
            imports.c.state == "waiting",
            and_(imports.c.state.not_in(OVER), imports.c.leased_until < time.time()),
        )
        fits = (
            and_(imports.c.total <= SMALL_TEXTS, _sum_bytes() <= SMALL_BYTES) if small else true()
        )
        oldest = select(imports.c.id).where(free, fits).order_by(imports.c.created).limit(1)
        async with connect_to_read(self.engine) as connection:
            import_id = (await connection.execute(oldest)).scalar_one_or_none()
        if import_id is None:  # reading first: a write would make the workers wait for each other
            return None
        mine = {"state": "reading", "leased_by": holder, "leased_until": time.time() + self.lease}
        taking = update(imports).where(imports.c.id == import_id, free)
        taking = taking.values(**mine, tries=imports.c.tries + 1, done=0, total=0)
        async with self.engine.begin() as connection:
            row = (await connection.execute(taking.returning(imports))).one_or_none()
            if row is None:
                return None
            return LeasedImport(row.id, row.account, row.dry_run, row.skip_faulty, row.tries)

    async def files(self, leased_import: LeasedImport) -> list[Upload]:
        """The files of an import, in the order of upload."""
        condition = import_files.c.import_id == leased_import.id
        rows = select(import_files).where(condition).order_by(import_files.c.number)
        async with connect_to_read(self.engine) as connection:
            return [Upload(row.name, row.content) for row in await connection.execute(rows)]

    async def renew(self, leased_import: LeasedImport, holder: str, **progress: Any) -> bool:
        """Renew the lease and store the progress. False if the lease was lost."""
        progress["leased_until"] = time.time() + self.lease
        async with self.engine.begin() as connection:
            return await _update_leased(connection, leased_import, holder, progress)

    async def give_back(self, leased_import: LeasedImport, holder: str, texts: int = 0) -> None:
        """Return an import to the queue at once; the attempt doesn't count towards its tries.

        texts: how many entries and chunks it has, 0 if not counted.
        """
        back = {
            "state": "waiting",
            "leased_by": "",
            "leased_until": 0.0,
            "tries": leased_import.tries - 1,
        }
        back |= {"done": 0, "total": texts}
        async with self.engine.begin() as connection:
            await _update_leased(connection, leased_import, holder, back)


async def _refuse_beyond_limit(connection: AsyncConnection) -> None:
    """Raise Overloaded if `MOST_WAITING` imports are unfinished."""
    unfinished = select(func.count()).select_from(imports).where(imports.c.state.not_in(OVER))
    if (await connection.execute(unfinished)).scalar_one() >= MOST_WAITING:
        raise Overloaded("many imports wait already; try again when some are done")


def _sum_bytes() -> ScalarSelect[int]:
    """SQL: the total bytes of an import's files."""
    total = func.coalesce(func.sum(func.length(import_files.c.content)), 0)
    of_import = import_files.c.import_id == imports.c.id
    return select(total).where(of_import).correlate(imports).scalar_subquery()


async def finish_import(
    connection: AsyncConnection, leased_import: LeasedImport, holder: str, last: dict[str, Any]
) -> bool:
    """Store the final state and erase the files. False, without changes, if the lease was lost."""
    values = {"leased_by": "", "leased_until": 0.0}
    if not await _update_leased(connection, leased_import, holder, values | last):
        return False
    await connection.execute(
        delete(import_files).where(import_files.c.import_id == leased_import.id)
    )
    return True


async def _update_leased(
    connection: AsyncConnection, leased_import: LeasedImport, holder: str, values: dict[str, Any]
) -> bool:
    # `tries` too: after its lease ended, a worker may be the holder of a newer attempt.
    ours = and_(
        imports.c.id == leased_import.id,
        imports.c.leased_by == holder,
        imports.c.tries == leased_import.tries,
        imports.c.state.not_in(OVER),
    )
    result = await connection.execute(update(imports).where(ours).values(**values))
    return result.rowcount == 1
