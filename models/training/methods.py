"""Makes the encoder's weights trainable by a method, and extracts their changes for an adapter.

The methods other than plain fine-tuning are peft's: LoRA (https://arxiv.org/abs/2106.09685),
AdaLoRA (https://arxiv.org/abs/2303.10512), IA3 (https://arxiv.org/abs/2205.05638).
"""

from collections.abc import Mapping
from typing import Any

import torch
from peft import AdaLoraConfig, AdaLoraModel, IA3Config, IA3Model, LoraConfig, LoraModel

from models.encoder.adapter import LINEAR, Change
from models.encoder.encoder import Encoder
from models.training.names import Method

RATES: dict[Method, float] = {
    "head": 0.0, "full": 1.5e-4, "lora": 8e-4, "adalora": 3e-3, "ia3": 1e-2,
}  # fmt: skip
NAME = "default"  # peft's for the only adapter of a model


def prepare_weights(
    encoder: Encoder, method: Method, rank: int, scale: float, steps: int
) -> tuple[Any, ...]:
    """Make weights trainable, in place. Returns AdaLoRA's tuner, which must be called at each step,
    in a tuple; () for other methods.

    Biases, norms and word embeddings stay frozen: an adapter changes linear layers only.
    """
    if method == "head":
        return ()
    if method == "full":
        for weight in encoder.linear_weights().values():
            weight.requires_grad_()
        return ()
    targets, alpha = list(LINEAR), round(scale * rank)
    if method == "lora":
        LoraModel(encoder, LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets), NAME)
        return ()
    if method == "ia3":
        IA3Model(encoder, IA3Config(target_modules=targets, feedforward_modules=["down"]), NAME)
        return ()
    plan = plan_adalora(rank, steps, lora_alpha=alpha, target_modules=targets)
    return (AdaLoraModel(encoder, plan, NAME),)  # type: ignore[no-untyped-call]


def plan_adalora(rank: int, steps: int, **settings: Any) -> AdaLoraConfig:
    """AdaLoRA that begins with half more than `rank` and reaches it before the last third of the
    steps. `settings`: other fields of its configuration.
    """
    return AdaLoraConfig(
        init_r=rank + rank // 2, target_r=rank, total_step=steps, tinit=steps // 10,
        tfinal=steps // 3, deltaT=10, **settings,
    )  # fmt: skip


def orthogonality_penalty(encoder: Encoder) -> torch.Tensor:
    """AdaLoRA's penalty for factors that aren't orthogonal, a scalar for the loss."""
    total = torch.zeros((), device=encoder.device)
    for name, factor in encoder.named_parameters():
        if factor.requires_grad and ("lora_A" in name or "lora_B" in name):
            square = factor @ factor.T if "lora_A" in name else factor.T @ factor
            identity = torch.eye(len(square), device=square.device)
            total = total + (square - identity).square().sum().sqrt()
    return total


def copy_weights(encoder: Encoder) -> dict[str, torch.Tensor]:
    """Copies of the linear weights on the CPU, by layer name; `extract_changes` compares with
    them.
    """
    return {
        name: weight.detach().to("cpu", copy=True)
        for name, weight in encoder.linear_weights().items()
    }


def extract_changes(
    encoder: Encoder, base: Mapping[str, torch.Tensor], rank: int
) -> dict[str, Change]:
    """What training added to each linear weight of `base`, by layer name; as two factors where
    `rank` suffices, else as a full matrix.
    """
    added_weights = {
        name: _added_weight(encoder.linear(name), weight) for name, weight in base.items()
    }
    return {name: _factorise(added, rank) for name, added in added_weights.items()}


@torch.no_grad()
def _added_weight(layer: Any, base: torch.Tensor) -> torch.Tensor:
    if hasattr(layer, "get_delta_weight"):
        added: torch.Tensor = layer.get_delta_weight(NAME).float()
    elif hasattr(layer, "ia3_l"):
        # Of outputs, (n, 1); of inputs, (1, n), in the feed-forward.
        added = base * (layer.ia3_l[NAME].float() - 1)
    else:
        added = layer.weight.float() - base
    return added


def _factorise(added: torch.Tensor, rank: int) -> Change:
    left_vectors, values, right_vectors = torch.linalg.svd(added, full_matrices=False)
    if values[rank:].sum() > 1e-3 * values.sum():
        return added
    root = values[:rank].sqrt()
    return root[:, None] * right_vectors[:rank], left_vectors[:, :rank] * root
