"""Writes a folder of files atomically."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from models.data.files import BadData
from models.errors import ExpectedFault

FILES = ("train.jsonl", "dev.jsonl", "test.jsonl", "suspects.jsonl", "report.json", "report.md")


class Unwritable(ExpectedFault):
    """The folder can't be written and is unchanged; the message says why."""


def check_output(out: Path, sources: Iterable[Path], overwrite: bool) -> None:
    """Raises BadData when `out` holds something that must not be replaced."""
    if out.exists() and not out.is_dir():
        raise BadData(f"{out} is a file; name a folder with --out")
    existing_names = sorted(path.name for path in out.iterdir()) if out.exists() else []
    if existing_names and not overwrite:
        raise BadData(f"{out} isn't empty; name another folder or say --overwrite")
    other_names = [name for name in existing_names if name not in FILES]
    if other_names:
        raise BadData(
            f"{out} holds {other_names[0]}, which prepare didn't write; name another folder"
        )
    for source in sources:
        if source.resolve().parent == out.resolve():
            raise BadData(f"{source} lies in {out} and would be replaced; name another folder")


def write_folder(out: Path, contents: Mapping[str, str]) -> None:
    """Replace the folder `out` by files of `contents` (name -> text). Raises Unwritable.

    Written beside `out` and renamed, so that a full disk or a crash leaves no partial folder.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as beside:
            new = Path(beside, "new")
            new.mkdir()
            for name, content in contents.items():
                (new / name).write_text(content, encoding="utf-8", newline="\n")
            _swap_folders(new, out, Path(beside, "old"))
    except OSError as error:
        raise Unwritable(
            f"{out} can't be written: {error.strerror}; make room or name another folder with --out"
        ) from error


def _swap_folders(new: Path, out: Path, aside: Path) -> None:
    if out.exists():
        out.rename(aside)
    try:
        new.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise
