"""The registry's models as a table for people and as an object for programs."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from models.encoder import heads
from models.encoder.bundle import BENCHMARKS
from models.registry.registry import Entry, Registry

NARROWEST = 120  # columns: names aren't cut


def everything(registry: Registry, task: str | None = None) -> list[Entry]:
    """All models of the task, or of all tasks. Raises RegistryFault.

    A task that only a benchmark is for has none.
    """
    if task and task not in registry.tasks() and benchmarks(task):
        return []
    tasks = [task] if task else registry.tasks()
    return [entry for each in tasks for entry in registry.entries(each)]


def benchmarks(task: str | None = None) -> list[Entry]:
    """The models of public test sets, of the task or of all: they are judged, never promoted."""
    folders = sorted(file.parent for file in BENCHMARKS.glob(f"*/{heads.MANIFEST}"))
    found = [
        Entry(
            task=manifest.task,
            name=folder.name,
            folder=folder,
            shipped=True,
            promoted=False,
            manifest=manifest,
        )
        for folder in folders
        for manifest in [heads.read_manifest(folder)]
    ]
    return [entry for entry in found if task in {None, entry.task}]


def show(entries: Iterable[Entry], judged: Iterable[Entry] = ()) -> None:
    """One line a model, on stdout; a star marks the promoted one of each task.

    `judged` are the benchmarks' models.
    """
    console = Console(markup=False, highlight=False)
    console.width = max(console.width, NARROWEST)
    console.print(_table(entries))
    if others := list(judged):
        console.print("\nof public test sets, for evaluate --model NAME:")
        console.print(_table(others))


def _table(entries: Iterable[Entry]) -> Table:
    found = Table(box=None, pad_edge=False)
    for heading in ("", "task", "name", "date", "method", "metric"):
        found.add_column(heading, no_wrap=heading not in {"method", "metric"})
    for entry in entries:
        mark = f"{'*' if entry.promoted else ' '} {'shipped' if entry.shipped else ''}"
        found.add_row(mark, entry.task, entry.name, *_rest(entry))
    return found


def as_object(entries: Iterable[Entry], judged: Iterable[Entry] = ()) -> dict[str, Any]:
    """{"models": [...], "benchmarks": [...]}, with all metrics."""
    return {
        "models": [_object(entry) for entry in entries],
        "benchmarks": [_object(entry) for entry in judged],
    }


def _rest(entry: Entry) -> tuple[str, str, str]:
    if entry.manifest is None:
        return "", f"broken: {entry.fault}", ""
    metric = "{1:.4f} {0}".format(*entry.metric) if entry.metric else ""
    return entry.manifest.date, entry.manifest.method, metric


def _object(entry: Entry) -> dict[str, Any]:
    about = {"task": entry.task, "name": entry.name, "folder": str(entry.folder)}
    marks = {"shipped": entry.shipped, "promoted": entry.promoted}
    if entry.manifest is None:
        return about | marks | {"fault": entry.fault}
    facts = {"date": entry.manifest.date, "method": entry.manifest.method}
    return about | marks | facts | {"metrics": dict(entry.manifest.metrics)}
