"""Search among many texts, beside the plain matrix product over the same vectors."""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.index import Index
from app.knowledge.search.query import Query
from app.knowledge.values import Entry, SearchResult
from app.messages.values import Text

T = TypeVar("T")

WIDTH = 534  # of the shipped model's vectors: 384 of the meaning and 150 intents
ROUNDS = 3
TRIES = 20  # a round; the median counts
BATCH = 32
TOP = 3
WAYS = 13  # to ask each thing
TO_REACH_MS = {"one": 20.0, "batch": 2.0}  # a query
SYLLABLES = "发货退款换地址快递发票优惠券积分会员尺码颜色材质门店营业预约安装保修赠品订单付款"


def measure(texts: int, seed: int = 1) -> dict[str, Any]:
    """Milliseconds a query, and how often the matrix product's own time: three rounds."""
    draw = np.random.default_rng(seed)
    vectors = _unit(draw, texts)
    entries = _make_entries(vectors, random.Random(seed))
    loaded = Index().with_changes(entries)
    groundwork, laying = _timed(loaded.build_base)
    index, _ = _timed(loaded.with_base(groundwork).prepare)
    news = replace(entries[0], entry=replace(entries[0].entry, id="new"), revision=1)
    index, change = _timed(lambda: index.with_changes([news]).prepare())
    query_vectors = _alike(draw, vectors[draw.integers(0, texts, BATCH)])
    queries = [Query("什么时候发货退款", vector, "m") for vector in query_vectors]
    rounds = [_round(index, vectors, queries, query_vectors) for _ in range(ROUNDS)]
    exact = index.with_base(replace(index.base, near=None))
    same = _same(index.search(queries, TOP), exact.search(queries, TOP))
    seconds = {"change_s": round(change, 2), "groundwork_s": round(laying, 2)}
    return {"texts": texts, **seconds, "as_exact": same, "rounds": rounds}


def _round(
    index: Index, vectors: np.ndarray, queries: Sequence[Query], query_vectors: np.ndarray
) -> dict[str, float]:
    timings: dict[str, float] = {}
    for name, count in (("one", 1), ("batch", BATCH)):
        plain = _ms(lambda n=count: query_vectors[:n] @ vectors.T) / count  # type: ignore[misc]
        ours = _ms(lambda n=count: index.search(queries[:n], TOP)) / count  # type: ignore[misc]
        timings |= {f"{name}_ms": round(ours, 2), f"{name}_ratio": round(ours / plain, 2)}
    return timings


def markdown(measurements: Mapping[str, Any]) -> str:
    head = (
        f"{measurements['texts']} texts; three rounds. "
        f"One more is found after {measurements['change_s']} s; "
        f"laying the groundwork anew, behind the search, takes {measurements['groundwork_s']} s. "
        f"{measurements['as_exact']:.1%} of the hits are those of a full search."
    )
    rows = [
        f"| {name} | {', '.join(str(r[f'{name}_ms']) for r in measurements['rounds'])} "
        f"| < {most:g} | {', '.join(str(r[f'{name}_ratio']) for r in measurements['rounds'])} |"
        for name, most in TO_REACH_MS.items()
    ]
    table = ["| queries | ms each | to reach | times the matrix product |", "|---|---|---|---|"]
    return "\n".join([head, "", *table, *rows])


def _unit(draw: np.random.Generator, count: int) -> np.ndarray:
    """(count, WIDTH), each of length 1: so many ways to ask so many things."""
    things = draw.standard_normal((max(1, count // WAYS), WIDTH), np.float32)
    return _alike(draw, things[draw.integers(0, len(things), count)])


def _alike(draw: np.random.Generator, vectors: np.ndarray) -> np.ndarray:
    """The same asked otherwise: at a cosine of about .86."""
    long = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    moved = long + draw.standard_normal(vectors.shape, np.float32) * (0.6 / WIDTH**0.5)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def _same(results: Sequence[SearchResult], exact: Sequence[SearchResult]) -> float:
    pairs = zip(results, exact, strict=True)
    return sum(len({*a.hits} & {*b.hits}) for a, b in pairs) / (TOP * len(exact))


def _make_entries(vectors: np.ndarray, author: random.Random) -> list[StoredEntry]:
    return [
        StoredEntry(
            Entry(str(at), "".join(author.choices(SYLLABLES, k=10)), (), Text(content="好")),
            vectors[at : at + 1],
            "m",
        )
        for at in range(len(vectors))
    ]


def _timed(what: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    done = what()
    return done, time.perf_counter() - began


def _ms(what: Callable[[], object]) -> float:
    walls = []
    for _ in range(TRIES):
        began = time.perf_counter()
        what()
        walls.append(time.perf_counter() - began)
    return statistics.median(walls) * 1000
