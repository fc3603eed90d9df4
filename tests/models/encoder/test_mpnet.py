"""The encoder computes MPNet as transformers does, with its relative positions."""

from pathlib import Path

import pytest
import torch
from transformers import MPNetConfig, MPNetModel

from models.encoder.encoder import Encoder
from tests.models.tiny import tiny

LENGTHS = (3, 40, 180)  # tokens; from 128 on all distances share a bucket


@pytest.fixture
def mpnet(tmp_path: Path) -> MPNetModel:
    """A random MPNet, saved in `tmp_path` beside a tokenizer and base.json."""
    tiny(tmp_path)
    torch.manual_seed(7)
    config = MPNetConfig(
        vocab_size=30, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=200, layer_norm_eps=1e-5,
    )  # fmt: skip
    model: MPNetModel = MPNetModel(config)
    model.train(mode=False)
    model.encoder.relative_attention_bias.weight.data.normal_()  # 0.02 would show no mistake
    model.save_pretrained(tmp_path)
    return model


@torch.inference_mode()
def test_each_layer_equals_that_of_transformers(tmp_path: Path, mpnet: MPNetModel) -> None:
    dice = torch.Generator().manual_seed(7)
    tokens = [torch.randint(5, 30, (length,), generator=dice).tolist() for length in LENGTHS]

    embeddings = Encoder(tmp_path, taps=(1, 2)).encode(tokens)

    expected = []
    for ids in tokens:
        _, *layers = mpnet(torch.tensor([ids]), output_hidden_states=True).hidden_states
        expected.append(torch.cat([layer[0].mean(0) for layer in layers]))
    torch.testing.assert_close(embeddings, torch.stack(expected), atol=1e-5, rtol=1e-4)


def test_a_training_step_sees_the_same_scores(tmp_path: Path, mpnet: MPNetModel) -> None:
    encoder = Encoder(tmp_path)
    tokens = [list(range(5, 15)), list(range(5, 29))]

    trained = encoder(tokens)

    torch.testing.assert_close(trained, encoder.encode(tokens), atol=1e-5, rtol=1e-4)


def test_the_padding_of_a_repository_is_taken_away(tmp_path: Path) -> None:
    folder = tiny(tmp_path)
    tokenizer = Encoder(folder).tokenizer
    tokenizer.enable_padding(length=20)
    tokenizer.save(str(folder / "tokenizer.json"))
    copied = tmp_path / "copy"
    copied.mkdir()
    for file in folder.glob("*.*"):
        (copied / file.name).write_bytes(file.read_bytes())

    ids = Encoder(copied).tokenize(["甲乙"])

    assert ids == [[0, *ids[0][1:3], 2]]
