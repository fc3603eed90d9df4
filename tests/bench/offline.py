"""The yardstick: the model alone, best batch and thread setting, in texts per CPU-second.

A process of its own, so that torch's memory and threads leave the rest of the benchmark alone:
`measure` starts it, texts go in as JSON, results come out as JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.understanding import Understanding

ROOT = Path(__file__).parents[2]
BUDGETS = (None, 100, 200, 400, 800)  # tokens a batch; None is one text at a time
THREADS = (1, 2)
Setting = tuple[int | None, int]  # tokens a batch, threads
EVERY: Sequence[Setting] = [(budget, threads) for threads in THREADS for budget in BUDGETS]
WARM_UP = 64  # texts
TOKENIZED_AT_ONCE = 256  # texts
PASS_WITHIN = 15.0  # seconds: two threads that share one core would take minutes


@dataclass(frozen=True)
class Pass:
    """All texts through the model once."""

    budget: int | None
    threads: int
    texts_per_cpu_s: float  # of all threads, tokenisation included
    text_ms: float | None  # the median text's wall time, where texts went one at a time

    @property
    def batch(self) -> str:
        return "1 text" if self.budget is None else f"{self.budget} tokens"

    def __str__(self) -> str:
        alone = "" if self.text_ms is None else f", {self.text_ms:.2f} ms a text"
        return f"{self.batch} x {self.threads} threads: {self.texts_per_cpu_s:.0f}/CPU-s{alone}"


@dataclass(frozen=True)
class Yardstick:
    """Every setting tried."""

    passes: Sequence[Pass]

    @property
    def best(self) -> Pass:
        return max(self.passes, key=lambda each: each.texts_per_cpu_s)

    @property
    def single_text_ms(self) -> float:
        return next(p.text_ms for p in self.passes if p.text_ms is not None and p.threads == 1)


def measure(texts: Sequence[str], settings: Sequence[Setting] = EVERY) -> Yardstick:
    """Progress goes to stderr. Raises CalledProcessError when the model can't be loaded."""
    command = [sys.executable, "-m", "tests.bench.offline"]
    asked = json.dumps({"texts": texts, "settings": settings})
    done = subprocess.run(
        command, cwd=ROOT, input=asked, stdout=subprocess.PIPE, text=True, check=True
    )
    return Yardstick([Pass(**each) for each in json.loads(done.stdout)])


def again(texts: Sequence[str], best: Pass) -> Yardstick:
    """The best setting and single texts once more: machines change their pace."""
    return measure(texts, [(None, 1), (best.budget, best.threads)])


def main() -> None:
    import torch

    from models.understanding import Understanding

    asked = json.load(sys.stdin)
    texts: list[str] = asked["texts"]
    model = Understanding.load()
    passes = []
    for budget, threads in asked["settings"]:
        torch.set_num_threads(threads)
        _run(model, texts[:WARM_UP], budget)
        began = time.process_time()  # user and system, all threads
        walls, judged = _run(model, texts, budget)
        rate = judged / (time.process_time() - began)
        alone = statistics.median(walls) * 1000 if budget is None else None
        passes.append(Pass(budget, threads, rate, alone))
        print(f"offline  {passes[-1]}", file=sys.stderr, flush=True)
    json.dump([vars(each) for each in passes], sys.stdout)


def _run(
    model: "Understanding", texts: Sequence[str], budget: int | None
) -> tuple[list[float], int]:
    """Seconds of each batch, and how many texts were judged: all, or as many as time allows."""
    walls: list[float] = []
    judged = 0
    until = time.perf_counter() + PASS_WITHIN
    last = time.perf_counter()
    for batch in _batches(model, texts, budget):
        judged += len(model.judge(batch))
        now = time.perf_counter()
        walls.append(now - last)  # its tokenisation included
        last = now
        if now > until:
            break
    return walls, judged


def _batches(
    model: "Understanding", texts: Sequence[str], budget: int | None
) -> Iterator[list[list[int]]]:
    """In order of arrival, as a service has them."""
    batch: list[list[int]] = []
    at_once = 1 if budget is None else TOKENIZED_AT_ONCE
    for start in range(0, len(texts), at_once):
        for ids in model.tokenize(texts[start : start + at_once]):
            batch.append(ids)
            if budget is None or sum(map(len, batch)) >= budget:
                yield batch
                batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    main()
