"""The folder of a private PostgreSQL server: its lock, and which server runs on its data."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from app.errors import BadSettings


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[TextIO]:
    """Hold the folder's lock, which the kernel releases when the process ends in any way.

    Raises BadSettings when another process has it, or the folder can't be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise unusable_folder(folder, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadSettings(
                [f"DATA_DIR: {folder} is in use by another process of ours: stop that one first."]
            ) from None
        yield lock


def read_postmaster(data: Path) -> tuple[int, int] | None:
    """Process id and port of the server that wrote postmaster.pid; None where there is none."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):  # missing, or not completely written yet
        return None


def unusable_folder(path: Path, error: OSError) -> BadSettings:
    """The refusal of a file or folder that can't be read or written."""
    return BadSettings([f"DATA_DIR: {path} can't be used ({error.strerror})."])
