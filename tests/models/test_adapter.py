"""Adapters on disk, and their training through the encoder that serves."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models import adapter as adapters
from models import finetune
from models.adapter import Adapter, ForeignAdapter
from models.base.fetch import ensure
from models.base.sources import E5_SMALL
from models.encoder import Encoder

CHANGES = {
    "0.qkv": (torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5], [0.25], [-1.0]])),
    "1.down": (torch.tensor([[0.0, 1.0]]), torch.tensor([[2.0]])),
}


def test_comes_back_as_written(tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"

    written = adapters.write(file, CHANGES, E5_SMALL)
    read = Adapter.load(file, E5_SMALL)

    assert (read.sha256, sorted(read.changes)) == (written.sha256, ["0.qkv", "1.down"])
    expected = torch.tensor([[0.5, 1.0], [0.25, 0.5], [-1.0, -2.0]])
    torch.testing.assert_close(read.change(0, "qkv"), expected)


def test_refuses_another_base(tmp_path: Path) -> None:
    file = tmp_path / "adapter.safetensors"
    adapters.write(file, CHANGES, E5_SMALL)
    other = replace(E5_SMALL, name="other", wheel=replace(E5_SMALL.wheel, sha256="0" * 64))

    with pytest.raises(ForeignAdapter, match="trained on multilingual-e5-small, not on other"):
        Adapter.load(file, other)


@pytest.mark.parametrize("content", [None, b"", b"not tensors at all"])
def test_refuses_what_is_no_adapter(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "adapter.safetensors"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ForeignAdapter, match="can't be read"):
        Adapter.load(file, E5_SMALL)


TEXTS = [
    "什么时候发货",
    "几天能发出",
    "今天发货吗",
    "多久寄出",
    "能便宜点吗",
    "打个折吧",
    "少十块行不行",
    "有优惠吗",
]
TARGET = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])


def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(logits, TARGET[rows])


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_what_was_tuned_answers_alike_when_it_is_loaded_from_disk(tmp_path: Path) -> None:
    encoder = Encoder(ensure())
    config = finetune.Config(rank=4, epochs=6, batch=4)

    tuned = finetune.tune(encoder, encoder.tokenize(TEXTS), 2, loss, config)

    adapter = adapters.write(tmp_path / "adapter.safetensors", tuned.changes, E5_SMALL)
    adapted = Encoder(ensure(), adapter=adapter)
    before = encoder.encode(encoder.tokenize(TEXTS))
    after = adapted.encode(adapted.tokenize(TEXTS))
    assert adapted.adapter_sha256 == adapter.sha256
    assert tuned.head(after).argmax(1).tolist() == TARGET.tolist()
    assert float((before - after).abs().max()) > 1e-3


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_the_same_seed_gives_the_same_adapter() -> None:
    encoder = Encoder(ensure())
    config = finetune.Config(rank=2, epochs=1, batch=4)

    twice = [finetune.tune(encoder, encoder.tokenize(TEXTS), 2, loss, config) for _ in range(2)]

    for name, factors in twice[0].changes.items():
        torch.testing.assert_close(factors, twice[1].changes[name])
