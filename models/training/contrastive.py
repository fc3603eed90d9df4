"""Unsupervised SimCSE (Gao et al. 2021, https://arxiv.org/abs/2104.08821): each text is encoded
twice under different dropout, and each embedding is trained to be nearer to the other one than to
all other texts of the batch.
"""

import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from models.encoder import embedding
from models.encoder.encoder import Encoder
from models.training.trainer import HELD_OUT_BATCH, Batches, HeadTask, Learner, TokenIds

TEMPERATURE = 0.05


class ContrastiveLearner(Learner):
    """The encoder under SimCSE training, without any layer on top."""

    def __init__(self, encoder: Encoder, learn: TokenIds, held_out: TokenIds) -> None:
        task = HeadTask("simcse", learn, encoder.hidden, _contrastive_loss)
        super().__init__(encoder, [task], [], consistency=0.0)
        self.heads = nn.ModuleList([nn.Identity()])
        self.held_out = held_out

    def forward(self, task: int, rows: torch.Tensor) -> dict[str, torch.Tensor]:
        """Rows (n,) int64 -> {"loss": scalar, nats a text}."""
        training_task = self.tasks[task]
        tokens = [training_task.tokens[i] for i in rows.tolist()]
        return {"loss": training_task.loss(self.encoder([*tokens, *tokens]), rows)}

    def figures(self) -> dict[str, float]:
        """Loss, alignment and uniformity on the held-out texts; smaller is better for all.

        Alignment and uniformity as in Wang & Isola 2020 (https://arxiv.org/abs/2005.10242), on unit
        embeddings. A positive pair is a text under two dropouts.
        """
        first, second, losses = self._embed_twice()
        plain = functional.normalize(embedding.embed_tokens(self.encoder.eval(), self.held_out))
        return {
            "loss": float(losses.sum() / len(self.held_out)),
            "alignment": float((first - second).square().sum(1).mean()),
            "uniformity": float((torch.pdist(plain).square() * -2).exp().mean().log()),
        }

    def _embed_twice(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Both embeddings of the held-out texts, (n, H) each; each batch's loss times its size."""
        self.encoder.train()
        batches = Batches(
            [HeadTask("held out", self.held_out, 0, _contrastive_loss)], HELD_OUT_BATCH, seed=0
        )
        views, losses = [], []
        for batch in tqdm(batches, desc="held out"):
            tokens = [self.held_out[row] for _, row in batch]
            # Not under no_grad: the encoder's fused attention has no dropout.
            both = functional.normalize(self.encoder([*tokens, *tokens]).detach())
            views.append(both.chunk(2))
            losses.append(info_nce(both) * len(batch))
        first, second = (torch.cat(parts) for parts in zip(*views, strict=True))
        return first, second, torch.stack(losses)


def info_nce(both: torch.Tensor) -> torch.Tensor:
    """InfoNCE loss, nats a text, of (2n, H): embeddings of n texts, then of the same n again."""
    first, second = functional.normalize(both).chunk(2)
    alike = first @ second.T / TEMPERATURE  # (n, n)
    return functional.cross_entropy(alike, torch.arange(len(alike), device=alike.device))


def _contrastive_loss(both: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return info_nce(both)
