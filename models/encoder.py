"""The encoder of the message path: packed, without padding.

Tokens of all texts stand one after another, (T, H). Linear layers run once over all of them;
attention runs by groups of texts of like length, (n, heads, length, H / heads). Mean pooling
gives one row a text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

from models.adapter import LINEAR, Adapter

PREFIX = "query: "  # the model card of multilingual-e5 asks for it
MAX_TOKENS = 128  # a customer's message is 13 at the median; longer ones are cut


@dataclass(frozen=True)
class Layer:
    """One transformer layer; query, key and value are one matrix."""

    qkv: tuple[torch.Tensor, torch.Tensor]
    out: tuple[torch.Tensor, torch.Tensor]
    norm: tuple[torch.Tensor, torch.Tensor]
    up: tuple[torch.Tensor, torch.Tensor]
    down: tuple[torch.Tensor, torch.Tensor]
    norm_out: tuple[torch.Tensor, torch.Tensor]


class Encoder:
    """Texts in, pooled embeddings out. Safe to call from several threads."""

    def __init__(self, folder: Path, device: str = "cpu", adapter: Adapter | None = None) -> None:
        config = json.loads((folder / "config.json").read_text())
        state = load_file(folder / "model.safetensors", device=device)
        self.device = torch.device(device)
        self.adapter_sha256 = adapter.sha256 if adapter else ""
        # Half the cost on GPUs; on CPUs bf16 is slower than fp32.
        dtype = torch.bfloat16 if self.device.type == "cuda" else torch.float32
        self.heads: int = config["num_attention_heads"]
        self.hidden: int = config["hidden_size"]
        self.epsilon: float = config["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.words = state.pop("embeddings.word_embeddings.weight")  # fp16, (V, H)
        state = {name: tensor.to(dtype) for name, tensor in state.items()}
        types = state["embeddings.token_type_embeddings.weight"]
        self.positions = state["embeddings.position_embeddings.weight"] + types[0]
        self.norm = _pair(state, "embeddings.LayerNorm")
        self.layers = [_layer(state, i, adapter) for i in range(config["num_hidden_layers"])]

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids with <s> and </s>, at most MAX_TOKENS each."""
        return [e.ids for e in self.tokenizer.encode_batch_fast([PREFIX + t for t in texts])]

    @torch.inference_mode()
    def encode(self, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
        """Mean-pooled last hidden states: (len(tokens), H) fp32, in the order given."""
        return self.pool(tokens, self.layers)

    def pool(self, tokens: Sequence[Sequence[int]], layers: Sequence[Layer]) -> torch.Tensor:
        """The same through other layers; training's have gradients."""
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        packed = [tokens[i] for i in order]
        lengths = [len(ids) for ids in packed]
        groups = [(length, len(list(same))) for length, same in groupby(lengths)]
        x = self._embed(packed)
        for layer in layers:
            x = self._forward(layer, x, groups)
        pooled = torch.cat(
            [
                part.view(n, length, self.hidden).mean(1)
                for part, (length, n) in zip(_split(x, groups), groups, strict=True)
            ]
        )
        back = torch.empty(len(order), dtype=torch.long)
        back[order] = torch.arange(len(order))
        return pooled[back.to(self.device)].float()

    def _embed(self, packed: list[Sequence[int]]) -> torch.Tensor:
        ids = torch.tensor([i for text in packed for i in text], device=self.device)
        at = torch.tensor([i for text in packed for i in range(len(text))], device=self.device)
        x = self.words[ids].to(self.positions.dtype) + self.positions[at]
        return functional.layer_norm(x, (self.hidden,), *self.norm, self.epsilon)

    def _forward(
        self, layer: Layer, x: torch.Tensor, groups: list[tuple[int, int]]
    ) -> torch.Tensor:
        parts = _split(functional.linear(x, *layer.qkv), groups)
        context = torch.cat(
            [self._attend(part, length, n) for part, (length, n) in zip(parts, groups, strict=True)]
        )
        x = x + functional.linear(context, *layer.out)
        x = functional.layer_norm(x, (self.hidden,), *layer.norm, self.epsilon)
        wide = functional.gelu(functional.linear(x, *layer.up))
        x = x + functional.linear(wide, *layer.down)
        return functional.layer_norm(x, (self.hidden,), *layer.norm_out, self.epsilon)

    def _attend(self, qkv: torch.Tensor, length: int, n: int) -> torch.Tensor:
        # (n * length, 3H) -> 3 x (n, heads, length, H / heads)
        split = qkv.view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(split[0], split[1], split[2])
        return context.transpose(1, 2).reshape(n * length, self.hidden)


def _split(x: torch.Tensor, groups: list[tuple[int, int]]) -> tuple[torch.Tensor, ...]:
    return torch.split(x, [length * n for length, n in groups])


def _pair(state: dict[str, torch.Tensor], name: str) -> tuple[torch.Tensor, torch.Tensor]:
    return state[f"{name}.weight"], state[f"{name}.bias"]


def _layer(state: dict[str, torch.Tensor], index: int, adapter: Adapter | None) -> Layer:
    inside = f"encoder.layer.{index}"
    attention = [_pair(state, f"{inside}.attention.self.{n}") for n in ("query", "key", "value")]
    weight, bias = (torch.cat(tensors) for tensors in zip(*attention, strict=True))
    layer = Layer(
        qkv=(weight, bias),
        out=_pair(state, f"{inside}.attention.output.dense"),
        norm=_pair(state, f"{inside}.attention.output.LayerNorm"),
        up=_pair(state, f"{inside}.intermediate.dense"),
        down=_pair(state, f"{inside}.output.dense"),
        norm_out=_pair(state, f"{inside}.output.LayerNorm"),
    )
    return layer if adapter is None else _adapted(layer, index, adapter)


def _adapted(layer: Layer, index: int, adapter: Adapter) -> Layer:
    changed = {}
    for name in LINEAR:
        weight, bias = getattr(layer, name)
        change = adapter.change(index, name).to(weight.device, weight.dtype)
        changed[name] = (weight + change, bias)
    return replace(layer, **changed)
