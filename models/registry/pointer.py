"""Which model of a task is promoted: promoted.json, a list of promotions, the last one in force."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from models.registry.faults import RegistryFault

FILE = "promoted.json"
SHIPPED = "shipped"  # what lies in the repository, whichever version that is


@dataclass(frozen=True)
class Promotion:
    """One promotion; `version` and `previous` are names of models, or `shipped`."""

    version: str
    when: str  # ISO 8601, UTC
    previous: str


_HISTORY = TypeAdapter(list[Promotion])


@dataclass(frozen=True)
class Pointer:
    """The pointer of the task whose models lie in `folder`."""

    folder: Path

    @property
    def file(self) -> Path:
        """The file with the promotions; missing before the first one."""
        return self.folder / FILE

    @property
    def version(self) -> str:
        """The promoted model's name; `shipped` if nothing is promoted. Raises RegistryFault."""
        history = self.history()
        return history[-1].version if history else SHIPPED

    def history(self) -> list[Promotion]:
        """All promotions, oldest first. Raises RegistryFault for an unreadable or invalid file."""
        try:
            return _HISTORY.validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise RegistryFault(f"{self.file} can't be read: {error.strerror}") from error
        except ValidationError as error:
            raise RegistryFault(
                f"{self.file} is not a list of promotions: mend it, or remove it to go back "
                "to the shipped model"
            ) from error

    def write(self, history: Iterable[Promotion]) -> None:
        """Replace the file atomically and durably: write beside it, fsync, rename.

        Raises RegistryFault; the old file is unchanged then.
        """
        text = json.dumps([asdict(promotion) for promotion in history], indent=1) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace_file(self.file, text)
        except OSError as error:
            raise RegistryFault(
                f"{self.file} can't be written, what was promoted stays: {error.strerror}"
            ) from error

    def content(self) -> bytes:
        """The file's bytes, to notice changes; the error's text if unreadable. Never raises."""
        try:
            return self.file.read_bytes()
        except OSError as error:
            return str(error).encode()


def _replace_file(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    with new.open("w", encoding="utf-8") as new_file:
        new_file.write(text)
        new_file.flush()
        os.fsync(new_file.fileno())
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # makes the rename durable
    finally:
        os.close(folder)
