"""Search among many texts, beside the plain matrix product over the same vectors."""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from app.knowledge.index import Index, Query
from app.knowledge.lexicon import Counted
from app.knowledge.store import Kept
from app.knowledge.values import Entry

T = TypeVar("T")

WIDTH = 513  # of the shipped model's vectors: 384 of the meaning and 129 intents
ROUNDS = 3
TRIES = 20  # a round; the median counts
BATCH = 32
TOP = 3
TO_REACH_MS = {"one": 20.0, "batch": 2.0}  # a query
SYLLABLES = "发货退款换地址快递发票优惠券积分会员尺码颜色材质门店营业预约安装保修赠品订单付款"


def measure(texts: int, seed: int = 1) -> dict[str, Any]:
    """Milliseconds a query, and how often the matrix product's own time: three rounds."""
    draw = np.random.default_rng(seed)
    vectors = _unit(draw, texts)
    known = _kept(vectors, random.Random(seed))
    loaded = Index().changed(known)
    counted, counting = _timed(lambda: Counted.of(loaded.cut))
    index, _ = _timed(loaded.over(counted).prepare)
    news = replace(known[0], entry=replace(known[0].entry, id="new"), revision=1)
    index, change = _timed(lambda: index.changed([news]).prepare())
    asked = _unit(draw, BATCH)
    queries = [Query("什么时候发货退款", vector, "m") for vector in asked]
    rounds = [_round(index, vectors, queries, asked) for _ in range(ROUNDS)]
    seconds = {"change_s": round(change, 2), "counting_s": round(counting, 2)}
    return {"texts": texts, **seconds, "rounds": rounds}


def _round(
    index: Index, vectors: np.ndarray, queries: Sequence[Query], asked: np.ndarray
) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, count in (("one", 1), ("batch", BATCH)):
        plain = _ms(lambda n=count: asked[:n] @ vectors.T) / count  # type: ignore[misc]
        ours = _ms(lambda n=count: index.search(queries[:n], TOP)) / count  # type: ignore[misc]
        found |= {f"{name}_ms": round(ours, 2), f"{name}_ratio": round(ours / plain, 2)}
    return found


def markdown(found: Mapping[str, Any]) -> str:
    head = (
        f"{found['texts']} texts; three rounds. One more is found after {found['change_s']} s; "
        f"counting all words anew, behind the search, takes {found['counting_s']} s."
    )
    rows = [
        f"| {name} | {', '.join(str(r[f'{name}_ms']) for r in found['rounds'])} | < {most:g} "
        f"| {', '.join(str(r[f'{name}_ratio']) for r in found['rounds'])} |"
        for name, most in TO_REACH_MS.items()
    ]
    table = ["| queries | ms each | to reach | times the matrix product |", "|---|---|---|---|"]
    return "\n".join([head, "", *table, *rows])


def _unit(draw: np.random.Generator, count: int) -> np.ndarray:
    """(count, WIDTH), each of length 1."""
    vectors = draw.standard_normal((count, WIDTH), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _kept(vectors: np.ndarray, author: random.Random) -> list[Kept]:
    return [
        Kept(
            Entry(str(at), "".join(author.choices(SYLLABLES, k=10)), (), "好"),
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
