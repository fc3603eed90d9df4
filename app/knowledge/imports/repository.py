"""Files on their way into the knowledge base: filed by an api, worked through by a worker."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ScalarSelect, and_, delete, func, insert, or_, select, true, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.tables import import_files, imports
from app.errors import Overloaded

State = Literal["waiting", "reading", "embedding", "done", "refused", "cancelled"]
OVER = ("done", "refused", "cancelled")
MOST_WAITING = 20  # of all accounts: 400 MB at most
SMALL_BYTES = 2 * 1024 * 1024  # of files; pictures in a document weigh much and cost little
SMALL_TEXTS = 1_000  # to embed: some seconds on one CPU
KEEP_REPORT_SECONDS = 30 * 86_400.0  # seconds that a report can be read


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: as it was named, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LeasedImport:
    """An import that a worker has in hand."""

    id: str
    account: str
    dry_run: bool
    skip_faulty: bool
    tries: int


@dataclass(frozen=True, slots=True)
class ImportStore:
    """Reads and writes imports; `lease` is how many seconds a silent worker keeps one."""

    engine: AsyncEngine
    lease: float = 15.0

    async def file(
        self, account: str, uploads: Sequence[Upload], *, dry_run: bool, skip_faulty: bool
    ) -> str:
        """Take files in; the import's id. Raises Overloaded when many wait already."""
        row = {
            "id": uuid.uuid4().hex[:16], "account": account, "state": "waiting",
            "dry_run": dry_run, "skip_faulty": skip_faulty, "filed": time.time(), "holder": "",
            "held_until": 0.0, "tries": 0, "done": 0, "total": 0, "report": {},
        }  # fmt: skip
        files = [
            {"import_id": row["id"], "number": n, "name": each.name, "content": each.content}
            for n, each in enumerate(uploads)
        ]
        unfinished = select(func.count()).select_from(imports).where(imports.c.state.not_in(OVER))
        async with self.engine.begin() as connection:
            await connection.execute(insert(imports).values(**row))
            if (await connection.execute(unfinished)).scalar_one() > MOST_WAITING:
                raise Overloaded("many imports wait already; try again when some are done")
            await connection.execute(insert(import_files), files)
            old = and_(
                imports.c.state.in_(OVER), imports.c.filed < time.time() - KEEP_REPORT_SECONDS
            )
            await connection.execute(delete(imports).where(old))
        return str(row["id"])

    async def get(self, id: str) -> Row[Any] | None:  # noqa: A002 - the column's name
        """How an import stands; None when there is no such one."""
        async with self.engine.connect() as connection:
            result = await connection.execute(select(imports).where(imports.c.id == id))
            return result.one_or_none()

    async def cancel(self, id: str) -> bool:  # noqa: A002
        """End it and erase its files, whoever works at it; False when it was over or unknown.

        The worker learns of it as if another had taken it over: within a second, and at the latest
        when it would let the import in.
        """
        unfinished = and_(imports.c.id == id, imports.c.state.not_in(OVER))
        ended = {"state": "cancelled", "holder": "", "held_until": 0.0}
        async with self.engine.begin() as connection:
            result = await connection.execute(update(imports).where(unfinished).values(**ended))
            if result.rowcount:
                await connection.execute(delete(import_files).where(import_files.c.import_id == id))
            return result.rowcount == 1

    async def take(self, holder: str, *, small: bool = False) -> LeasedImport | None:
        """The oldest that nobody works at, for as long as the lease is renewed.

        small: only of those with few bytes and, where a reader has counted them, few texts.
        """
        free = or_(
            imports.c.state == "waiting",
            and_(imports.c.state.not_in(OVER), imports.c.held_until < time.time()),
        )
        fits = (
            and_(imports.c.total <= SMALL_TEXTS, _sum_bytes() <= SMALL_BYTES) if small else true()
        )
        oldest = select(imports.c.id).where(free, fits).order_by(imports.c.filed).limit(1)
        async with self.engine.connect() as connection:
            import_id = (await connection.execute(oldest)).scalar_one_or_none()
        if (
            import_id is None
        ):  # a look costs readers nothing; a write would cost every worker's turn
            return None
        mine = {"state": "reading", "holder": holder, "held_until": time.time() + self.lease}
        taking = update(imports).where(imports.c.id == import_id, free)
        taking = taking.values(**mine, tries=imports.c.tries + 1, done=0, total=0)
        async with self.engine.begin() as connection:
            row = (await connection.execute(taking.returning(imports))).one_or_none()
            if row is None:
                return None
            return LeasedImport(row.id, row.account, row.dry_run, row.skip_faulty, row.tries)

    async def files(self, leased_import: LeasedImport) -> list[Upload]:
        """What was sent."""
        condition = import_files.c.import_id == leased_import.id
        rows = select(import_files).where(condition).order_by(import_files.c.number)
        async with self.engine.connect() as connection:
            return [Upload(row.name, row.content) for row in await connection.execute(rows)]

    async def renew(self, leased_import: LeasedImport, holder: str, **progress: Any) -> bool:
        """Hold on to it, and say how far it is; whether it is still ours."""
        progress["held_until"] = time.time() + self.lease
        async with self.engine.begin() as connection:
            return await _update_leased(connection, leased_import, holder, progress)

    async def give_back(self, leased_import: LeasedImport, holder: str, texts: int = 0) -> None:
        """For another worker, at once: this one stops, and that isn't the import's fault.

        texts: how many it has, where they were counted.
        """
        back = {
            "state": "waiting",
            "holder": "",
            "held_until": 0.0,
            "tries": leased_import.tries - 1,
        }
        back |= {"done": 0, "total": texts}
        async with self.engine.begin() as connection:
            await _update_leased(connection, leased_import, holder, back)


def _sum_bytes() -> ScalarSelect[int]:
    """Of an import's files."""
    total = func.coalesce(func.sum(func.length(import_files.c.content)), 0)
    of_import = import_files.c.import_id == imports.c.id
    return select(total).where(of_import).correlate(imports).scalar_subquery()


async def finish_import(
    connection: AsyncConnection, leased_import: LeasedImport, holder: str, last: dict[str, Any]
) -> bool:
    """It is over, and the files are erased; False, and nothing done, when another has it now."""
    values = {"holder": "", "held_until": 0.0}
    if not await _update_leased(connection, leased_import, holder, values | last):
        return False
    await connection.execute(
        delete(import_files).where(import_files.c.import_id == leased_import.id)
    )
    return True


async def _update_leased(
    connection: AsyncConnection, leased_import: LeasedImport, holder: str, values: dict[str, Any]
) -> bool:
    # A worker that comes back after its lease ended holds nothing, though its name may stand there.
    ours = and_(
        imports.c.id == leased_import.id,
        imports.c.holder == holder,
        imports.c.tries == leased_import.tries,
        imports.c.state.not_in(OVER),
    )
    result = await connection.execute(update(imports).where(ours).values(**values))
    return result.rowcount == 1
