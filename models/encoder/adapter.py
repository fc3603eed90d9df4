"""Adapters: changes to the encoder's linear weights, merged at load, so serving costs no more.

A low-rank change (LoRA, https://arxiv.org/abs/2106.09685) is stored as two factors; the change of
any other method as one full matrix.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from models.errors import ExpectedFault
from models.hub.describe import Fingerprinted

FILE = "adapter.safetensors"
LINEAR = ("qkv", "out", "up", "down")  # of a layer of `models.encoder.encoder`

Factors = tuple[torch.Tensor, torch.Tensor]  # (rank, inputs), (outputs, rank)
Change = Factors | torch.Tensor  # (outputs, inputs) where it isn't of low rank


class IncompatibleAdapter(ExpectedFault):
    """The file is missing, broken, for another base, or doesn't fit the encoder's layers."""


@dataclass(frozen=True)
class Adapter:
    """Changes to linear weights by layer name, `3.qkv` for layer 3."""

    changes: Mapping[str, Change]
    sha256: str  # of the file; heads over the adapted encoder carry it

    @classmethod
    def load(cls, file: Path, base: Fingerprinted) -> "Adapter":
        """Read a safetensors file, as fp32.

        Raises IncompatibleAdapter when the file is missing, broken, or made for another base.
        """
        try:
            with safe_open(file, "pt") as tensor_file:
                facts = tensor_file.metadata() or {}
                names = tensor_file.keys()
                tensors = {name: tensor_file.get_tensor(name).float() for name in names}
        except (OSError, SafetensorError) as error:
            raise IncompatibleAdapter(f"{file} can't be read: {error}") from error
        if facts.get("base_sha256") != base.fingerprint:
            raise IncompatibleAdapter(
                f"{file} was trained on {facts.get('base', 'another base')}, not on {base.name}; "
                "train it again"
            )
        names = sorted({name.rpartition(".")[0] for name in tensors})
        try:
            changes = {name: _change_from_tensors(tensors, name) for name in names}
        except KeyError as error:
            raise IncompatibleAdapter(f"{file} is incomplete: {error} is missing") from error
        return cls(changes, hashlib.sha256(file.read_bytes()).hexdigest())

    def change(self, name: str) -> torch.Tensor:
        """The matrix to add to the weight of layer `name`: (outputs, inputs) fp32."""
        change = self.changes[name]
        return change if isinstance(change, torch.Tensor) else change[1] @ change[0]

    def check(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raises IncompatibleAdapter unless each layer has one change, of the right shape."""
        for name in sorted(shapes.keys() ^ self.changes.keys()):
            raise IncompatibleAdapter(f"the adapter and the encoder differ in the layer {name}")
        for name, shape in shapes.items():
            if tuple(self.change(name).shape) != shape:
                actual_shape = tuple(self.change(name).shape)
                raise IncompatibleAdapter(
                    f"the adapter's {name} is {actual_shape}, the encoder's {shape}"
                )


def write_adapter(file: Path, changes: Mapping[str, Change], base: Fingerprinted) -> Adapter:
    """Write the changes in fp16 with the base's fingerprint. Returns the adapter as re-read.

    The same changes give the same bytes, so that the file's hash names the weights.
    """
    tensors = dict(_tensors_by_name(changes))
    content = save(tensors, {"base": base.name, "base_sha256": base.fingerprint})
    file.write_bytes(_sort_header(content))
    return Adapter.load(file, base)


def _sort_header(content: bytes) -> bytes:
    """A safetensors file with sorted names in its header: the library writes them in random order.

    The format: https://github.com/huggingface/safetensors#format.
    """
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # tensors begin at a multiple of 8
    return len(text).to_bytes(8, "little") + text + content[8 + size :]


def _change_from_tensors(tensors: Mapping[str, torch.Tensor], name: str) -> Change:
    if f"{name}.whole" in tensors:
        return tensors[f"{name}.whole"]
    return tensors[f"{name}.inputs"], tensors[f"{name}.outputs"]


def _tensors_by_name(changes: Mapping[str, Change]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, change in changes.items():
        if isinstance(change, torch.Tensor):
            yield f"{name}.whole", change.half().contiguous()
        else:
            yield f"{name}.inputs", change[0].half().contiguous()
            yield f"{name}.outputs", change[1].half().contiguous()
