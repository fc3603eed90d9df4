"""The whole service inside a test: api processes on sockets, workers, Redis and a database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import NullPool, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.db import tables
from app.inference.fake_clicks import FakeClickPredictor, FakeClickTrainer
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed, Classifier, Writer
from app.kit.bounded_http import Bounds, bounded_protocol
from app.kit.http_clients import open_async_client
from app.main import create_app
from app.messages.phrases import Phrase, as_shipped
from app.redis import keys
from app.resources import open_database, redis_client
from app.settings import Settings, Timing
from app.simulator.callback.wechat import Mode, WeChat
from app.simulator.callback.wire import CallbackAccount
from app.worker.assembly import WorkerParts, assemble
from app.worker.loop import Worker
from app.worker.shared_parts import Models
from tests.pace import seconds
from tests.support.serve import serving

ACCOUNT = CallbackAccount(
    appid="wx0123456789abcdef",
    token="lotus-pond",
    path="/wechat/default",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
CMS_KEY = "the-key-of-the-cms-in-tests"
SHIPPING = "什么时候发货"  # the fake classifier has one reply to it
SHIPPED = "回音请您留下订单号。"


def make_timing(
    reply_within: float = 4.5,
    hold_until: float = 5.5,
    last_delivery_after: float = 9.0,
    claim_after: float = 1.5,
) -> Timing:
    """The first three in seconds of an idle machine, as WeChat's own are in `Service.wechat`."""
    return Timing(
        reply_within=seconds(reply_within), hold_until=seconds(hold_until),
        last_delivery_after=seconds(last_delivery_after), claim_after=claim_after,
        blocking_read=0.1,
    )  # fmt: skip


# A WeChat that hangs up after one second, and a service that knows it.
HANGS_UP_AFTER = seconds(1.0)
HASTY = make_timing(
    reply_within=0.8, hold_until=1.2, last_delivery_after=1.8, claim_after=seconds(1.5)
)
PATIENT = make_timing()


@dataclass
class GatedClassifier(FakeClassifier):
    """Answers nothing until `gate` is set; `begun` and `ended` keep the texts in order."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: float = 0.0
    history: list[tuple[str, str]] = field(default_factory=list)

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        self.history += [("begun", text) for text in texts]
        await self.gate.wait()
        await asyncio.sleep(self.seconds)
        classifications = await super().classify(texts)
        self.history += [("ended", text) for text in texts]
        return classifications


@dataclass(frozen=True)
class Service:
    """What a test may look at and talk to."""

    settings: Settings
    bases: tuple[str, ...]
    redis: Any  # redis.asyncio.Redis that decodes
    engine: AsyncEngine  # of the test
    worker_engine: AsyncEngine
    classifier: FakeClassifier
    platform: httpx.AsyncClient  # where api.weixin.qq.com would be
    writer: Writer | None = None
    click_trainer: FakeClickTrainer = field(default_factory=FakeClickTrainer)

    @property
    def url(self) -> str:
        return self.bases[0] + ACCOUNT.path

    def wechat(self, mode: Mode = Mode.PLAIN, **changed: Any) -> WeChat:
        timing = {"hang_up_after": seconds(5.0)}
        return WeChat(account=ACCOUNT, bases=self.bases, mode=mode, **timing | changed)

    def worker(self, classifier: Classifier | None = None) -> Worker:
        """One more worker, not yet running."""
        return self.parts(classifier).worker

    def parts(
        self, classifier: Classifier | None = None, writer: Writer | None = None
    ) -> WorkerParts:
        """The same, and what it works with."""
        reader = classifier or self.classifier
        return assemble(
            self.settings,
            self.redis,
            self.worker_engine,
            self.platform,
            Models(
                reader,
                reader if isinstance(reader, FakeClassifier) else FakeClassifier(),
                FakeClickPredictor(),
                self.click_trainer,
                writer or self.writer,
            ),
        )

    async def follower_messages(self) -> list[str]:
        """What the record of turns says that followers said, sorted."""
        async with self.engine.connect() as connection:
            return sorted((await connection.execute(select(tables.turns.c.text))).scalars())

    async def mail(self, openid: str) -> int:
        return int(await self.redis.llen(keys.user_queue(keys.user("default", openid))))

    async def has_copies(self, openid: str, number: int) -> bool:
        """Whether the copies of the follower's stored messages have come `number` times."""
        delivery_ids = await self.redis.smembers(keys.deliveries(keys.user("default", openid)))
        counts = [await self.redis.hget(keys.delivery(each), "n") for each in delivery_ids]
        return sum(int(count or 0) for count in counts) == number


def shipped_text(_: str, phrase: Phrase, /, **values: str) -> str:
    """A phrase of an account whose operator has changed nothing."""
    return as_shipped(phrase, **values)


@asynccontextmanager
async def service(
    redis_url: str,
    folder: Path,
    *,
    classifier: FakeClassifier | None = None,
    writer: Writer | None = None,
    apis: int = 1,
    workers: int = 1,
    **changed: Any,
) -> AsyncIterator[Service]:
    """As many api servers and workers as asked for, on one Redis and one database."""
    settings = settings_for(redis_url, folder, **changed)
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(redis_client(redis_url))
        # No pool: tests read the record after the service has closed.
        engine = create_async_engine(settings.database_url, poolclass=NullPool)
        stack.push_async_callback(engine.dispose)
        worker_engine = await stack.enter_async_context(open_database(settings))
        platform = open_async_client(base_url=settings.wechat_api_base)
        await stack.enter_async_context(platform)
        bases = [
            await stack.enter_async_context(
                serving(create_app(settings), http=bounded_protocol(Bounds()))
            )
            for _ in range(apis)
        ]
        reader = classifier or FakeClassifier()
        running = Service(
            settings, tuple(bases), redis, engine, worker_engine, reader, platform, writer
        )
        for _ in range(workers):
            await stack.enter_async_context(working(running.worker()))
        yield running


def settings_for(redis_url: str, folder: Path, **changed: Any) -> Settings:
    values: dict[str, Any] = {
        "redis_url": redis_url,
        "wechat_appid": ACCOUNT.appid,
        "wechat_token": SecretStr(ACCOUNT.token),
        "wechat_aes_key": SecretStr(ACCOUNT.aes_key or ""),
        "wechat_mode": "compatible",  # either body, so that a test may send plain ones
        "cms_api_key": SecretStr(CMS_KEY),
        "data_dir": folder,
        "wechat_api_base": "http://127.0.0.1:9",  # nobody there
        "playground": True,
        "timing": PATIENT,
        "service_hours": "每日 0:00-24:00",  # whenever the tests run
        "consent": False,  # said by itself in the tests of it
    }
    return Settings(_env_file=None, **(values | changed))


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    """The worker at work. It is stopped as in production: redis-py loses cancellations."""
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


@asynccontextmanager
async def client(
    running: Service, *, key: str | None = CMS_KEY
) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of its REST, who waits while a busy worker loads what a first request needs."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    async with open_async_client(
        base_url=running.bases[0], headers=headers, timeout=seconds(30)
    ) as http:
        yield http


async def until(what: Callable[[], Awaitable[bool]], within: float = 10.0) -> None:
    """Wait for `what`; TimeoutError after `within` seconds of an idle machine."""
    async with asyncio.timeout(seconds(within)):
        while not await what():  # noqa: ASYNC110 - neither Redis nor PostgreSQL sends an event
            await asyncio.sleep(0.01)
