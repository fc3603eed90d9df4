"""base.json: what a folder of weights is, so that it can be used without knowing its origin."""

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
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class BaseFacts:
    """What an encoder or a generator must be told besides its weights, and where they are from."""

    name: str
    kind: str  # "encoder" or "generator"
    origin: str
    licence: str
    revision: str
    pooling: str  # "mean" or "cls"; "" for generators
    prefix: str  # before every text
    max_tokens: int  # a text's length with its special tokens
    # Of the source that adapters are tied to: the wheel's data file, a GGUF, model.safetensors.
    sha256: str

    @property
    def fingerprint(self) -> str:
        """What an adapter remembers of its base."""
        return self.sha256


def read_base_facts(folder: Path) -> BaseFacts:
    """Raises Undescribed when base.json is missing or isn't ours."""
    try:
        return BaseFacts(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Undescribed(
            f"{folder} has no usable {FILE} ({error}): fetch it with `python -m models fetch`"
        ) from error


def write_base_facts(folder: Path, facts: BaseFacts) -> None:
    """Written whole or not at all: a described folder is a complete one."""
    part = folder / f"{FILE}.part"
    part.write_text(json.dumps(asdict(facts), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / FILE)


def file_sha256(path: Path) -> str:
    """Of a file, in hexadecimal."""
    with path.open("rb") as binary_file:
        return hashlib.file_digest(binary_file, "sha256").hexdigest()


def weights_sha256(folder: Path) -> str:
    """Of model.safetensors; of shards, that of their hashes in the order of their names."""
    files = sorted(folder.glob("*.safetensors"))
    if len(files) == 1:
        return file_sha256(files[0])
    return hashlib.sha256("".join(map(file_sha256, files)).encode()).hexdigest()
