"""A follower's erasure leaves events as counts; on a real PostgreSQL."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.events.repository import EventFilter, Events
from app.marketing.events.values import EventKind, MarketingEvent
from app.privacy.pseudonym import get_digits, make_pseudonym
from app.privacy.repository import Followers
from tests.service import CMS_KEY

NOW = 1_800_000_000.0
VIEW = MarketingEvent(
    account="shop",
    id="e1",
    kind=EventKind.VIEW,
    time=NOW,
    recorded=NOW,
    pseudonym=make_pseudonym("mei", CMS_KEY),
    item="tea",
    unit="phone-1",
    properties={"city": "杭州"},
)


async def test_an_erased_follower_is_counted_under_a_random_id(engine: AsyncEngine) -> None:
    li = replace(VIEW, id="e3", pseudonym=make_pseudonym("li", CMS_KEY))
    later = replace(VIEW, id="e4", recorded=NOW + 1)
    rows = [VIEW, replace(VIEW, id="e2", kind=EventKind.CLICK), li, later]
    await Events(engine).write(rows)
    followers = Followers(engine, CMS_KEY)
    before = await followers.export_rows("shop", "mei")

    await followers.erase("shop", "mei", NOW)

    stored = {each.id: each for each in await Events(engine).list_page("shop", EventFilter())}
    anonym = stored["e1"].pseudonym
    assert [row["id"] for row in before["events"]] == ["e1", "e2", "e4"]
    assert anonym.startswith("x-")
    assert stored == {
        "e1": replace(VIEW, pseudonym=anonym, unit="", properties={}),
        "e2": replace(rows[1], pseudonym=anonym, unit="", properties={}),
        "e3": li,
        "e4": later,
    }
    assert await followers.count("shop", "mei", NOW) == 0


async def test_an_id_that_is_made_of_the_pseudonym_is_made_of_the_random_id_afterwards(
    engine: AsyncEngine,
) -> None:
    exposure = replace(VIEW, id=f"exposure:e:{get_digits(VIEW.pseudonym)}")
    await Events(engine).write([exposure])

    await Followers(engine, CMS_KEY).erase("shop", "mei", NOW)
    await Events(engine).write([replace(exposure, recorded=NOW + 1)])  # of who follows again

    events = await Events(engine).list_page("shop", EventFilter())
    first, second = sorted(events, key=lambda event: event.recorded)
    assert first.pseudonym.startswith("x-")
    assert (first.id, second.id) == (f"exposure:e:{get_digits(first.pseudonym)}", exposure.id)


async def test_an_event_that_is_written_after_the_erasure_is_not_the_followers(
    engine: AsyncEngine,
) -> None:
    await Followers(engine, CMS_KEY).erase("shop", "mei", NOW)
    again = replace(VIEW, id="e2", recorded=NOW + 1)

    await Events(engine).write([VIEW, again])

    stored = {each.id: each for each in await Events(engine).list_page("shop", EventFilter())}
    assert stored["e1"].pseudonym.startswith("x-")
    assert (stored["e1"].properties, stored["e2"]) == ({}, again)
