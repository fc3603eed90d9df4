"""Answers that take their time: written by a model, told through the real webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from app.delivery.outbox import Outbox
from app.inference.fakes import FakeWriter
from app.inference.ports import GeneratedAnswer, Prompt
from app.messages import ai_label, texts
from app.messages.phrases import as_shipped
from app.messages.values import as_plain_text
from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.families.customer_messages import TYPING
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.conftest import Open
from tests.service import ACCOUNT, HANGS_UP_AFTER, HASTY, SHIPPED, SHIPPING, Service, client, until
from tests.support.serve import serving

STILL_WRITING = as_shipped(texts.STILL_WRITING, link=texts.STILL_WRITING_LINK)

PARKING = "停车场都能停些什么车呀面包车呢"
FACT = {"id": "park", "question": "停车场能停什么车", "answer": "地下二层可以停面包车。"}
ANSWER = f"地下二层可以停面包车。{ai_label.LABEL}"


@dataclass
class SlowWriter(FakeWriter):
    """Writes nothing until `gate` is set."""

    answer: str | Exception = "地下二层可以停面包车[k1]。"
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        self.prompts.append(prompt)
        await self.gate.wait()
        return await super().write(prompt)


@dataclass(frozen=True)
class Shop:
    running: Service
    wechat: WeChat
    platform: Platform
    writer: SlowWriter

    async def asks(self, openid: str = "mei") -> "asyncio.Task[Outcome]":
        """A follower asks what only a model can answer, and it has begun to."""
        self.platform.interacted(openid, "message")
        saying = asyncio.create_task(Phone(self.wechat, openid).say(PARKING))
        await until(self._is_writing)
        return saying

    async def _is_writing(self) -> bool:
        return bool(self.writer.prompts)

    async def outbox_texts(self) -> list[str]:
        """What waits in the outbox for this follower."""
        pending = await Outbox(self.running.engine).read_pending([("default", "mei")])
        return [as_plain_text(parcel.message) for parcel in pending.get(("default", "mei"), [])]


@asynccontextmanager
async def a_shop(open_service: Open, *, verified: bool) -> AsyncIterator[Shop]:
    """It knows of parking, and its platform hangs up after a second."""
    writer = SlowWriter()
    platform = Platform([PlatformAccount(appid=ACCOUNT.appid, secret="secret")])
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(serving(platform.app))
        secret = {"wechat_secret": SecretStr("secret")} if verified else {}
        running = await stack.enter_async_context(
            open_service(
                writer=writer, timing=HASTY, model_speaks="grounded", wechat_api_base=base, **secret
            )
        )
        wechat = await stack.enter_async_context(running.wechat(hang_up_after=HANGS_UP_AFTER))
        http = await stack.enter_async_context(client(running))
        await http.post("/api/v1/knowledge/entries", json={"entries": [FACT]})
        yield Shop(running, wechat, platform, writer)
        writer.gate.set()


async def test_a_model_answers_in_the_second_delivery_and_is_asked_once(open_service: Open) -> None:
    async with a_shop(open_service, verified=False) as shop:
        saying = await shop.asks()
        await until(lambda: shop.running.has_copies("mei", 2))
        shop.writer.gate.set()
        outcome = await saying

    assert outcome.reply is not None
    assert (outcome.reply.content, outcome.answered_in) == (ANSWER, 2)
    assert len(shop.writer.prompts) == 2  # once here, once in the fake beneath


@pytest.mark.timeout(30)
async def test_what_takes_longer_comes_with_a_tap_whatever_else_was_said(
    open_service: Open,
) -> None:
    async with a_shop(open_service, verified=False) as shop:
        missed = await (await shop.asks())
        shop.writer.gate.set()

        async def is_kept() -> bool:
            return await shop.outbox_texts() == [ANSWER]

        await until(is_kept)
        tap = messages.menu_tap("看回答", texts.STILL_WRITING_MENU)
        tapped = await Phone(shop.wechat, "mei").send(tap)

    assert missed.reply is not None
    assert missed.reply.content == STILL_WRITING
    assert tapped.reply is not None
    assert tapped.reply.content == ANSWER


@pytest.mark.timeout(30)
async def test_a_verified_account_types_and_writes_by_itself(open_service: Open) -> None:
    async with a_shop(open_service, verified=True) as shop:
        missed = await (await shop.asks())
        shop.writer.gate.set()

        async def is_sent() -> bool:
            return bool(shop.platform.sent["mei"])

        await until(is_sent)

    assert missed.reply is None
    assert shop.platform.calls[TYPING] >= 1
    assert shop.platform.sent["mei"] == [
        {
            "touser": "mei",
            "msgtype": "text",
            "text": {"content": ANSWER},
            "aimsgcontext": {"is_ai_msg": 1},
        }
    ]


async def test_while_a_model_writes_for_one_another_is_answered_at_once(
    open_service: Open,
) -> None:
    async with a_shop(open_service, verified=False) as shop:
        saying = await shop.asks()
        other = await Phone(shop.wechat, "lei").say(SHIPPING)
        shop.writer.gate.set()
        await saying

    assert other.reply is not None
    assert (other.reply.content, other.answered_in) == (SHIPPED, 1)


@pytest.mark.timeout(30)
async def test_messages_sent_meanwhile_are_answered_after_it_and_in_order(
    open_service: Open,
) -> None:
    async with a_shop(open_service, verified=False) as shop:
        saying = await shop.asks()
        await asyncio.sleep(0.2)
        second = asyncio.create_task(Phone(shop.wechat, "mei").say(SHIPPING))
        await asyncio.sleep(0.2)
        shop.writer.gate.set()
        outcomes = [await saying, await second]

    assert [outcome.reply and outcome.reply.content for outcome in outcomes] == [ANSWER, SHIPPED]


@pytest.mark.timeout(30)
async def test_who_leaves_while_a_model_writes_leaves_nothing_behind(open_service: Open) -> None:
    async with a_shop(open_service, verified=True) as shop:
        saying = await shop.asks()
        leaving = asyncio.create_task(Phone(shop.wechat, "mei").unsubscribe())
        shop.platform.unsubscribed("mei")
        await saying
        shop.writer.gate.set()
        await leaving
        await asyncio.sleep(1.5)
        left = await shop.outbox_texts(), await shop.running.follower_messages()

    assert (left, shop.platform.sent["mei"]) == (([], []), [])


@pytest.mark.timeout(30)
async def test_what_was_erased_while_a_model_wrote_from_it_is_not_said(open_service: Open) -> None:
    async with a_shop(open_service, verified=False) as shop, client(shop.running) as http:
        saying = await shop.asks()
        gone = await http.delete(f"/api/v1/knowledge/entries/{FACT['id']}")
        shop.writer.gate.set()
        outcome = await saying

    assert gone.status_code == 204
    assert outcome.reply is not None
    assert "面包车" not in outcome.reply.content
