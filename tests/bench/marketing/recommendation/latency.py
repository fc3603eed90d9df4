"""How long one recommendation takes among 100,000 items, warm in the worker.

Synthetic: items in clusters with vectors of 384 dimensions, followers who read mostly in one
cluster. Measured without the database and without the encoder's pass over a question.
"""

import time
from pathlib import Path

import numpy as np

from app.marketing.events.items import Item, ItemKind
from app.marketing.events.values import EventKind
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.fitting import fit
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.item_events import ItemEvent
from tests.bench.marketing.figures import Figure

ITEMS, FOLLOWERS, READS = 100_000, 10_000, 30
CLUSTERS, WIDTH = 500, 384
ANSWERS = 2_000
TARGET_MS = 10.0
NOW = 1_750_000_000.0
SEED = 1


def measure(_data: Path) -> list[Figure]:
    """p50, p95 and p99 of one answer, and the time of a fit."""
    return measure_index(build_index(ITEMS, FOLLOWERS), ANSWERS)


def measure_index(index: AccountIndex, answers: int) -> list[Figure]:
    """The figures of an index; it is fitted first."""
    began = time.perf_counter()
    index.fitted = fit(index.copy_for_fit(NOW, learns=False))
    seconds = time.perf_counter() - began
    times = _time_answers(index, answers)
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    size = f"{len(index.catalog.items):,} items"
    return [
        Figure(
            what=f"recommendation for one follower, {size}, p95 (p50, p99)",
            measured=f"{p95:.1f} ms ({p50:.1f}, {p99:.1f})",
            target=f"< {TARGET_MS:.0f} ms",
            is_reached=bool(p95 < TARGET_MS),
        ),
        Figure(
            what=f"fit of the index, {size}, {index.activity.read_count:,} reads",
            measured=f"{seconds:.1f} s on a thread",
        ),
    ]


def build_index(items: int, followers: int) -> AccountIndex:
    """An index that isn't fitted yet."""
    rng = np.random.default_rng(SEED)
    index = AccountIndex()
    clusters = rng.integers(CLUSTERS, size=items)
    centres = rng.normal(size=(CLUSTERS, WIDTH)).astype(np.float32)
    vectors = centres[clusters] + rng.normal(size=(items, WIDTH)).astype(np.float32)
    index.put_items([_make_item(number) for number in range(items)])
    index.embeddings = {f"i{number}": row for number, row in enumerate(vectors)}
    index.take_events(_list_reads(clusters, followers, rng))
    return index


def _make_item(number: int) -> Item:
    return Item(
        account="default", id=f"i{number}", kind=ItemKind.ARTICLE, title=f"第 {number} 篇",
        published=NOW - number, created=0.0, changed=0.0,
    )  # fmt: skip


def _list_reads(clusters: np.ndarray, followers: int, rng: np.random.Generator) -> list[ItemEvent]:
    """READS of each follower, four fifths of them in one cluster."""
    members = np.argsort(clusters, kind="stable")
    ends = np.cumsum(np.bincount(clusters, minlength=CLUSTERS))
    starts = np.concatenate([[0], ends[:-1]])
    events = []
    for follower in range(followers):
        home = rng.choice(np.flatnonzero(ends > starts))
        own = members[rng.integers(starts[home], ends[home], size=READS)]
        other = rng.integers(len(clusters), size=READS)
        for place, item in enumerate(np.where(rng.random(READS) < 0.8, own, other)):
            moment = NOW - rng.uniform(0, 30 * 86_400.0)
            events.append(
                ItemEvent(
                    id=f"{follower}-{place}", kind=EventKind.VIEW, pseudonym=f"f-{follower}",
                    item=f"i{item}", time=moment, recorded=moment,
                )
            )  # fmt: skip
    return events


def _time_answers(index: AccountIndex, answers: int) -> np.ndarray:
    """(answers,) milliseconds, of followers in random order."""
    rng, policy = np.random.default_rng(SEED), RecommendationPolicy()
    followers = list(index.activity.reads)
    times = []
    for number in rng.integers(len(followers), size=answers):
        began = time.perf_counter()
        choose_items(index, followers[number], NOW, policy, rng)
        times.append(1000 * (time.perf_counter() - began))
    return np.array(times)
