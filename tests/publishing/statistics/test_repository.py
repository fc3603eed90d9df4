"""Figures in the database: each dataset fills its own columns, and twice is once."""

from dataclasses import asdict
from datetime import date

from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.statistics.repository import (
    StoredStatistics,
    select_account_days,
    select_article_days,
    write_figures,
)
from app.publishing.statistics.values import (
    AccountDay,
    ArticleDayFigures,
    Figures,
    PublishedArticle,
)

DAY = date(2026, 3, 1)
MSGID = "2247490098_1"


async def write(engine: AsyncEngine, figures: Figures) -> None:
    async with engine.begin() as connection:
        await write_figures(connection, "shop", figures)


async def test_figures_of_several_datasets_come_together(engine: AsyncEngine) -> None:
    changes = AccountDay(
        day=DAY, new_followers=3, lost_followers=1, follower_sources={"30": [3, 1]}
    )
    reads = ArticleDayFigures(day=DAY, msgid=MSGID, readers=5, reader_scenes={"朋友圈": 5})
    sums = ArticleDayFigures(day=DAY, msgid=MSGID, total_readers=8, finish_rate=0.5)
    article = PublishedArticle(
        msgid=MSGID, published=DAY, title="春茶上新", url="http://a.example/s/1", notified=False
    )

    for figures in (
        Figures(account_days=[changes], article_days=[reads]),
        Figures(account_days=[AccountDay(day=DAY, followers=120)]),
        Figures(article_days=[sums], articles=[article]),
        Figures(account_days=[changes], article_days=[reads, reads], articles=[article]),
    ):
        await write(engine, figures)

    statistics = StoredStatistics(engine)
    [account_day] = await statistics.read_rows(select_account_days("shop", DAY, DAY))
    [article_day] = await statistics.read_rows(select_article_days("shop", DAY, DAY, 2247490098))
    assert {name: value for name, value in account_day.items() if value is not None} == {
        "day": DAY, "new_followers": 3, "lost_followers": 1, "followers": 120,
        "follower_sources": {"30": [3, 1]},
    }  # fmt: skip
    stored = await statistics.read_article_day("shop", MSGID, DAY)
    assert stored == ArticleDayFigures(
        day=DAY, msgid=MSGID, readers=5, reader_scenes={"朋友圈": 5}, total_readers=8,
        finish_rate=0.5,
    )  # fmt: skip
    assert article_day == asdict(stored) | asdict(article)
    assert await statistics.read_rows(select_article_days("shop", DAY, DAY, 224749009)) == []
    assert await statistics.read_article_day("other", MSGID, DAY) is None
