"""Low-rank changes to the encoder's linear layers (LoRA, https://arxiv.org/abs/2106.09685).

A change is merged into its layer when the encoder is loaded, so that serving costs nothing more.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from models.base.sources import Base

FILE = "adapter.safetensors"
LINEAR = ("qkv", "out", "up", "down")  # of a layer of `models.encoder`

Factors = tuple[torch.Tensor, torch.Tensor]  # (rank, inputs), (outputs, rank)


class ForeignAdapter(Exception):
    """The adapter belongs to another base, or isn't one."""


@dataclass(frozen=True)
class Adapter:
    """Changes by name, `3.qkv` for layer 3; the weight grows by outputs @ inputs."""

    changes: Mapping[str, Factors]
    sha256: str  # of the file; heads over the adapted encoder carry it

    @classmethod
    def load(cls, file: Path, base: Base) -> "Adapter":
        """Raises ForeignAdapter when the file is missing, broken, or made for another base."""
        try:
            with safe_open(file, "pt") as opened:
                facts = opened.metadata() or {}
                tensors = {name: opened.get_tensor(name).float() for name in opened.keys()}  # noqa: SIM118 - not a dict
        except (OSError, SafetensorError) as error:
            raise ForeignAdapter(f"{file} can't be read: {error}") from error
        if facts.get("base_sha256") != base.wheel.sha256:
            raise ForeignAdapter(
                f"{file} was trained on {facts.get('base', 'another base')}, not on {base.name}; "
                "train it again"
            )
        names = sorted({name.rpartition(".")[0] for name in tensors})
        changes = {name: (tensors[f"{name}.inputs"], tensors[f"{name}.outputs"]) for name in names}
        return cls(changes, hashlib.sha256(file.read_bytes()).hexdigest())

    def change(self, layer: int, linear: str) -> torch.Tensor:
        """What is added to the weight of that linear layer: (outputs, inputs) fp32."""
        inputs, outputs = self.changes[f"{layer}.{linear}"]
        return outputs @ inputs


def write(file: Path, changes: Mapping[str, Factors], base: Base) -> Adapter:
    """Write the factors in fp16, tied to their base. Returns what a reader would load."""
    tensors = dict(_named(changes))
    file.write_bytes(save(tensors, {"base": base.name, "base_sha256": base.wheel.sha256}))
    return Adapter.load(file, base)


def _named(changes: Mapping[str, Factors]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, (inputs, outputs) in changes.items():
        yield f"{name}.inputs", inputs.half().contiguous()
        yield f"{name}.outputs", outputs.half().contiguous()
