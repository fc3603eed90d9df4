"""The conversation says each follower's variant, and records with the turn that they read it."""

import asyncio
from collections import Counter
from typing import Any

from app.marketing.events.repository import EventFilter, Events
from app.marketing.events.values import MarketingEvent
from app.redis import keys
from app.simulator.callback.wechat import WeChat
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from tests.api.routes.marketing.test_experiment_plans import BY, EXPERIMENTS, make_request
from tests.service import Service, client, until

VARIANTS = [
    {"name": "A", "share": 0.5, "content": "{brand}在的，您说。"},
    {"name": "B", "share": 0.5, "content": "您好，请直接问。"},
]
USUAL = {"您好，回音为您服务。", "您好呀。"}
OPENIDS = [f"openid-{number}" for number in range(12)]
TEXTS = {"A": "回音在的，您说。", "B": "您好，请直接问。"}


def plan(**changes: Any) -> dict[str, Any]:
    fields = {
        "subject": "reply", "target": "intent.greet", "variants": VARIANTS, "method": "anytime",
        "metric": {"event": "message"}, "guardrails": [], "holdout": 0.2,
    }  # fmt: skip
    return make_request(**fields | changes)


async def list_exposures(running: Service) -> list[MarketingEvent]:
    """The stored exposures, once no record waits."""

    async def is_written() -> bool:
        return not await running.redis.llen(keys.RECORDS)

    await until(is_written)
    events = await Events(running.engine).list_page("default", EventFilter())
    return [event for event in events if event.kind == "exposure"]


async def say(wechat: WeChat, openid: str) -> str:
    """The reply to a greeting."""
    outcome = await Phone(wechat, openid).say("你好")
    return outcome.reply.content if outcome.reply else ""


async def ask_again(wechat: WeChat, openid: str) -> str:
    """The reply to a greeting, half a second later: who writes faster is asked to wait."""
    await asyncio.sleep(0.5)
    return await say(wechat, openid)


async def start(http: Any) -> tuple[str, dict[str, str]]:
    """The address of a running experiment, and each follower's variant; "" for none."""
    address = f"{EXPERIMENTS}/{(await http.post(EXPERIMENTS, json=plan())).json()['id']}"
    await http.post(f"{address}/start", json=BY)
    assignments = {
        openid: (await http.get(f"{address}/assignment/{openid}")).json() for openid in OPENIDS
    }
    return address, {openid: each["variant"] or "" for openid, each in assignments.items()}


async def test_followers_read_their_variant_and_each_turn_is_an_exposure(huiyin: Service) -> None:
    async with client(huiyin) as http, huiyin.wechat() as wechat:
        address, variants = await start(http)
        first = next(openid for openid in OPENIDS if variants[openid])

        async def is_served() -> bool:
            return await ask_again(wechat, first) == TEXTS[variants[first]]

        await until(is_served)
        replies = {openid: [await say(wechat, openid) for _ in range(2)] for openid in OPENIDS}
        await Phone(wechat, first).deliver_at_once(messages.text("你好"), copies=3)
        exposures = await list_exposures(huiyin)
        result = (await http.get(f"{address}/result")).json()

    for openid, variant in variants.items():
        assert set(replies[openid]) <= ({TEXTS[variant]} if variant else USUAL)
    counts = Counter(variants.values())
    assert counts.pop("")  # the holdout
    turns = Counter(each.properties["turn"] for each in exposures)
    assert set(turns.values()) == {1}
    assert len(turns) == 2 * counts.total() + 2  # one in three copies, and the one of `is_served`
    assert result["faults"] == []
    # The greeting of the exposure is no conversion; the second one is.
    figures = [(each["exposures"], each["conversions"]) for each in result["variants"]]
    assert figures == [(counts[name], counts[name]) for name in "AB"]


async def test_a_decided_experiment_leaves_the_usual_words(huiyin: Service) -> None:
    async with client(huiyin) as http, huiyin.wechat() as wechat:
        address, variants = await start(http)
        first = next(openid for openid in OPENIDS if variants[openid])

        async def is_served() -> bool:
            return await ask_again(wechat, first) in TEXTS.values()

        async def is_usual() -> bool:
            return await ask_again(wechat, first) in USUAL

        await until(is_served)
        await http.post(f"{address}/stop", json=BY | {"reason": "够了", "chosen": "B"})
        await until(is_usual)
        texts = {"account": "default", "texts": [VARIANTS[1]["content"]]}
        await http.put("/api/v1/phrases/intent.greet", json=texts)  # the operator adopts it

        await until(is_served)


async def test_a_reply_that_the_account_has_not_is_no_target(huiyin: Service) -> None:
    async with client(huiyin) as http:
        answers = [
            (await http.post(EXPERIMENTS, json=plan(target=target))).json()["code"]
            for target in ("intent.applaud", "entry.none")
        ]

    assert answers == ["unknown_phrase", "unknown_entry"]
