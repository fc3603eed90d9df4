"""Statistics in the database. Writing the same figures twice changes nothing."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Table, and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncResult

from app.db.engines import connect_to_read
from app.db.tables import account_days, article_days, published_articles
from app.publishing.statistics.values import (
    ArticleDayFigures,
    Figures,
    list_values,
)

ROWS = 1_000  # of one statement: PostgreSQL takes 65,535 parameters


@dataclass(frozen=True, slots=True)
class StoredStatistics:
    """Reads the figures of days and articles."""

    engine: AsyncEngine

    async def read_rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """The rows of a query of this module."""
        async with connect_to_read(self.engine) as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def stream_rows(self, query: Select[Any]) -> AsyncIterator[list[dict[str, Any]]]:
        """The same, ROWS at a time, from one consistent snapshot."""
        async with self.engine.connect() as connection:
            result: AsyncResult[Any] = await connection.stream(query)
            async for part in result.mappings().partitions(ROWS):
                yield [dict(row) for row in part]

    async def read_article_day(
        self, account: str, msgid: str, day: date
    ) -> ArticleDayFigures | None:
        """An article's figures of a day; None where none are stored yet."""
        mine = and_(article_days.c.account == account, article_days.c.msgid == msgid)
        rows = await self.read_rows(
            _select_without_account(article_days).where(mine, article_days.c.day == day)
        )
        return ArticleDayFigures(**rows[0]) if rows else None


def select_account_days(account: str, first: date, last: date) -> Select[Any]:
    """The account's days from `first` to `last`, in their order; columns as in AccountDay."""
    day = account_days.c.day
    mine = and_(account_days.c.account == account, day.between(first, last))
    return _select_without_account(account_days).where(mine).order_by(day)


def select_article_days(
    account: str, first: date, last: date, msg_data_id: int | None = None
) -> Select[Any]:
    """Articles by day, with title, address and day of publication where they are stored.

    Columns as in PublishedArticle and ArticleDayFigures; of one message with `msg_data_id`.
    """
    days, articles = article_days.c, published_articles.c
    same = and_(articles.account == days.account, articles.msgid == days.msgid)
    figures = [each for each in days if each.name not in ("account", "day", "msgid")]
    query = (
        select(
            days.day, days.msgid, articles.title, articles.url, articles.published,
            articles.notified, *figures,
        )
        .join_from(article_days, published_articles, same, isouter=True)
        .where(days.account == account, days.day.between(first, last))
        .order_by(days.day, days.msgid)
    )  # fmt: skip
    if msg_data_id is None:
        return query
    return query.where(days.msgid.startswith(f"{msg_data_id}_", autoescape=True))


async def write_figures(connection: AsyncConnection, account: str, figures: Figures) -> None:
    """Insert or update the rows of an answer; columns of other datasets stay as they are."""
    await _upsert(connection, account_days, account, map(list_values, figures.account_days))
    await _upsert(connection, article_days, account, map(list_values, figures.article_days))
    await _upsert(connection, published_articles, account, map(asdict, figures.articles))


async def _upsert(
    connection: AsyncConnection, table: Table, account: str, rows: Iterable[dict[str, Any]]
) -> None:
    keys = [column.name for column in table.primary_key]
    # One statement can't change a row twice: of two rows of a day the last one stands.
    values = {
        tuple(row[key] for key in keys): row for row in ({"account": account} | r for r in rows)
    }
    for names, some in _group_by_columns(values.values()).items():
        for start in range(0, len(some), ROWS):
            statement = insert(table).values(some[start : start + ROWS])
            changes = {name: statement.excluded[name] for name in names if name not in keys}
            await connection.execute(
                statement.on_conflict_do_update(index_elements=keys, set_=changes)
                if changes
                else statement.on_conflict_do_nothing()
            )


def _group_by_columns(
    rows: Iterable[dict[str, Any]],
) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(sorted(row)), []).append(row)
    return groups


def _select_without_account(table: Table) -> Select[Any]:
    return select(*(column for column in table.c if column.name != "account"))
