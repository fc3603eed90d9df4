"""A model is promoted, taken back and refused while followers go on writing."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count, groupby
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Row, select

from app.db.tables import turns
from app.inference.local.encoder import LocalClassifier
from app.simulator.callback.wechat import Outcome
from app.simulator.phones.phone import Phone
from models.registry.pointer import Pointer, Promotion
from models.registry.registry import Registry
from tests.conftest import Open
from tests.models import bundles
from tests.service import Service, client, until, working

pytestmark = [pytest.mark.weights, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
PEOPLE = ("mei", "lei", "fan", "tao")
QUESTION = "请问你们什么时候能发货呀？"  # whatever stands behind it


@pytest.fixture(params=["a head", "an adapter of its own"])
def registry(tmp_path: Path, request: pytest.FixtureRequest) -> Registry:
    """With a trained model that hears the tea party in everything; not promoted."""
    registry, staged = Registry(tmp_path / "models"), tmp_path / "staged"
    if request.param == "a head":
        bundles.intents(staged)
    else:
        sha256 = bundles.own_adapter(staged)
        bundles.intents(staged, adapter_sha256=sha256)
        bundles.mood(staged / "sentiment", adapter_sha256=sha256)
    registry.add("intent", staged)
    return registry


@pytest.fixture
async def local(registry: Registry) -> AsyncIterator[LocalClassifier]:
    classifier = await asyncio.to_thread(LocalClassifier, "cpu", 1, 800, registry.folder)
    yield classifier
    classifier.close()


async def test_under_load_models_change_and_each_message_is_answered_once_by_one_of_them(
    open_service: Open, registry: Registry, local: LocalClassifier
) -> None:
    shipped, trained = (entry.name for entry in registry.entries("intent"))
    async with open_service(workers=0) as running, working(running.worker(local)):
        async with _talking(running) as outcomes:
            await _all_hear(shipped, running, outcomes)
            await _command("promote", trained, registry, "--force")
            await _all_hear(trained, running, outcomes)
            await _command("rollback", "intent", registry)
            await _all_hear(shipped, running, outcomes)
        rows = await _recorded(running, len(outcomes))

    changes = [[m for m, _ in groupby(r.model for r in rows if r.openid == who)] for who in PEOPLE]
    assert changes == [[shipped, trained, shipped]] * len(PEOPLE)
    # The shipped one isn't sure of each number behind the question: then it says so.
    odd = [row.answer for row in rows if (row.answer == bundles.REPLY) != (row.model == trained)]
    assert odd == []
    assert {row.text: row.answer for row in rows} == {t: _content(o) for t, o in outcomes}
    assert {outcome.answered_in for _, outcome in outcomes} == {1}


async def test_under_load_a_broken_model_is_refused_once_and_the_service_goes_on(
    open_service: Open, registry: Registry, local: LocalClassifier
) -> None:
    shipped, trained = registry.entries("intent")
    bundles.break_head(trained.folder)
    refused = _refused()
    async with open_service(workers=0) as running, working(running.worker(local)):
        async with _talking(running) as outcomes:
            await until(_answers_with(running, shipped.name))
            promotion = Promotion(trained.name, "2026-12-24", "shipped")
            Pointer(trained.folder.parent).write([promotion])
            await until(lambda: _is_refused(refused))
            await asyncio.sleep(1.5)  # long enough to be tried again
        rows = await _recorded(running, len(outcomes))

    assert (_refused() - refused, {row.model for row in rows}) == (1, {shipped.name})
    assert {row.text: row.answer for row in rows} == {t: _content(o) for t, o in outcomes}
    assert {outcome.answered_in for _, outcome in outcomes} == {1}


def _content(outcome: Outcome) -> str | None:
    return outcome.reply.content if outcome.reply else None


@asynccontextmanager
async def _talking(running: Service) -> AsyncIterator[list[tuple[str, Outcome]]]:
    """Each follower asks again and again until the end of the block."""
    done = asyncio.Event()
    outcomes: list[tuple[str, Outcome]] = []

    async def talk(who: str) -> None:
        for number in count():
            if done.is_set():
                return
            text = f"{QUESTION} {who}{number}"
            outcomes.append((text, await Phone(wechat, who).say(text)))
            await asyncio.sleep(0.1)  # leave the command that promotes some of the processor

    async with running.wechat() as wechat:
        talks = [asyncio.create_task(talk(who)) for who in PEOPLE]
        yield outcomes
        done.set()
        await asyncio.gather(*talks)


async def _all_hear(version: str, running: Service, outcomes: list[tuple[str, Outcome]]) -> None:
    """Until each follower has an answer to what was asked after the model had changed."""
    await until(_answers_with(running, version))
    before = Counter(_who(text) for text, _ in outcomes)

    async def all_hear() -> bool:
        now = Counter(_who(text) for text, _ in outcomes)
        return all(now[who] - before[who] >= 2 for who in PEOPLE)  # one may have been under way

    await until(all_hear)


def _who(text: str) -> str:
    return text.split()[-1].rstrip("0123456789")


def _answers_with(running: Service, version: str) -> Callable[[], Awaitable[bool]]:
    async def is_answered() -> bool:
        async with client(running) as http:
            answered = await http.post("/api/v1/intents", json={"texts": [QUESTION]})
        [result] = answered.json()["results"]
        return bool(result["model"] == version)

    return is_answered


async def _is_refused(before: float) -> bool:
    return _refused() > before


def _refused() -> float:
    return REGISTRY.get_sample_value("huiyin_models_refused_total") or 0


async def _command(verb: str, what: str, registry: Registry, *options: str) -> None:
    words = ("-m", "models", verb, what, "--registry", str(registry.folder), *options)
    command = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
    assert await command.wait() == 0


async def _recorded(running: Service, turns_: int) -> Sequence[Row[Any]]:
    """All turns in the order in which they were received, once there are so many."""

    async def is_recorded() -> bool:
        return len(await running.follower_messages()) == turns_

    await until(is_recorded)
    async with running.engine.connect() as connection:
        return (await connection.execute(select(turns).order_by(turns.c.received))).all()
