"""Low-rank changes (LoRA, https://arxiv.org/abs/2106.09685) of the encoder's upper layers."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import nn
from torch.nn import functional

from models.encoder.adapter import LINEAR, Adapter, Change
from models.encoder.encoder import Block, Encoder, Groups


class LowRank(nn.Module):
    """A frozen linear layer plus a trainable product of two low-rank factors."""

    def __init__(self, linear: nn.Linear, rank: int, dropout: float) -> None:
        super().__init__()
        self.linear, self.dropout = linear, dropout
        device = linear.weight.device
        # Drawn on the CPU, so that a seed gives the same factors on every device.
        inputs = torch.randn(rank, linear.in_features) * linear.in_features**-0.5
        self.inputs = nn.Parameter(inputs.to(device))
        self.outputs = nn.Parameter(torch.zeros(linear.out_features, rank, device=device))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(T, inputs) -> (T, outputs)."""
        small = functional.linear(x, self.inputs)
        # Dropout on the `rank` columns: on the wide input it would take a third of a step.
        small = functional.dropout(small, self.dropout, self.training)
        return self.linear(x) + functional.linear(small, self.outputs)  # type: ignore[no-any-return]


class UpperLayers(nn.Module):
    """The encoder's last `count` layers with trainable low-rank changes, put in place in them."""

    def __init__(self, encoder: Encoder, count: int, rank: int, dropout: float) -> None:
        super().__init__()
        blocks = list(encoder.layers)
        self.first = len(blocks) - count
        self.lower = [cast(Block, block) for block in blocks[: self.first]]
        self.layers = nn.ModuleList(blocks[self.first :])
        for block in self.layers:
            for name in LINEAR:
                setattr(block, name, LowRank(getattr(block, name), rank, dropout))

    def forward(self, x: torch.Tensor, groups: Groups) -> torch.Tensor:
        """States (T, H) of the layer below -> last hidden states (T, H), packed by `groups`."""
        for layer in self.layers:
            x = layer(x, groups)
        return x

    def continue_from(self, adapter: Adapter) -> None:
        """Copy the factors of an adapter of the same ranks into these layers."""
        for number, upper in enumerate(self.layers, self.first):
            for name in LINEAR:
                change = cast(LowRank, getattr(upper, name))
                inputs, outputs = adapter.changes[f"{number}.{name}"]
                change.inputs.data.copy_(inputs)
                change.outputs.data.copy_(outputs)

    def changes(self) -> dict[str, Change]:
        """The changes for an adapter, by layer name; those of the lower layers have rank 0."""
        changes_by_name: dict[str, Change] = {}
        for number, block in enumerate(self.lower):
            changes_by_name |= {
                f"{number}.{name}": _zero_change(getattr(block, name)) for name in LINEAR
            }
        for number, upper in enumerate(self.layers, self.first):
            for name in LINEAR:
                change = cast(LowRank, getattr(upper, name))
                changes_by_name[f"{number}.{name}"] = (
                    change.inputs.detach(),
                    change.outputs.detach(),
                )
        return changes_by_name

    def parameters_to_learn(self) -> Sequence[nn.Parameter]:
        """The trainable parameters: the low-rank factors."""
        return [p for p in self.parameters() if p.requires_grad]


def _zero_change(linear: nn.Linear) -> Change:
    return torch.zeros(0, linear.in_features), torch.zeros(linear.out_features, 0)
