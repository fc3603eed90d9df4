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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.encoder.precision import Dtype, Preference
    from models.encoder.understanding import Understanding

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

    dtype: "Dtype"
    budget: int | None
    threads: int
    texts_per_cpu_s: float  # of all threads, tokenisation included
    text_ms: float | None  # the median text's wall time, where texts went one at a time

    @property
    def batch(self) -> str:
        return "1 text" if self.budget is None else f"{self.budget} tokens"

    def __str__(self) -> str:
        alone = "" if self.text_ms is None else f", {self.text_ms:.2f} ms a text"
        setting = f"{self.dtype}, {self.batch} x {self.threads} threads"
        return f"{setting}: {self.texts_per_cpu_s:.0f}/CPU-s{alone}"


@dataclass(frozen=True)
class Yardstick:
    """Every setting tried in the dtype that the encoder chooses, and the best of them in the other.

    `in_other_dtype` is empty where the service computes in fp32 and the processor has no bf16.
    """

    dtype: "Dtype"
    reason: str  # for the choice
    passes: Sequence[Pass]
    in_other_dtype: Sequence[Pass] = ()

    @property
    def best(self) -> Pass:
        return max(self.passes, key=lambda each: each.texts_per_cpu_s)

    @property
    def rates(self) -> dict[str, float]:
        """Texts per CPU-second of the best setting in each dtype that was measured."""
        measured = [self.best, *self.in_other_dtype]
        return {each.dtype: each.texts_per_cpu_s for each in measured}

    @property
    def single_text_ms(self) -> float:
        return next(p.text_ms for p in self.passes if p.text_ms is not None and p.threads == 1)


def measure(texts: Sequence[str], preference: "Preference") -> Yardstick:
    """Every setting in the dtype that the preference leads to, the best one in both dtypes.

    Progress goes to stderr. Raises CalledProcessError when the model can't be loaded.
    """
    return _measured({"texts": texts, "settings": EVERY, "dtype": preference, "compare": True})


def again(texts: Sequence[str], best: Pass) -> Yardstick:
    """The best setting and single texts once more: machines change their pace."""
    settings = [(None, 1), (best.budget, best.threads)]
    return _measured({"texts": texts, "settings": settings, "dtype": best.dtype, "compare": False})


def _measured(request: dict[str, Any]) -> Yardstick:
    command = [sys.executable, "-m", "tests.bench.offline"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(request), stdout=subprocess.PIPE, text=True, check=True
    )
    result = json.loads(done.stdout)
    passes, others = ([Pass(**each) for each in result.pop(key)]
                      for key in ("passes", "in_other_dtype"))  # fmt: skip
    return Yardstick(**result, passes=passes, in_other_dtype=others)


def main() -> None:
    import torch

    from models.encoder.dtypes import has_bf16
    from models.encoder.serving_dtype import choose_encoder_dtype
    from models.encoder.understanding import Understanding

    request = json.load(sys.stdin)
    texts: list[str] = request["texts"]
    torch.set_num_threads(1)
    model = Understanding.load()
    choice = choose_encoder_dtype(model.encoder, request["dtype"])
    model.encoder.convert(choice.dtype)
    passes = [_pass(model, texts, *setting) for setting in request["settings"]]
    yardstick = Yardstick(choice.dtype, choice.reason, passes)
    if request["compare"] and (has_bf16() or choice.dtype == "bf16"):
        other = Understanding.load()
        other.encoder.convert("fp32" if choice.dtype == "bf16" else "bf16")
        best = yardstick.best
        in_other = [_pass(other, texts, best.budget, best.threads)]
        yardstick = Yardstick(choice.dtype, choice.reason, passes, in_other)
    json.dump(asdict(yardstick), sys.stdout)


def _pass(model: "Understanding", texts: Sequence[str], budget: int | None, threads: int) -> Pass:
    import torch

    torch.set_num_threads(threads)
    _run(model, texts[:WARM_UP], budget)
    start = time.process_time()  # user and system, all threads
    walls, text_count = _run(model, texts, budget)
    rate = text_count / (time.process_time() - start)
    alone = statistics.median(walls) * 1000 if budget is None else None
    result = Pass(model.encoder.dtype, budget, threads, rate, alone)
    print(f"offline  {result}", file=sys.stderr, flush=True)
    return result


def _run(
    model: "Understanding", texts: Sequence[str], budget: int | None
) -> tuple[list[float], int]:
    """Seconds of each batch, and how many texts were judged: all, or as many as time allows."""
    walls: list[float] = []
    text_count = 0
    until = time.perf_counter() + PASS_WITHIN
    last = time.perf_counter()
    for batch in _batches(model, texts, budget):
        text_count += len(model.classify(batch))
        now = time.perf_counter()
        walls.append(now - last)  # its tokenisation included
        last = now
        if now > until:
            break
    return walls, text_count


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
