"""A file's text, remarks and faults, as an import gets them."""

from app.knowledge.imports.formats.reading import read_file
from app.knowledge.imports.formats.values import Fault, Part, Remark


def read_text(name: str, data: bytes | str) -> str:
    """Of all parts, each on lines of its own."""
    return "\n".join(part.text for part in _read(name, data) if isinstance(part, Part))


def read_titles(name: str, data: bytes | str) -> list[str]:
    """The headings above each part."""
    return [part.title for part in _read(name, data) if isinstance(part, Part)]


def read_remarks(name: str, data: bytes | str) -> list[tuple[str, str]]:
    """Where, and what."""
    return [(each.at, each.what) for each in _read(name, data) if isinstance(each, Remark)]


def read_faults(name: str, data: bytes | str) -> list[tuple[str, str]]:
    """Where, and what."""
    return [(each.at, each.what) for each in _read(name, data) if isinstance(each, Fault)]


def _read(name: str, data: bytes | str) -> list[object]:
    return [*read_file(name, data.encode() if isinstance(data, str) else data, set())]
