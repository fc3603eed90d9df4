"""Scans in the database: counted once, for the channel that brought the follower, then nameless."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import scan_events
from app.jobs import MessageJob, MessageKind
from app.privacy.pseudonym import make_pseudonym
from app.privacy.repository import Followers
from app.touchpoints.qr.scan_events import ScanEvents
from app.touchpoints.qr.statistics import ScanCounts, ScanStatistics

KEY = "pepper"
EVE = 1_800_028_799.0  # 23:59:59 in Shanghai
MEI = make_pseudonym("mei", KEY)


def make_event(kind: MessageKind, scene: str, at: float, openid: str = "mei") -> MessageJob:
    """A follow or scan; its delivery is named by its time."""
    return MessageJob(
        id=f"wx1:{openid}-{at}", account="shop", openid=openid, kind=kind, text=scene, received=at
    )


async def record(events: ScanEvents, *jobs: MessageJob) -> None:
    await events.write([row for job in jobs if (row := events.build_row(job))])


async def read_pseudonyms(engine: AsyncEngine) -> list[tuple[str, str, str]]:
    columns = scan_events.c.kind, scan_events.c.scene, scan_events.c.pseudonym
    async with engine.connect() as connection:
        rows = await connection.execute(select(*columns).order_by(scan_events.c.at))
        return [(row.kind, row.scene, row.pseudonym) for row in rows]


async def test_an_event_that_is_recorded_again_counts_once(engine: AsyncEngine) -> None:
    events = ScanEvents(engine, KEY)
    follow = make_event("subscribe", "poster", EVE)

    for _ in range(2):
        await record(events, follow, make_event("scan", "poster", EVE + 1))
    for _ in range(2):
        await events.record_unfollow("shop", "mei", "wx1:left", EVE + 2)
    counts = await ScanStatistics(engine).count_by_scene("shop", ["poster", "shelf"])

    assert counts == {"poster": ScanCounts(gained=1, lost=1, scans=2)}


async def test_an_unfollow_counts_for_the_last_code_that_made_a_follower(
    engine: AsyncEngine,
) -> None:
    events = ScanEvents(engine, KEY)
    await record(
        events,
        make_event("subscribe", "poster", EVE),
        make_event("subscribe", "shelf", EVE + 1),
        make_event("scan", "poster", EVE + 2),
        make_event("subscribe", "poster", EVE + 3, "lan"),
    )

    await events.record_unfollow("shop", "mei", "wx1:left", EVE + 4)
    await events.record_unfollow("shop", "bo", "wx1:bo-left", EVE + 4)
    counts = await ScanStatistics(engine).count_by_scene("shop", ["poster", "shelf"])

    assert counts == {
        "poster": ScanCounts(gained=2, lost=0, scans=3),
        "shelf": ScanCounts(gained=1, lost=1, scans=1),
    }


async def test_an_erasure_takes_the_pseudonym_and_leaves_the_counts(engine: AsyncEngine) -> None:
    events, followers = ScanEvents(engine, KEY), Followers(engine, KEY)
    await record(
        events,
        make_event("subscribe", "poster", EVE),
        make_event("subscribe", "poster", EVE, "lan"),
        make_event("scan", "poster", EVE + 9),
    )
    exported = await followers.export_rows("shop", "mei")

    before = await followers.count("shop", "mei", EVE + 1)
    erased = await followers.erase("shop", "mei", EVE + 1)
    left = await followers.count("shop", "mei", EVE + 1)
    await events.record_unfollow("shop", "mei", "wx1:left", EVE + 10)
    counts = await ScanStatistics(engine).count_by_scene("shop", ["poster"])

    assert sorted(row["kind"] for row in exported["scan_events"]) == ["follow", "scan"]
    assert (before, erased, left) == (1, 1, 0)
    assert sorted(await read_pseudonyms(engine)) == sorted(
        [
            ("follow", "poster", ""),
            ("follow", "poster", make_pseudonym("lan", KEY)),
            ("scan", "poster", MEI),
        ]
    )
    assert counts == {"poster": ScanCounts(gained=2, lost=0, scans=3)}


async def test_days_are_those_of_the_accounts_zone(engine: AsyncEngine) -> None:
    events, statistics = ScanEvents(engine, KEY), ScanStatistics(engine)
    await record(
        events,
        make_event("subscribe", "poster", EVE),
        make_event("scan", "poster", EVE + 1),
        make_event("scan", "poster", EVE + 86_401),
    )
    first, last = date(2027, 1, 15), date(2027, 1, 16)

    in_shanghai = await statistics.count_by_day(
        "shop", "poster", first, last, ZoneInfo("Asia/Shanghai")
    )
    in_kathmandu = await statistics.count_by_day(
        "shop", "poster", first, first, ZoneInfo("Asia/Kathmandu")
    )

    assert in_shanghai == {
        first: ScanCounts(gained=1, lost=0, scans=1),
        last: ScanCounts(gained=0, lost=0, scans=1),
    }
    assert in_kathmandu == {first: ScanCounts(gained=1, lost=0, scans=2)}


def test_only_scenes_that_a_code_can_have_make_a_row(engine: AsyncEngine) -> None:
    events = ScanEvents(engine, KEY)
    messages: list[tuple[MessageKind, str]] = [
        ("subscribe", ""), ("scan", "s" * 65), ("text", "poster"), ("click", "poster")
    ]  # fmt: skip

    rows = [events.build_row(make_event(kind, text, EVE)) for kind, text in messages]

    assert rows == [None] * 4
