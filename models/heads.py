"""Linear heads over pooled embeddings. Each is tied by hash to its file and to its base."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load, save

from models.adapter import Adapter
from models.base.sources import Base

WEIGHTS = "head.safetensors"
MANIFEST = "manifest.json"


class ForeignHead(Exception):
    """The head belongs to another base, or its file isn't the one its manifest describes."""


@dataclass(frozen=True)
class Manifest:
    """What a head is, how it came about and how good it is."""

    task: str
    labels: list[str]
    base: str
    base_sha256: str
    sha256: str  # of head.safetensors
    method: str
    seed: int
    date: str
    data: dict[str, int]  # name of the set -> texts used
    temperature: float
    threshold: float
    metrics: dict[str, float]
    neutral: tuple[float, float] | None = None  # sentiment only: the band of P(positive)
    adapter_sha256: str = ""  # of the adapter merged into the encoder; "" for the bare base

    @property
    def version(self) -> str:
        """As `intent-2026.11.24-abcdef12`: task, day, beginning of the weights' hash."""
        return f"{self.task}-{self.date.replace('-', '.')}-{self.sha256[:8]}"


@dataclass(frozen=True)
class Head:
    """Embeddings in, logits out. Standardisation is folded into weight and bias."""

    manifest: Manifest
    weight: torch.Tensor  # (C, H) fp32
    bias: torch.Tensor  # (C,) fp32

    @classmethod
    def load(
        cls, folder: Path, base: Base, adapter: Adapter | None = None, device: str = "cpu"
    ) -> "Head":
        """Raises ForeignHead when file, manifest, base and adapter don't belong together."""
        manifest = read_manifest(folder)
        if manifest.adapter_sha256 != (adapter.sha256 if adapter else ""):
            raise ForeignHead(f"{folder} was trained over another adapter; train it again")
        if manifest.base_sha256 != base.wheel.sha256:
            raise ForeignHead(
                f"{folder} was trained on {manifest.base} {manifest.base_sha256[:8]}, "
                f"not on {base.name} {base.wheel.sha256[:8]}; train it again"
            )
        content = (folder / WEIGHTS).read_bytes()
        if hashlib.sha256(content).hexdigest() != manifest.sha256:
            raise ForeignHead(f"{folder / WEIGHTS} is not the file its manifest describes")
        state = load(content)
        head = cls(
            manifest,
            state["weight"].to(device, torch.float32),
            state["bias"].to(device, torch.float32),
        )
        _check_shapes(head, folder)
        return head

    def logits(self, embeddings: torch.Tensor) -> torch.Tensor:
        """(n, H) fp32 -> (n, C)."""
        return torch.nn.functional.linear(embeddings, self.weight, self.bias)


def write(
    folder: Path, weight: torch.Tensor, bias: torch.Tensor, facts: Mapping[str, object]
) -> Manifest:
    """Write weights in fp16 and the manifest; `facts` is the manifest without its sha256."""
    content = save({"weight": weight.half().contiguous(), "bias": bias.float().contiguous()})
    digest = hashlib.sha256(content).hexdigest()
    manifest = _manifest({**facts, "sha256": digest})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    text = json.dumps(
        {**asdict(manifest), "version": manifest.version}, ensure_ascii=False, indent=1
    )
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Raises ForeignHead when it isn't a manifest of ours."""
    fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    fields.pop("version", None)
    try:
        return _manifest(fields)
    except TypeError as error:
        raise ForeignHead(f"{folder / MANIFEST} is not a manifest of ours: {error}") from error


def _manifest(fields: dict[str, object]) -> Manifest:
    band = fields.get("neutral")
    if isinstance(band, list):
        fields = {**fields, "neutral": tuple(band)}
    return Manifest(**fields)  # type: ignore[arg-type]


def _check_shapes(head: Head, folder: Path) -> None:
    classes = len(head.manifest.labels)
    if head.weight.ndim != 2 or head.weight.shape[0] != classes or head.bias.shape != (classes,):
        raise ForeignHead(
            f"{folder / WEIGHTS} has weight {tuple(head.weight.shape)} and bias "
            f"{tuple(head.bias.shape)} for {classes} labels"
        )
