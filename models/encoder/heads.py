"""Linear heads over pooled embeddings; a manifest ties each by hash to its file and its base."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save

from models.encoder import manifests
from models.encoder.adapter import Adapter
from models.encoder.click_scale import ClickScale
from models.encoder.precision import Dtype
from models.errors import ExpectedFault
from models.hub.describe import Fingerprinted

WEIGHTS = "head.safetensors"
MANIFEST = "manifest.json"


class IncompatibleHead(ExpectedFault):
    """The head is unreadable, for another base or adapter, or not the file of its manifest."""


@dataclass(frozen=True, kw_only=True)
class BesideBase:
    """A second base, bare, whose embedding of a text is joined behind that of the first."""

    name: str
    sha256: str  # its fingerprint
    taps: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class HeadManifest:
    """A head's task, labels, base, training data, calibration and metrics (manifest.json)."""

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
    dtype: Dtype | Literal[""] = ""  # of the encoder that the metrics are of; "": not recorded
    training_dtype: Dtype | Literal[""] = ""  # bf16: autocast; "": not recorded
    taps: tuple[int, ...] = ()  # layers of the base that make the embedding; (): the last one
    clicks: ClickScale | None = None  # ctr only: how scores become click rates
    beside: BesideBase | None = None  # ctr only

    @property
    def version(self) -> str:
        """Like `intent-2026.11.24-abcdef12`: task, day, first 8 digits of the weights' SHA-256."""
        return manifests.format_version(self.task, self.date, self.sha256)

    @property
    def precision(self) -> str:
        """A sentence for the card: the dtype of the training, and that of the metrics."""
        trained, metrics_dtype = (dtype or "a dtype that isn't recorded"
                             for dtype in (self.training_dtype, self.dtype))  # fmt: skip
        return f"Trained in {trained}; the figures are of the encoder in {metrics_dtype}."


_MANIFEST = TypeAdapter(HeadManifest)


@dataclass(frozen=True)
class Head:
    """A linear classifier over embeddings; standardisation is folded into weight and bias."""

    manifest: HeadManifest
    weight: torch.Tensor  # (C, H) fp32
    bias: torch.Tensor  # (C,) fp32

    @classmethod
    def load(
        cls, folder: Path, base: Fingerprinted, adapter: Adapter | None = None, device: str = "cpu"
    ) -> "Head":
        """Read the head of `folder`, for the encoder with `base` and `adapter` (None: bare base).

        Raises IncompatibleHead when file, manifest, base and adapter don't belong together.
        """
        head = cls.read(folder, base, device)
        if head.manifest.adapter_sha256 != (adapter.sha256 if adapter else ""):
            raise IncompatibleHead(f"{folder} was trained over another adapter; train it again")
        return head

    @classmethod
    def read(cls, folder: Path, base: Fingerprinted, device: str = "cpu") -> "Head":
        """Like `load`, but doesn't check the adapter that the manifest names."""
        manifest = read_manifest(folder)
        if manifest.base_sha256 != base.fingerprint:
            raise IncompatibleHead(
                f"{folder} was trained on {manifest.base} {manifest.base_sha256[:8]}, "
                f"not on {base.name} {base.fingerprint[:8]}; train it again"
            )
        weight, bias = _read_tensors(folder / WEIGHTS, manifest)
        return cls(manifest, weight.to(device, torch.float32), bias.to(device, torch.float32))

    def logits(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Embeddings (n, H) fp32 -> logits (n, C) fp32, uncalibrated, on the head's device."""
        return torch.nn.functional.linear(embeddings.to(self.weight.device), self.weight, self.bias)


def write_head(
    folder: Path, weight: torch.Tensor, bias: torch.Tensor, facts: Mapping[str, object]
) -> HeadManifest:
    """Write weights in fp16 and the manifest; `facts` is the manifest without its sha256."""
    content = save({"weight": weight.half().contiguous(), "bias": bias.float().contiguous()})
    digest = hashlib.sha256(content).hexdigest()
    manifest = _MANIFEST.validate_python({**facts, "sha256": digest})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    manifests.write_manifest(folder / MANIFEST, manifest)
    return manifest


def read_manifest(folder: Path) -> HeadManifest:
    """Read manifest.json. Raises IncompatibleHead when it is missing or has other fields."""
    file = folder / MANIFEST
    try:
        return _MANIFEST.validate_json(file.read_bytes())
    except OSError as error:
        raise IncompatibleHead(f"{file} can't be read: {error.strerror}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "it"
        raise IncompatibleHead(
            f"{file} is not a manifest of ours: {where}: {fault['msg']}"
        ) from error


def _read_tensors(file: Path, manifest: HeadManifest) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight (C, H) and bias (C,). Raises IncompatibleHead for another hash, shape or content."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise IncompatibleHead(f"{file} can't be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise IncompatibleHead(f"{file} is not the file its manifest describes")
    try:
        state = load(content)
        weight, bias = state["weight"], state["bias"]
    except (SafetensorError, KeyError) as error:
        raise IncompatibleHead(f"{file} holds no head: {error}") from error
    classes = len(manifest.labels)
    if weight.ndim != 2 or weight.shape[0] != classes or bias.shape != (classes,):
        raise IncompatibleHead(
            f"{file} has weight {tuple(weight.shape)} and bias {tuple(bias.shape)} "
            f"for {classes} labels"
        )
    return weight, bias
