"""How long one recommendation takes among 100,000 items, warm in the worker.

Synthetic: items in clusters with vectors of 384 dimensions, followers who read mostly in one
cluster. Measured without the database and without the encoder's pass over a question. Questions
name goods and amounts; they are measured at the size of most accounts, too.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.marketing.events.items import Item, ItemKind
from app.marketing.events.values import EventKind
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.fitting import fit
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.item_events import ItemEvent
from app.marketing.recommend.questions.closeness import ItemQuestion
from tests.bench.marketing.figures import Figure

ITEMS, FOLLOWERS, READS = 100_000, 10_000, 30
CLUSTERS, WIDTH = 500, 384
ANSWERS = 2_000
TARGET_MS = 10.0
USUAL_ITEMS = 2_000  # more than most accounts offer
QUESTIONS = (
    "有没有帆布鞋", "300 块以内的双肩包", "送爸爸什么好", "推荐一款轻的帐篷", "最便宜的水壶是哪款",
    "孩子用的睡袋", "do you have a jacket", "有降落伞吗",
)  # fmt: skip
GOODS = ("帆布鞋", "双肩包", "帐篷", "水壶", "睡袋", "外套", "头灯", "折叠椅", "雨衣", "登山杖")
KINDS = ("轻量", "儿童", "防水", "加厚", "入门", "专业", "男款", "女款")
NOW = 1_750_000_000.0
SEED = 1


def measure(_data: Path) -> list[Figure]:
    """p50, p95 and p99 of one answer, of one to a question, and the time of a fit."""
    index = build_index(ITEMS, FOLLOWERS)
    figures = measure_index(index, ANSWERS)
    usual = build_index(USUAL_ITEMS, FOLLOWERS // 10)
    usual.fitted = fit(usual.copy_for_fit(NOW, learns=False))
    return [*figures, measure_questions(usual, ANSWERS), measure_questions(index, ANSWERS // 10)]


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


def measure_questions(index: AccountIndex, answers: int) -> Figure:
    """The figure of answers to questions in a fitted index."""
    p50, p95, p99 = np.percentile(_time_answers(index, answers, QUESTIONS), [50, 95, 99])
    return Figure(
        what=f"the same to a question, {len(index.catalog.items):,} items, p95 (p50, p99)",
        measured=f"{p95:.1f} ms ({p50:.1f}, {p99:.1f})",
    )


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
        account="default", id=f"i{number}", kind=ItemKind.PRODUCT,
        title=f"{KINDS[number // 7 % len(KINDS)]}{GOODS[number % len(GOODS)]} {number} 号",
        text=f"价格 {50 + number % 900} 元", published=NOW - number, created=0.0, changed=0.0,
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


def _time_answers(index: AccountIndex, answers: int, questions: Sequence[str] = ()) -> np.ndarray:
    """(answers,) milliseconds, of followers in random order, who ask the questions in turn."""
    rng, policy = np.random.default_rng(SEED), RecommendationPolicy()
    followers = list(index.activity.reads)
    times = []
    for place, number in enumerate(rng.integers(len(followers), size=answers)):
        question = None
        if questions:
            vector = rng.normal(size=WIDTH).astype(np.float32)
            text = questions[place % len(questions)]
            question = ItemQuestion(text, vector / np.linalg.norm(vector))
        began = time.perf_counter()
        choose_items(index, followers[number], NOW, policy, rng, question)
        times.append(1000 * (time.perf_counter() - began))
    return np.array(times)
