"""Lists the registry's models, as a table on stdout and as a JSON object."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from models.encoder import heads
from models.encoder.bundle import BENCHMARKS
from models.registry.entries import RegistryEntry
from models.registry.registry import Registry

NARROWEST = 120  # columns at least, so that names aren't cut


def list_entries(registry: Registry, task: str | None = None) -> list[RegistryEntry]:
    """All models of the task, or of all tasks; [] for a task that only benchmarks have.

    Raises RegistryFault.
    """
    if task and task not in registry.tasks() and list_benchmarks(task):
        return []
    tasks = [task] if task else registry.tasks()
    return [entry for each in tasks for entry in registry.entries(each)]


def list_benchmarks(task: str | None = None) -> list[RegistryEntry]:
    """The models of public test sets, of the task or of all; evaluated only, never promoted."""
    folders = sorted(file.parent for file in BENCHMARKS.glob(f"*/{heads.MANIFEST}"))
    entries = [
        RegistryEntry(
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
    return [entry for entry in entries if task in {None, entry.task}]


def print_entries(
    entries: Iterable[RegistryEntry], benchmark_entries: Iterable[RegistryEntry] = ()
) -> None:
    """Print one line a model on stdout, then the benchmarks' models; * marks a promoted model."""
    console = Console(markup=False, highlight=False)
    console.width = max(console.width, NARROWEST)
    console.print(_render_table(entries))
    if others := list(benchmark_entries):
        console.print("\nof public test sets, for evaluate --model NAME:")
        console.print(_render_table(others))


def _render_table(entries: Iterable[RegistryEntry]) -> Table:
    rendered_table = Table(box=None, pad_edge=False)
    for heading in ("", "task", "name", "date", "method", "metric"):
        rendered_table.add_column(heading, no_wrap=heading not in {"method", "metric"})
    for entry in entries:
        mark = f"{'*' if entry.promoted else ' '} {'shipped' if entry.shipped else ''}"
        rendered_table.add_row(mark, entry.task, entry.name, *_last_cells(entry))
    return rendered_table


def entries_object(
    entries: Iterable[RegistryEntry], benchmark_entries: Iterable[RegistryEntry] = ()
) -> dict[str, Any]:
    """{"models": [...], "benchmarks": [...]}, with all metrics."""
    return {
        "models": [_entry_object(entry) for entry in entries],
        "benchmarks": [_entry_object(entry) for entry in benchmark_entries],
    }


def _last_cells(entry: RegistryEntry) -> tuple[str, str, str]:
    if entry.manifest is None:
        return "", f"broken: {entry.fault}", ""
    metric = "{1:.4f} {0}".format(*entry.metric) if entry.metric else ""
    return entry.manifest.date, entry.manifest.method, metric


def _entry_object(entry: RegistryEntry) -> dict[str, Any]:
    about = {"task": entry.task, "name": entry.name, "folder": str(entry.folder)}
    marks = {"shipped": entry.shipped, "promoted": entry.promoted}
    if entry.manifest is None:
        return about | marks | {"fault": entry.fault}
    facts = {"date": entry.manifest.date, "method": entry.manifest.method}
    return about | marks | facts | {"metrics": dict(entry.manifest.metrics)}
