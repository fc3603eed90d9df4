"""Adapters on disk, and merged."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from models.encoder import adapter as adapters
from models.encoder.adapter import Adapter, IncompatibleAdapter
from models.encoder.encoder import Encoder
from models.hub.sources import E5_SMALL
from tests.models.tiny import tiny

CHANGES = {
    "0.qkv": (torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5], [0.25], [-1.0]])),
    "1.down": (torch.tensor([[0.0, 1.0]]), torch.tensor([[2.0]])),
}


def test_comes_back_as_written(tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"

    summary = adapters.write_adapter(file, CHANGES, E5_SMALL)
    read = Adapter.load(file, E5_SMALL)

    assert (read.sha256, sorted(read.changes)) == (summary.sha256, ["0.qkv", "1.down"])
    expected = torch.tensor([[0.5, 1.0], [0.25, 0.5], [-1.0, -2.0]])
    torch.testing.assert_close(read.change("0.qkv"), expected)


def test_the_same_changes_are_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.safetensors" for number in range(20)]

    for file in files:
        adapters.write_adapter(file, CHANGES, E5_SMALL)

    assert len({file.read_bytes() for file in files}) == 1


def test_refuses_another_base(tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"
    adapters.write_adapter(file, CHANGES, E5_SMALL)
    other = replace(E5_SMALL, name="other", wheel=replace(E5_SMALL.wheel, sha256="0" * 64))

    with pytest.raises(IncompatibleAdapter, match="trained on multilingual-e5-small, not on other"):
        Adapter.load(file, other)


@pytest.mark.parametrize("content", [None, b"", b"not tensors at all"])
def test_refuses_what_is_no_adapter(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "adapter.safetensors"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(IncompatibleAdapter, match="can't be read"):
        Adapter.load(file, E5_SMALL)


def test_a_change_of_any_rank_comes_back_whole(tmp_path: Path) -> None:
    file, whole = tmp_path / "adapter.safetensors", torch.tensor([[0.5, -1.0], [2.0, 0.25]])

    adapters.write_adapter(file, {"0.out": whole}, E5_SMALL)

    torch.testing.assert_close(Adapter.load(file, E5_SMALL).change("0.out"), whole)


def test_refuses_half_a_change(tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"
    facts = {"base": E5_SMALL.name, "base_sha256": E5_SMALL.fingerprint}
    file.write_bytes(save({"0.qkv.inputs": torch.zeros(1, 2)}, facts))

    with pytest.raises(IncompatibleAdapter, match=r"incomplete: '0.qkv.outputs' is missing"):
        Adapter.load(file, E5_SMALL)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"0.qkv": torch.zeros(96, 32)}, "differ in the layer 0.down"),
        ({"9.qkv": torch.zeros(96, 32)}, "differ in the layer 0.down"),
    ],
)
def test_an_encoder_refuses_another_encoders_layers(
    tmp_path: Path, changes: dict[str, torch.Tensor], complaint: str
) -> None:
    base = tiny(tmp_path / "tiny")

    with pytest.raises(IncompatibleAdapter, match=complaint):
        Encoder(base, adapter=Adapter(changes, ""))


def test_an_encoder_refuses_a_change_of_another_shape(tmp_path: Path) -> None:
    base = tiny(tmp_path / "tiny")
    shapes = {name: w.shape for name, w in Encoder(base).linear_weights().items()}
    changes = {name: torch.zeros(shape) for name, shape in shapes.items()}
    changes["1.up"] = torch.zeros(3, 3)

    with pytest.raises(IncompatibleAdapter, match=r"1.up is \(3, 3\), the encoder's \(64, 32\)"):
        Encoder(base, adapter=Adapter(changes, ""))
