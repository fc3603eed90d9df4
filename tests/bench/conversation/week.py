"""The week itself: the service as users start it, its followers, and what goes wrong."""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.messages.texts import BUSY, FAILED
from tests.bench.conversation.keeper import Keeper
from tests.bench.conversation.mischief import Mischief
from tests.bench.conversation.reading import read
from tests.bench.conversation.script import DAYS, Day, Texts, week
from tests.bench.conversation.stage import UNVERIFIED, VERIFIED, Stage, opened
from tests.bench.conversation.traffic import Traffic
from tests.bench.conversation.values import Fate, Record

NOTES = (BUSY.first, FAILED.first)  # said instead of an answer
ENTRY_COUNT = 60  # entries of the knowledge base
SETTLE_WITHIN = 50.0  # seconds: 30 of writing, 16 until it is looked after, tries
KEPT_AFTER = 18.0  # seconds: all deliveries are over, and somebody has looked
NIGHT_SECONDS = 2.5 * 3600.0  # of WeChat's clock, skipped: an access token does not outlive it
FAREWELLS = 2
OnProgress = Callable[[str, int, int], None]  # what goes on, messages so far, of how many


@dataclass(frozen=True)
class Options:
    """`seconds` is how long the week's days take together."""

    texts: Sequence[str]
    seconds: float = 150.0
    followers: int = 200  # of both accounts
    seed: int = 1
    calm: bool = False  # nothing goes wrong
    deaf: float = 0.0  # share of the platform's yeses that are not heard
    llm: str = "0.1:30"  # seconds that a generated answer takes
    environment: Mapping[str, str] = field(default_factory=dict)  # of the app, beside ours


@dataclass(frozen=True)
class Week:
    """What became of it."""

    fates: Sequence[Fate]
    records: Mapping[str, Record]
    seconds: float
    deaths: Sequence[tuple[float, str]]  # seconds since 1970, who
    fallen: Sequence[str]
    faulted: int  # times that WeChat showed its own words for a fault
    left: Mapping[str, float]  # who unsubscribed, and when
    remained: int  # rows of theirs
    typed: int  # times that 对方正在输入 was shown
    api: Mapping[str, int]  # what the platform's chance did
    logged: Mapping[str, int]
    generated: bool  # a language model's stand-in was there


@dataclass(frozen=True)
class _Scene:
    options: Options
    days: Sequence[Day]
    stage: Stage
    traffic: Traffic
    keeper: Keeper
    mischief: Mischief
    on_progress: OnProgress


async def play(options: Options, on_progress: OnProgress) -> Week:
    """Raises Died when the service does not come up."""
    entry_texts, plain = _split(options)
    days = week(options.followers, options.seconds / DAYS, Texts(plain, entry_texts), options.seed)
    began = time.monotonic()
    on_progress("starting the service", 0, _messages(days))
    async with opened(options.seed, options.environment, options.llm) as stage:
        for account in (VERIFIED, UNVERIFIED):
            await stage.teach(account, _entries(entry_texts))
        scene = _scene(options, days, stage, on_progress)
        keeping = asyncio.create_task(scene.keeper.keep())
        await _live(scene)
        await _settle(scene)
        keeping.cancel()
        await asyncio.wait({keeping})
        return await _collect_week(scene, time.monotonic() - began)


def _scene(options: Options, days: Sequence[Day], stage: Stage, on_progress: OnProgress) -> _Scene:
    sent, of = itertools.count(1), _messages(days)
    traffic = Traffic(
        stage.phones(options.followers), stage.platform, stage.clock, options.seed,
        lambda: on_progress("messages" if (n := next(sent)) <= of else "last messages", n, of),
    )  # fmt: skip
    mischief = Mischief(stage.crew, stage.address, options.seed, options.deaf)
    return _Scene(options, days, stage, traffic, Keeper(stage.database_url), mischief, on_progress)


