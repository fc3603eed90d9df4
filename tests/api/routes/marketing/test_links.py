"""A link that counts over HTTP: made with the key, followed by anybody, counted once a tap."""

import httpx
from sqlalchemy import select

from app.db import tables
from app.privacy.pseudonym import make_pseudonym
from tests.conftest import Open
from tests.service import CMS_KEY, Service, client, until

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
TEA = "https://shop.example.com/tea"


async def list_events(running: Service) -> list[dict[str, object]]:
    async with running.engine.connect() as connection:
        rows = await connection.execute(select(tables.events).order_by(tables.events.c.campaign))
        return [dict(row._mapping) for row in rows]


async def test_a_tap_is_counted_for_its_follower_and_leads_on(open_service: Open) -> None:
    async with (
        open_service(link_domains=["shop.example.com"]) as running,
        client(running) as http,
        httpx.AsyncClient(base_url=running.bases[0]) as phone,
    ):
        body = {"url": TEA, "campaign": "spring", "item": "tea", "openids": ["mei"]}
        personal = (await http.post("/api/v1/links", json=body)).json()
        public = (await http.post("/api/v1/links", json={"url": TEA})).json()
        foreign = await http.post("/api/v1/links", json={"url": "https://evil.example/"})
        [own, everybodys] = [
            answer["links"][0]["address"].removeprefix(running.settings.reached_at)
            for answer in (personal, public)
        ]
        looks = [
            await phone.head(own, headers=PHONE),
            await phone.get(own, headers={"User-Agent": "mpcrawler"}),
            await phone.get(own, headers=PHONE),
            await phone.get(everybodys, headers=PHONE),
        ]
        altered = await phone.get(own[:-1] + ("A" if own[-1] != "A" else "B"), headers=PHONE)

        async def is_counted() -> bool:
            return len(await list_events(running)) == 2

        await until(is_counted)
        events = await list_events(running)

    assert [(each.status_code, each.headers["location"]) for each in looks] == [(302, TEA)] * 4
    assert {each.headers["cache-control"] for each in (*looks, altered)} == {"no-store"}
    assert (altered.status_code, "链接无效" in altered.text) == (404, True)
    assert (foreign.status_code, foreign.json()["code"]) == (422, "foreign_address")
    tapped_events = [
        (each["kind"], each["pseudonym"], each["campaign"], each["item"]) for each in events
    ]
    assert tapped_events == [
        ("click", "", "", ""),
        ("click", make_pseudonym("mei", CMS_KEY), "spring", "tea"),
    ]


async def test_a_tap_is_counted_while_redis_is_away(open_service: Open) -> None:
    async with (
        open_service(workers=0, link_domains=["shop.example.com"]) as running,
        client(running) as http,
        httpx.AsyncClient(base_url=running.bases[0]) as phone,
    ):
        personal = (await http.post("/api/v1/links", json={"url": TEA, "openids": ["mei"]})).json()
        address = personal["links"][0]["address"].removeprefix(running.settings.reached_at)
        await running.redis.config_set("maxmemory", "1")  # it refuses every write
        try:
            look = await phone.get(address, headers=PHONE)
        finally:
            await running.redis.config_set("maxmemory", "0")
        events = await list_events(running)

    assert (look.status_code, [event["kind"] for event in events]) == (302, ["click"])
