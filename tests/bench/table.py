"""What was measured: var/bench.json for programs, Markdown for people."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.load import Run
from tests.bench.offline import Yardstick
from tests.bench.processes import Service

PROCESSES = ("api", "worker", "redis", "postgres")
YARDSTICK_SHARE = 0.75  # at 32 and 128 callers, at least
ALONE_RATIO = 1.6  # p50 at one caller over the model's own time, at most
AT_MOST = {"api start, s": 2.0, "api memory, MB": 150.0, "worker memory, MB": 1200.0}


@dataclass(frozen=True)
class Round:
    """The model alone and the service at each level, one right after the other."""

    model: Yardstick
    runs: Sequence[Run]

    def run(self, callers: int) -> Run:
        return next(run for run in self.runs if run.callers == callers)


def report(yardstick: Yardstick, rounds: Sequence[Round], service: Service) -> dict[str, Any]:
    """Medians over the rounds; both dtypes as `yardstick` has them.

    Call it while the service still runs: memory is read here.
    """
    peak = service.memory("VmHWM")
    return {
        "machine": machine(),
        "date": time.strftime("%Y-%m-%d"),
        "offline": offline(_median(rounds, lambda r: r.model.best.texts_per_cpu_s).model),
        "dtypes": {**dtypes(yardstick), "service": service.dtype},
        "webhook": [_level(_median_run(rounds, run.callers)) for run in rounds[0].runs],
        "memory_mb": service.memory("VmRSS") | {f"{name}_peak": mb for name, mb in peak.items()},
        "start_s": dict(service.start_s),
        "ratios": _ratios(rounds),
    }


def offline(yardstick: Yardstick) -> dict[str, Any]:
    best = yardstick.best
    return {
        "texts_per_cpu_s": round(best.texts_per_cpu_s, 1),
        "batch": best.batch,
        "threads": best.threads,
        "single_text_ms": round(yardstick.single_text_ms, 2),
    }


def dtypes(yardstick: Yardstick) -> dict[str, Any]:
    """Texts per CPU-second in both dtypes; None where bf16 isn't measured for want of it."""
    rates = {name: yardstick.rates.get(name) for name in ("fp32", "bf16")}
    rounded = {name: rate and round(rate, 1) for name, rate in rates.items()}
    return {**rounded, "chosen": yardstick.dtype, "reason": yardstick.reason}


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else 'unknown CPU'}, {os.cpu_count()} cores"


def _level(run: Run) -> dict[str, Any]:
    answered = max(len(run.waits), 1)
    return {
        "callers": run.callers,
        "replies_per_s": round(run.replies_per_s, 1),
        "p50_ms": round(run.ms(50), 1),
        "p95_ms": round(run.ms(95), 1),
        "p99_ms": round(run.ms(99), 1),
        "replies_per_server_cpu_s": round(run.replies_per_server_cpu_s, 1),
        "share_in_time": round(run.share_in_time, 4),
        "lost": run.lost,
        "cpu_ms_per_reply": {n: round(s * 1000 / answered, 2) for n, s in run.cpu.items()},
    }


def _ratios(rounds: Sequence[Round]) -> dict[str, float]:
    """Each round's own ratio, then their median."""

    def share(callers: int) -> float:
        return statistics.median(
            each.run(callers).replies_per_server_cpu_s / each.model.best.texts_per_cpu_s
            for each in rounds
        )

    alone = statistics.median(each.run(1).ms(50) / each.model.single_text_ms for each in rounds)
    return {
        "yardstick_at_32": round(share(32), 3),
        "yardstick_at_128": round(share(128), 3),
        "p50_to_single_text": round(alone, 2),
    }


def _median_run(rounds: Sequence[Round], callers: int) -> Run:
    median_round = _median(rounds, lambda each: each.run(callers).replies_per_server_cpu_s)
    return median_round.run(callers)


def _median(rounds: Sequence[Round], by: Callable[[Round], float]) -> Round:
    return sorted(rounds, key=by)[len(rounds) // 2]


def markdown(figures: dict[str, Any]) -> str:
    model = figures["offline"]
    return "\n".join(
        [
            f"{figures['machine']}, {figures['date']}. The model alone: "
            f"{model['texts_per_cpu_s']:.0f} texts per CPU-second "
            f"({model['batch']} a batch, threads: {model['threads']}), "
            f"{model['single_text_ms']:.1f} ms for a single text.",
            "",
            *dtype_rows(figures["dtypes"]),
            "",
            "| callers | replies/s | p50 ms | p95 ms | p99 ms | replies/server-CPU-s "
            f"| CPU ms a reply: {' + '.join(PROCESSES)} | in 4.5 s | lost |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *(_row(level) for level in figures["webhook"]),
            "",
            "| | measured | to reach |",
            "|---|---:|---:|",
            *_targets(figures),
        ]
    )


def dtype_rows(measured: dict[str, Any]) -> list[str]:
    """A row a dtype under a heading, Markdown; `measured` as `report` has it."""
    rows = []
    for name in ("fp32", "bf16"):
        rate = measured[name]
        speed = "not measured: the processor has no bf16" if rate is None else f"{rate:.0f}"
        used = f"yes: {measured['reason']}" if name == measured["service"] else ""
        rows.append(f"| {name} | {speed} | {used} |")
    head = "| the model alone in | texts per CPU-second, best setting | used by the service |"
    return [head, "|---|---:|---|", *rows]


def _row(level: dict[str, Any]) -> str:
    parts = " + ".join(f"{level['cpu_ms_per_reply'][name]:.2f}" for name in PROCESSES)
    return (
        f"| {level['callers']} | {level['replies_per_s']:.0f} | {level['p50_ms']:.1f} "
        f"| {level['p95_ms']:.1f} | {level['p99_ms']:.1f} "
        f"| {level['replies_per_server_cpu_s']:.0f} | {parts} "
        f"| {level['share_in_time']:.2%} | {level['lost']} |"
    )


def _targets(figures: dict[str, Any]) -> list[str]:
    ratios, memory, start = figures["ratios"], figures["memory_mb"], figures["start_s"]
    at_128 = figures["webhook"][-1]
    rows = [
        ("service / model alone, 32 callers", ratios["yardstick_at_32"], f"≥ {YARDSTICK_SHARE}"),
        ("service / model alone, 128 callers", ratios["yardstick_at_128"], f"≥ {YARDSTICK_SHARE}"),
        ("p50 at 1 caller / single text", ratios["p50_to_single_text"], f"≤ {ALONE_RATIO}"),
        ("lost or late, 128 callers", _lost_or_late(at_128), "0"),
    ]
    measured = {
        "api start, s": start["api"],
        "api memory, MB": memory["api"],
        "worker memory, MB": memory["worker"],
    }
    rows += [(name, value, f"< {AT_MOST[name]:g}") for name, value in measured.items()]
    rows += [("worker start, s", start["worker"], "")]
    return [f"| {name} | {value} | {bound} |" for name, value, bound in rows]


def _lost_or_late(level: dict[str, Any]) -> str:
    return "0" if level["share_in_time"] == 1 else f"{1 - level['share_in_time']:.2%}"
