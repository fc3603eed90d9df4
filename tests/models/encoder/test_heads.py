import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.encoder import heads
from models.encoder.heads import Head, IncompatibleHead
from models.hub.sources import E5_SMALL

WEIGHT = torch.tensor([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]])
BIAS = torch.tensor([0.25, -0.5])


def write(folder: Path, labels: list[str], bias: torch.Tensor = BIAS) -> heads.HeadManifest:
    return heads.write_head(folder, WEIGHT, bias, {
        "task": "intent", "labels": labels, "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.wheel.sha256, "method": "by hand", "seed": 7,
        "date": "2026-11-24", "data": {"texts": 2}, "temperature": 1.5, "threshold": 0.3,
        "metrics": {"accuracy": 1.0}, "neutral": (0.2, 0.8),
    })  # fmt: skip


def test_comes_back_as_written(tmp_path: Path) -> None:
    manifest = write(tmp_path, ["a", "b"])

    head = Head.load(tmp_path, E5_SMALL)

    assert head.manifest == manifest
    assert manifest.version == f"intent-2026.11.24-{manifest.sha256[:8]}"
    torch.testing.assert_close(
        head.logits(torch.tensor([[1.0, 2.0, 3.0]])), torch.tensor([[7.25, -2.0]])
    )


def test_computes_on_the_device_of_its_weights(tmp_path: Path) -> None:
    write(tmp_path, ["a", "b"])

    head = Head.load(tmp_path, E5_SMALL, device="meta")

    assert head.logits(torch.zeros(4, 3)).device.type == "meta"


def test_refuses_another_base(tmp_path: Path) -> None:
    write(tmp_path, ["a", "b"])
    other = replace(E5_SMALL, name="other", wheel=replace(E5_SMALL.wheel, sha256="0" * 64))

    with pytest.raises(IncompatibleHead, match="not on other 00000000; train it again"):
        Head.load(tmp_path, other)


def test_refuses_a_corrupt_file(tmp_path: Path) -> None:
    write(tmp_path, ["a", "b"])
    file = tmp_path / heads.WEIGHTS
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)

    with pytest.raises(IncompatibleHead, match="not the file its manifest describes"):
        Head.load(tmp_path, E5_SMALL)


@pytest.mark.parametrize("labels", [["a"], ["a", "b", "c"]])
def test_refuses_other_shapes(tmp_path: Path, labels: list[str]) -> None:
    write(tmp_path, labels)

    with pytest.raises(IncompatibleHead, match=f"for {len(labels)} labels"):
        Head.load(tmp_path, E5_SMALL)


def test_refuses_a_bias_of_another_length(tmp_path: Path) -> None:
    write(tmp_path, ["a", "b"], bias=torch.zeros(3))

    with pytest.raises(IncompatibleHead, match=r"bias \(3,\) for 2 labels"):
        Head.load(tmp_path, E5_SMALL)


def test_refuses_a_manifest_with_a_field_missing(tmp_path: Path) -> None:
    write(tmp_path, ["a", "b"])
    file = tmp_path / heads.MANIFEST
    fields = json.loads(file.read_text())
    del fields["temperature"]
    file.write_text(json.dumps(fields))

    with pytest.raises(IncompatibleHead, match="temperature"):
        Head.load(tmp_path, E5_SMALL)
