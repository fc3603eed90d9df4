"""Writes what every model comes with: a manifest in JSON, and a card in Markdown."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any, ClassVar, Protocol

CARD = "README.md"
OPTIONAL_FIELDS = ("taps", "clicks", "beside")  # that only some models have


class ModelManifest(Protocol):
    """What the manifests of all models have; they are dataclasses."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> str:
        """The model's name, see `format_version`."""
        ...

    @property
    def data(self) -> Mapping[str, int]:
        """Name of a file or set -> rows used."""
        ...

    @property
    def metrics(self) -> Mapping[str, float]:
        """Name -> figure."""
        ...


def format_version(task: str, date: str, sha256: str) -> str:
    """A model's version like `intent-2026.11.24-abcdef12`: task, day, first 8 digits of a hash."""
    return f"{task}-{date.replace('-', '.')}-{sha256[:8]}"


def write_manifest(file: Path, manifest: ModelManifest) -> None:
    """Write the manifest's fields and its version as JSON; empty ones of OPTIONAL_FIELDS are left
    out.
    """
    fields = {
        name: value
        for name, value in _list_fields(manifest).items()
        if value or name not in OPTIONAL_FIELDS
    }
    text = json.dumps(fields, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def write_card(folder: Path, template: str, manifest: ModelManifest, **facts: object) -> None:
    """Fill the template and write it as README.md into `folder`.

    The template has $field for the manifest's fields and version, $data for its files with their
    rows, $numbers for the rows of a table of its metrics, and $name for each of `facts`, which come
    before all others. Raises KeyError for any other name in it.
    """
    fields = _list_fields(manifest) | {
        "data": format_sizes(manifest.data),
        "numbers": format_rows(manifest.metrics),
    }
    text = Template(template).substitute(fields | facts)
    (folder / CARD).write_text(text, encoding="utf-8")


def format_sizes(sizes: Mapping[str, int], unit: str = "") -> str:
    """Files with their rows as `rows.csv 1,234`, with commas between them."""
    return ", ".join(f"{name} {count:,}{unit}" for name, count in sizes.items())


def format_rows(cells: Mapping[str, object]) -> str:
    """Rows of a table with two columns, in Markdown."""
    return "\n".join(f"| {name} | {value} |" for name, value in cells.items())


def _list_fields(manifest: ModelManifest) -> dict[str, object]:
    return asdict(manifest) | {"version": manifest.version}
