"""Writes the cards of the shipped heads, with numbers computed from the heads as they are."""

import platform
from collections.abc import Sequence
from pathlib import Path
from string import Template

from models.encoder import bundle, heads
from models.encoder.heads import HeadManifest
from models.hub.sources import E5_SMALL
from models.recipes.shipped.card_numbers import compute_numbers

TASKS = ("intent", "sentiment")


def write_cards(data: Path, tasks: Sequence[str] = TASKS) -> None:
    """Fill card.template.md of each head and write it as README.md beside the head."""
    numbers = compute_numbers(data, tasks)
    for task in tasks:
        folder = bundle.MODELS / task
        manifest = heads.read_manifest(folder)
        template = Template((folder / "card.template.md").read_text(encoding="utf-8"))
        text = template.substitute(_card_facts(manifest, numbers))
        (folder / "README.md").write_text(text, encoding="utf-8")


def _card_facts(manifest: HeadManifest, numbers: dict[str, float]) -> dict[str, str]:
    rows = [
        f"| {name} | {value} |"
        for name, value in numbers.items()
        if _belongs_to_task(manifest, name)
    ]
    data = ", ".join(f"{name} {count:,}" for name, count in manifest.data.items())
    return {
        "version": manifest.version,
        "date": manifest.date,
        "base": f"{E5_SMALL.origin} ({E5_SMALL.licence}; {E5_SMALL.wheel.requirement})",
        "base_sha256": manifest.base_sha256,
        "method": manifest.method,
        "precision": manifest.precision,
        "data": data,
        "labels": str(len(manifest.labels)),
        "seed": str(manifest.seed),
        "threshold": str(manifest.threshold),
        "temperature": str(manifest.temperature),
        "neutral": str(manifest.neutral),
        "numbers": "\n".join(["| number | value |", "|---|---|", *rows]),
        "machine": _describe_machine(),
    }


def _belongs_to_task(manifest: HeadManifest, name: str) -> bool:
    return name.startswith(f"{manifest.task}.")


def _describe_machine() -> str:
    """The processor's name where the system tells it (Linux), else its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{len(names)}-core {names[0]}, CPU only" if names else platform.machine()
