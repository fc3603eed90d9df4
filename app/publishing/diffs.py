"""How two versions of a post differ: a unified diff for each changed field of each article."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.publishing.values import PostItem

_DATA_URI = re.compile(r"(data:image/[\w.+-]+;base64,)([A-Za-z0-9+/=]{64})[A-Za-z0-9+/=]+")


@dataclass(frozen=True)
class FieldDiff:
    """One field of one article. `diff` is a unified diff; embedded images are abbreviated."""

    article: int  # from 1
    field: str
    diff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionEdit:
    """One version of a post or of reviewed content: who wrote it, and how it differs from the
    version before."""

    version: int
    editor: str
    at: float  # seconds since 1970
    diffs: list[dict[str, Any]]


def compare_articles(before: Sequence[PostItem], after: Sequence[PostItem]) -> list[FieldDiff]:
    """The diffs of all changed fields; articles are compared by their position."""
    return [
        FieldDiff(number + 1, name, compare_texts(old, new))
        for number in range(max(len(before), len(after)))
        for name, old, new in _pair_fields(before[number : number + 1], after[number : number + 1])
        if old != new
    ]


def _pair_fields(
    before: Sequence[PostItem], after: Sequence[PostItem]
) -> Iterator[tuple[str, str, str]]:
    old = asdict(before[0]) if before else {}
    new = asdict(after[0]) if after else {}
    for name in old or new:
        yield name, _to_text(old.get(name, "")), _to_text(new.get(name, ""))


def _to_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""  # no line for what was never switched on
    return str(value)


def compare_texts(old: str, new: str) -> str:
    """A unified diff of two texts by lines; embedded images are abbreviated."""
    lines = difflib.unified_diff(
        _abbreviate(old).splitlines(), _abbreviate(new).splitlines(), lineterm="", n=2
    )
    return "\n".join(lines)


def _abbreviate(text: str) -> str:
    return _DATA_URI.sub(r"\1\2…", text)
