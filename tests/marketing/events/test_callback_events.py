"""What reaches us from the platform becomes an event, without a second store of texts."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import func, select

from app.db import tables
from app.privacy.pseudonym import make_pseudonym
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from tests.service import CMS_KEY, SHIPPING, Service, client, until

MEI = make_pseudonym("mei", CMS_KEY)


async def list_events(running: Service) -> Sequence[Any]:
    events = tables.events.c
    query = select(events.kind, events.pseudonym, events.properties).order_by(events.time)
    async with running.engine.connect() as connection:
        return (await connection.execute(query)).all()


async def count_events(running: Service) -> int:
    return len(await list_events(running))


async def has_turns(running: Service, count: int) -> bool:
    async with running.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(tables.turns)) == count


async def test_what_a_follower_does_is_recorded_without_its_text(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        phone = Phone(wechat, "mei")
        await phone.send(messages.event("subscribe", EventKey="qrscene_poster"))
        await phone.send(messages.text(SHIPPING))
        await phone.send(messages.view("https://a.example/menu"))
        await phone.send(messages.event("CLICK", EventKey="orders"))

        async def is_recorded() -> bool:
            return await count_events(huiyin) == 4

        await until(is_recorded)

    follow, message, view, tap = await list_events(huiyin)
    assert follow == ("follow", MEI, {"scene": "poster"})
    assert (message.kind, message.pseudonym) == ("message", MEI)
    assert message.properties.keys() <= {"type", "intent", "sentiment"}
    assert message.properties["type"] == "text"
    assert view == ("menu", MEI, {"key": "https://a.example/menu"})
    assert tap == ("menu", MEI, {"key": "orders"})


async def test_a_visitor_of_the_playground_leaves_no_event(huiyin: Service) -> None:
    async with client(huiyin, key=None) as http, huiyin.wechat() as wechat:
        for typed in (
            {"kind": "subscribe"}, {"text": SHIPPING}, {"text": "有什么推荐"},
        ):  # fmt: skip
            await http.post("/playground/messages", json={"openid": "mei"} | typed)
        await Phone(wechat, "li").send(messages.text(SHIPPING))

        async def is_recorded() -> bool:
            return bool(await count_events(huiyin))

        await until(is_recorded)
        await until(partial(has_turns, huiyin, 4))

    assert {event.pseudonym for event in await list_events(huiyin)} == {
        make_pseudonym("li", CMS_KEY)
    }


async def test_who_leaves_is_counted_and_no_more_known(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat, client(huiyin) as http:
        phone = Phone(wechat, "mei")
        await phone.send(messages.text(SHIPPING))
        await phone.send(messages.unsubscribe())

        async def is_recorded() -> bool:
            return await count_events(huiyin) == 2

        await until(is_recorded)
        exported = (await http.get("/api/v1/followers/mei/data")).json()

    message, unfollow = await list_events(huiyin)
    assert [message.kind, unfollow.kind] == ["message", "unfollow"]
    assert message.pseudonym == unfollow.pseudonym != MEI
    assert message.pseudonym.startswith("x-")
    assert (message.properties, exported["database"]) == ({}, {})
