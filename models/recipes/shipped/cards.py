"""Writes the cards of the shipped heads, with numbers computed from the heads as they are."""

import platform
from collections.abc import Sequence
from pathlib import Path

from models.encoder import bundle, heads, manifests
from models.hub.sources import E5_SMALL
from models.recipes.shipped.card_numbers import compute_numbers

TASKS = ("intent", "sentiment")


def write_cards(data: Path, tasks: Sequence[str] = TASKS) -> None:
    """Fill card.template.md of each head and write it as README.md beside the head."""
    numbers = compute_numbers(data, tasks)
    for task in tasks:
        folder = bundle.MODELS / task
        manifest = heads.read_manifest(folder)
        template = (folder / "card.template.md").read_text(encoding="utf-8")
        of_task = {n: value for n, value in numbers.items() if n.startswith(f"{manifest.task}.")}
        manifests.write_card(
            folder,
            template,
            manifest,
            base=f"{E5_SMALL.origin} ({E5_SMALL.licence}; {E5_SMALL.wheel.requirement})",
            labels=len(manifest.labels),
            precision=manifest.precision,
            numbers=manifests.format_rows(of_task),
            machine=_describe_machine(),
        )


def _describe_machine() -> str:
    """The processor's name where the system tells it (Linux), else its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{len(names)}-core {names[0]}, CPU only" if names else platform.machine()