async def _live(scene: _Scene) -> None:
    if scene.options.calm:
        await _days(scene)
        return
    async with scene.mischief.afoot():
        await _days(scene)


async def _days(scene: _Scene) -> None:
    for number, doings in enumerate(scene.days):
        trouble = [] if scene.options.calm else [asyncio.create_task(_trouble(scene, number))]
        await scene.traffic.day(doings, scene.options.seconds / DAYS)
        scene.traffic.clock.skip(NIGHT_SECONDS)
        await asyncio.gather(*trouble)
    await scene.traffic.over()


async def _trouble(scene: _Scene, day: int) -> None:
    """Beside processes that die: Redis once, the platform's API twice a week, at the rush."""
    await asyncio.sleep(scene.options.seconds / DAYS / 3)
    if day == DAYS // 2:
        await scene.mischief.restart_redis()
    elif day in (1, 5):
        await scene.mischief.close_api()


async def _settle(scene: _Scene) -> None:
    """Wait for the last answers; what is kept rides on a last message of everybody's."""
    scene.on_progress("waiting for what is late", 0, 0)
    await _until_answered(scene, SETTLE_WITHIN)
    await _wait_for_outbox(scene)
    for _ in range(FAREWELLS):
        before = len(_waiting(scene))
        await scene.traffic.farewell()
        await _until_answered(scene, KEPT_AFTER)
        if len(_waiting(scene)) in (0, before):
            break
        await _wait_for_outbox(scene)


async def _until_answered(scene: _Scene, within: float) -> None:
    until = time.monotonic() + within
    while time.monotonic() < until and any(  # noqa: ASYNC110 - nobody says that no more comes
        _may_come(scene, fate) for fate in _waiting(scene)
    ):
        await asyncio.sleep(1.0)
    await asyncio.sleep(1.5)  # the record is written once a second


async def _wait_for_outbox(scene: _Scene) -> None:
    """What can only ride on another message is ready to."""
    if _waiting(scene):
        await asyncio.sleep(KEPT_AFTER)


def _may_come(scene: _Scene, fate: Fate) -> bool:
    verified = fate.message.id.startswith(scene.stage.accounts[VERIFIED].appid)
    return verified or fate.message.id not in scene.keeper.records


def _waiting(scene: _Scene) -> list[Fate]:
    return [fate for fate in _fates(scene) if fate.kind == "lost" and not fate.message.carrier]


def _fates(scene: _Scene) -> list[Fate]:
    traffic = scene.traffic
    messages = [*traffic.messages_by_id.values()]
    return read(messages, traffic.phone_texts, scene.keeper.records, NOTES, traffic.left)


async def _collect_week(scene: _Scene, seconds: float) -> Week:
    await scene.keeper.look()
    traffic, stage = scene.traffic, scene.stage
    return Week(
        fates=_fates(scene),
        records=scene.keeper.records,
        seconds=seconds,
        deaths=stage.crew.deaths,
        fallen=stage.crew.fallen,
        faulted=traffic.faulted,
        left=traffic.left,
        remained=sum([await scene.keeper.rows_of(user) for user in traffic.left]),
        typed=len(stage.platform.typed),
        api={str(name): count for name, count in stage.platform.faulted.items()},
        logged=stage.crew.complaints(),
        generated=stage.generates,
    )


def _split(options: Options) -> tuple[list[str], list[str]]:
    """Every few of the texts an entry's question, the others plain."""
    texts = list(dict.fromkeys(options.texts))
    every = max(len(texts) // ENTRY_COUNT, 2)
    return texts[::every][:ENTRY_COUNT], [text for at, text in enumerate(texts) if at % every]


def _entries(entry_texts: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"question": text, "answer": f"这个问题我们记在第 {at} 条：请按页面上的说明办理〔K{at}〕。"}
        for at, text in enumerate(entry_texts)
    ]


def _messages(days: Sequence[Day]) -> int:
    return sum(act.verb != "unsubscribe" for day in days for doing in day for act in doing.acts)
