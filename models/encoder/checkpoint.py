"""Reads checkpoints of BERT, RoBERTa, XLM-R and MPNet, which have transformers' names."""

import math
from collections.abc import Mapping
from typing import Any

import torch

State = Mapping[str, torch.Tensor]

FAR = 128  # tokens: more distant ones share a bucket of MPNet's
BERT = {  # ours -> transformers'; query, key and value are joined to one
    "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "out": ("attention.output.dense",),
    "norm": ("attention.output.LayerNorm",),
    "up": ("intermediate.dense",),
    "down": ("output.dense",),
    "norm_out": ("output.LayerNorm",),
}
MPNET = BERT | {
    "qkv": ("attention.attn.q", "attention.attn.k", "attention.attn.v"),
    "out": ("attention.attn.o",),
    "norm": ("attention.LayerNorm",),
}
TYPES = "embeddings.token_type_embeddings.weight"
RELATIVE = "encoder.relative_attention_bias.weight"


def drop_prefixes(state: State) -> dict[str, torch.Tensor]:
    """The state without the prefix `bert.`, `roberta.` or `mpnet.` of checkpoints that have a task
    head.
    """
    return {
        name.removeprefix("bert.").removeprefix("roberta.").removeprefix("mpnet."): tensor
        for name, tensor in state.items()
    }


def rename_weights(state: State, layers: int) -> dict[str, torch.Tensor]:
    """The weights of the first norm and of the first `layers` layers, by the encoder's names."""
    parts = MPNET if RELATIVE in state else BERT
    renamed_weights: dict[str, torch.Tensor] = {}
    for kind in ("weight", "bias"):
        renamed_weights[f"norm.{kind}"] = state[f"embeddings.LayerNorm.{kind}"]
        for number in range(layers):
            for ours, theirs in parts.items():
                joined = [state[f"encoder.layer.{number}.{name}.{kind}"] for name in theirs]
                renamed_weights[f"layers.{number}.{ours}.{kind}"] = torch.cat(joined)
    return renamed_weights


def read_positions(state: State, config: Mapping[str, Any]) -> torch.Tensor:
    """(P, H) fp32: position embeddings plus the embedding of token type 0, which all tokens have;
    MPNet has no types.
    """
    # RoBERTa and MPNet count positions from behind the padding id.
    counts_behind = any(name in config["model_type"] for name in ("roberta", "mpnet"))
    skipped = config["pad_token_id"] + 1 if counts_behind else 0
    positions = state["embeddings.position_embeddings.weight"][skipped:].float()
    return positions + state[TYPES][0].float() if TYPES in state else positions


def read_relative_bias(state: State, longest: int) -> torch.Tensor | None:
    """What MPNet adds to attention scores by the distance of two tokens: (heads, longest, longest)
    fp32. None for the other architectures.
    """
    if RELATIVE not in state:
        return None
    table = state[RELATIVE].float()  # (buckets, heads)
    places = torch.arange(longest, device=table.device)
    buckets = _bucket(places[None] - places[:, None], len(table))
    return table[buckets].permute(2, 0, 1).contiguous()


def _bucket(distance: torch.Tensor, buckets: int) -> torch.Tensor:
    """The bucket of each distance, key minus query: half of them for either direction, of these
    half for one distance each, the rest in logarithmic steps up to FAR. As transformers' MPNet.
    """
    half = buckets // 2
    exact = half // 2
    size = distance.abs()
    steps = torch.log(size.clamp_min(1) / exact) / math.log(FAR / exact) * (half - exact)
    far = (exact + steps.long()).clamp_max(half - 1)
    return torch.where(distance > 0, half, 0) + torch.where(size < exact, size, far)
