"""How long the search takes for a question: `python -m tests.bench.verification`. Prints a table.

One thread. A question is read by the encoder, then compared with candidates that were read before,
as entries are in service. Messages and candidates are those of the shops that tune.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

import torch

from models.encoder.dtypes import has_bf16
from models.encoder.precision import Dtype
from models.search.bundle import SearchBundle
from models.search.candidates import SearchCandidate
from models.search.searcher import Searcher
from models.search.shops import read_shops
from tests.bench.table import machine

QUESTIONS = 120
ROUNDS = 3
CANDIDATES = (3, 16)  # a question

Questions = Sequence[tuple[str, Sequence[SearchCandidate]]]


def main() -> None:
    """Median of each step over the questions, the best and the worst of the rounds."""
    torch.set_num_threads(1)
    print(f"{machine()}, {time.strftime('%Y-%m-%d')}, one thread\n")
    print("| dtype | step | ms, best round | ms, worst round |\n|---|---|---:|---:|")
    dtypes: list[Dtype] = ["fp32", "bf16"] if has_bf16() else ["fp32"]
    for dtype in dtypes:
        searcher = Searcher(SearchBundle.load())
        searcher.convert(dtype)
        _print_row(dtype, "read a question", partial(_time_reading, searcher))
        for count in CANDIDATES:
            questions = _questions(count)
            searcher.prepare([candidate for _, some in questions for candidate in some])
            searcher.read([question for question, _ in questions])
            step = f"verify {count} candidates"
            _print_row(dtype, step, partial(_time_verification, searcher, questions))


def _print_row(dtype: Dtype, step: str, measure: Callable[[], float]) -> None:
    medians = [measure() for _ in range(ROUNDS)]
    print(f"| {dtype} | {step} | {min(medians):.1f} | {max(medians):.1f} |", flush=True)


def _time_reading(searcher: Searcher) -> float:
    texts = [question for question, _ in _questions(1)]
    # A mark in front makes each round's texts new: what was read before is not read again.
    mark = str(time.monotonic_ns())
    return _median_ms([partial(searcher.read, [mark[-6:] + text]) for text in texts])


def _time_verification(searcher: Searcher, questions: Questions) -> float:
    return _median_ms([partial(searcher.verify, *pair) for pair in questions])


def _median_ms(calls: Sequence[Callable[[], object]]) -> float:
    """Milliseconds of wall time."""
    times = []
    for call in calls:
        began = time.perf_counter()
        call()
        times.append(1_000 * (time.perf_counter() - began))
    return statistics.median(times)


def _questions(count: int) -> Questions:
    """Questions, each beside the first `count` candidates of its shop."""
    questions = []
    for shop in read_shops():
        if shop.split == "tune":
            units = [SearchCandidate(u.headings, u.text, u.is_chunk) for u in shop.units]
            messages = [each.text for each in shop.questions if each.kind == "answerable"]
            for number, text in enumerate(messages):
                start = number % max(1, len(units) - count)
                questions.append((text, units[start : start + count]))
    return questions[:QUESTIONS]


if __name__ == "__main__":
    main()
