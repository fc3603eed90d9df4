"""Contents of an effect report are read the same before and after days are sealed."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.marketing.effects.loading import ContentOutcomes
from app.marketing.effects.values import ContentDay, ContentOutcome
from app.marketing.events.analytics import DuckdbAnalytics, PostgresAnalytics
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind, MarketingEvent
from tests.marketing.effects.contents import SEPTEMBER

DAY = 86_400.0
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 5)
EVENT = MarketingEvent(
    account="shop", id="e", kind=EventKind.EXPOSURE, time=SEPTEMBER, recorded=SEPTEMBER, item="tea"
)


async def add_item(engine: AsyncEngine, name: str, published: float) -> None:
    values = {
        "account": "shop", "id": name, "kind": "article", "title": f"新茶 {name}",
        "text": "一段话 ![图](a.png)", "tags": [], "link": "", "cover": "", "published": published,
        "hidden": False, "created": published, "changed": published,
    }  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(tables.items).values(**values))


def make_steps(item: str, pseudonym: str, time: float, *kinds: str) -> list[MarketingEvent]:
    """What a follower did with an item, an hour after one another."""
    return [
        replace(
            EVENT, id=f"{item}-{pseudonym}-{at}", item=item, pseudonym=pseudonym,
            kind=EventKind(kind.partition(" ")[0]), time=time + at * 3_600,
            value=float(kind.partition(" ")[2]) if " " in kind else None,
        )
        for at, kind in enumerate(kinds)
    ]  # fmt: skip


async def test_contents_read_the_same_before_and_after_their_days_are_sealed(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await add_item(engine, "tea", SEPTEMBER + 3_600)
    await add_item(engine, "cup", SEPTEMBER + DAY)
    await add_item(engine, "unseen", SEPTEMBER + DAY)
    await add_item(engine, "later", SEPTEMBER + 9 * DAY)
    depths = ("read_depth 0.4", "read_depth 1")
    rows = [
        *make_steps("tea", "f-1", SEPTEMBER + DAY, "exposure", "view", "view", *depths, "share"),
        *make_steps("tea", "f-2", SEPTEMBER + 3 * DAY, "view", "read_depth 0.9", "click"),
        *make_steps("tea", "f-3", SEPTEMBER + 3 * DAY, "exposure"),
        *make_steps("tea", "", SEPTEMBER + 3 * DAY, "view"),
        *make_steps("cup", "f-1", SEPTEMBER + 2 * DAY, "exposure", "like", "conversion"),
        *make_steps("later", "f-1", SEPTEMBER + 9 * DAY, "view"),
    ]
    await Events(engine).write(rows)
    reader = ActivityReader(engine=engine, folder=tmp_path)
    now = SEPTEMBER + 5 * DAY
    outcomes = ContentOutcomes(engine, DuckdbAnalytics(reader), lambda: now)
    before = await outcomes.load_from_events("shop", FIRST, LAST)
    in_database = replace(outcomes, analytics=PostgresAnalytics(engine))
    by_database = await in_database.load_from_events("shop", FIRST, LAST)

    sealer = DaySealer(engine=engine, folder=tmp_path, open_days=2, clock=lambda: now)
    sealed_count = await sealer.seal_due(["shop"])
    after = await outcomes.load_from_events("shop", FIRST, LAST)
    unreached = await outcomes.list_unreached("shop", FIRST, LAST, after)

    assert sealed_count == 2
    assert before == by_database == after
    assert [each.id for each in unreached] == ["unseen"]
    assert [each.outcome for each in before] == [
        ContentOutcome(
            id="cup", title="新茶 cup", characters=15, pictures=1, published=SEPTEMBER + DAY,
            exposures=1,
            counts={"reads": 0, "clicks": 0, "shares": 0, "likes": 1, "conversions": 1},
            days={1: ContentDay(reads=0, shares=0), 3: ContentDay(reads=0, shares=0)},
            group=f"{(SEPTEMBER + DAY) // 60:.0f}", days_over=4,
        ),
        ContentOutcome(
            id="tea", title="新茶 tea", characters=15, pictures=1, published=SEPTEMBER + 3_600,
            exposures=3,
            counts={"reads": 2, "clicks": 1, "shares": 1, "likes": 0, "conversions": 0},
            days={
                1: ContentDay(reads=0, shares=0),
                3: ContentDay(reads=1, shares=1, finish_rate=1.0),
            },
            finish_rate=0.5, group=f"{(SEPTEMBER + 3_600) // 60:.0f}", days_over=5,
        ),
    ]  # fmt: skip


async def test_articles_have_the_platforms_sums_of_days_1_3_and_7(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    article = {
        "account": "shop", "msgid": "7_1", "published": FIRST, "title": "新茶", "url": "",
        "notified": True,
    }  # fmt: skip
    days = [
        {"account": "shop", "msgid": "7_1", "day": FIRST + timedelta(at), "total_readers": readers,
         "total_sharers": at, "finish_rate": 0.4}
        for at, readers in enumerate([50, 60, 80, None, 90])
    ]  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(tables.published_articles).values(article))
        await connection.execute(insert(tables.article_days).values(days))
        await connection.execute(
            insert(tables.account_days).values(account="shop", day=FIRST, followers=1_000)
        )
    reader = ActivityReader(engine=engine, folder=tmp_path)

    [content] = await ContentOutcomes(engine, DuckdbAnalytics(reader)).load_from_platform(
        "shop", FIRST, LAST
    )

    assert content.outcome.counts == {"reads": 90, "shares": 4}
    assert content.outcome.days == {
        1: ContentDay(reads=50, shares=0, finish_rate=0.4),
        3: ContentDay(reads=80, shares=2, finish_rate=0.4),
    }
