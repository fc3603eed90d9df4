"""Reads and writes base.json, which describes a folder of weights and its origin."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from models.hub.errors import Undescribed

FILE = "base.json"


class Fingerprinted(Protocol):
    """A base that adapters and heads belong to."""

    @property
    def name(self) -> str:
        """The base's name, as `fetch --list` shows it."""
        ...

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the base's source, in hexadecimal."""
        ...


@dataclass(frozen=True, kw_only=True)
class BaseFacts:
    """The content of base.json: what a model needs besides its weights, and their origin."""

    name: str
    kind: str  # "encoder" or "generator"
    origin: str
    licence: str
    revision: str
    pooling: str  # "mean" or "cls"; "" for generators
    prefix: str  # before every text
    max_tokens: int  # a text's length with its special tokens
    # Of the source, to which adapters are tied: the wheel's data file, a GGUF, model.safetensors.
    sha256: str

    @property
    def fingerprint(self) -> str:
        """The hash by which adapters and heads name their base."""
        return self.sha256


def read_base_facts(folder: Path) -> BaseFacts:
    """Read base.json of `folder`. Raises Undescribed when it is missing or has other fields."""
    try:
        return BaseFacts(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Undescribed(
            f"{folder} has no usable {FILE} ({error}): fetch it with `python -m models fetch`"
        ) from error


def write_base_facts(folder: Path, facts: BaseFacts) -> None:
    """Write base.json atomically, as the last step: a folder with base.json is complete."""
    part = folder / f"{FILE}.part"
    part.write_text(json.dumps(asdict(facts), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / FILE)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as binary_file:
        return hashlib.file_digest(binary_file, "sha256").hexdigest()


def weights_sha256(folder: Path) -> str:
    """SHA-256 of model.safetensors; of shards, of their concatenated hashes in order of name."""
    files = sorted(folder.glob("*.safetensors"))
    if len(files) == 1:
        return file_sha256(files[0])
    return hashlib.sha256("".join(map(file_sha256, files)).encode()).hexdigest()
