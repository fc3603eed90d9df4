"""Statistics in the database. Writing the same figures twice changes nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.tables import account_days, article_days, published_articles
from app.publishing.statistics.values import (
    AccountDay,
    ArticleDayFigures,
    Figures,
    PublishedArticle,
    list_values,
)

ROWS = 1_000  # of one statement: PostgreSQL takes 65,535 parameters


@dataclass(frozen=True, slots=True)
class StoredStatistics:
    """Reads and writes the figures of days and articles."""

    engine: AsyncEngine

    async def read_account_days(self, account: str, first: date, last: date) -> list[AccountDay]:
        """The stored days from `first` to `last`, in their order."""
        day = account_days.c.day
        query = select(account_days).where(account_days.c.account == account)
        query = query.where(day.between(first, last)).order_by(day)
        async with self.engine.connect() as connection:
            return [AccountDay(**_without_account(row)) for row in await connection.execute(query)]

    async def read_article_day(
        self, account: str, msgid: str, day: date
    ) -> ArticleDayFigures | None:
        """An article's figures of a day; None where none are stored yet."""
        mine = and_(article_days.c.account == account, article_days.c.msgid == msgid)
        query = select(article_days).where(mine, article_days.c.day == day)
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else ArticleDayFigures(**_without_account(row))

    async def find_article(self, account: str, msgid: str) -> PublishedArticle | None:
        """What is stored of an article; None before its first day is."""
        articles = published_articles
        query = select(articles).where(articles.c.account == account, articles.c.msgid == msgid)
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else PublishedArticle(**_without_account(row))


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


def _without_account(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "account"}
