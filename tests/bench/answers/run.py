"""One run: shops taught, followers played, replies graded."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.answers import grading, playing, prompts, records
from tests.bench.answers.corpus import CareCase, Case, Kind, Shop
from tests.bench.answers.figures import Reached, Results
from tests.bench.answers.grading import Graded
from tests.bench.answers.stage import BARE, LIVE_AFTER, Stage, opened
from tests.bench.answers.values import Base, Exchange, Played

OnProgress = Callable[
    [str, int, int], None
]  # what is going on, how much of it is done, of how much


@dataclass(frozen=True)
class Options:
    """What is played."""

    shops: Sequence[Shop]
    kinds: Collection[Kind]
    care: Sequence[CareCase] = ()
    environment: Mapping[str, str] = field(default_factory=dict)  # settings of the app
    with_model: bool = False  # the open questions once more, with a model's stand-in
    with_bare: bool = True  # the same messages at accounts that know nothing


async def play(options: Options, on_progress: OnProgress) -> Results:
    """Raises Died where the service doesn't come up or refuses something."""
    bases: dict[str, Base] = {}
    graded: list[Graded] = []
    bare: list[Played] = []
    async with opened(options.shops, options.environment, with_model=False) as stage:
        bases |= await _taught(stage, options.shops)
        for shop in options.shops:
            cases = [case for case in shop.cases if case.kind in options.kinds]
            played = await _played(stage, shop.id, cases, on_progress)
            graded += [grading.grade(each, bases[shop.id]) for each in played]
            if options.with_bare:
                bare += await _played(stage, shop.id + BARE, cases, on_progress)
        care = await _cared(stage, options, on_progress)
    reached = await _reached(options, on_progress) if options.with_model else []
    return Results(graded, bases, bare, care, reached)


async def _taught(stage: Stage, shops: Sequence[Shop]) -> dict[str, Base]:
    bases = {shop.id: await stage.teach(shop) for shop in shops}
    await asyncio.sleep(LIVE_AFTER)
    return bases


async def _played(
    stage: Stage, account: str, cases: Sequence[Case], on_progress: OnProgress
) -> list[Played]:
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        on_progress(account, done, len(cases))

    conversations = await playing.play(stage, account, cases, one_more)
    return await records.collect(stage, conversations, searched=not account.endswith(BARE))


async def _cared(
    stage: Stage, options: Options, on_progress: OnProgress
) -> list[tuple[CareCase, Exchange]]:
    """At the first shop: what is looked after doesn't depend on what is sold."""
    shop = options.shops[0].id
    cases = [Case(shop, f"care{at}", "open", (c.text,)) for at, c in enumerate(options.care)]
    played = await _played(stage, shop, cases, on_progress)
    return [(case, each.last) for case, each in zip(options.care, played, strict=True)]


async def _reached(options: Options, on_progress: OnProgress) -> list[Reached]:
    async with opened(options.shops, options.environment, with_model=True) as stage:
        assert stage.model is not None
        bases, reached = await _taught(stage, options.shops), []
        for shop in options.shops:
            cases = [case for case in shop.cases if case.kind == "open"]
            before = len(stage.model.requests)
            played = await _played(stage, shop.id, cases, on_progress)
            requests = stage.model.requests[before:]
            reached += [prompts.reached(each, shop, bases[shop.id], requests) for each in played]
    return reached
