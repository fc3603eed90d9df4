"""Masked language modelling with the packed encoder (Devlin et al. 2019,
https://arxiv.org/abs/1810.04805).

15 % of the tokens are predicted: 80 % of these become the mask token, 10 % a random token, 10 %
stay; drawn anew each time. The output layer is tied to the word embeddings. Its softmax covers the
tokens of the corpus and a random sample of others, because all 250,000 would cost more than the
encoder. Perplexities are therefore comparable only for the same corpus.
"""

import math
from dataclasses import dataclass
from itertools import chain, islice
from typing import cast

import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from models.data.files import BadData
from models.encoder.encoder import MASKS, Encoder
from models.training.trainer import HELD_OUT_BATCH, Batches, HeadTask, Learner, TokenIds

HIDDEN = 0.15  # share of the tokens that are predicted
MASKED, REPLACED = 0.8, 0.1  # share of these
OTHERS = 2000  # random tokens drawn into the softmax, besides those of the corpus
UNKNOWN = ("<unk>", "[UNK]")
SETTLED_ON = 10_000  # texts on which the output layer is trained alone, PASSES times
PASSES = 5
POSITIONS = 256  # hidden tokens a step of the output layer
RATE = 1e-3


@dataclass(frozen=True)
class Hidden:
    """Texts with hidden tokens, and the tokens to predict."""

    tokens: list[list[int]]
    at: torch.Tensor  # (m,), index into the packed tokens
    target: torch.Tensor  # (m,), index into the candidates


@dataclass(frozen=True)
class Masking:
    """Hides random tokens of texts."""

    mask: int
    skipped: int  # tokens at the beginning of every text: <s> and the prefix
    candidates: torch.Tensor  # (C,) token ids, ascending: what the softmax chooses from

    @classmethod
    def of(cls, encoder: Encoder, tokens: TokenIds) -> "Masking":
        """Masking for a corpus; draws from torch's generator. Raises BadData, see _find_mask_id."""
        occur = torch.tensor(sorted(set(chain.from_iterable(tokens))))
        others = torch.randperm(len(encoder.words))[:OTHERS]
        skipped = len(encoder.tokenize([""])[0]) - 1  # all but </s>
        return cls(_find_mask_id(encoder), skipped, torch.unique(torch.cat([occur, others])))

    def hide(self, packed: TokenIds) -> Hidden:
        """Hide tokens of texts, by torch's generator; affixes are never hidden."""
        ids = torch.tensor(list(chain.from_iterable(packed)))
        inner = [self.skipped <= i < len(text) - 1 for text in packed for i in range(len(text))]
        hidden = (torch.rand(len(ids)) < HIDDEN) & torch.tensor(inner)
        target = torch.searchsorted(self.candidates, ids[hidden])
        visible_ids = ids.clone()
        visible_ids[hidden] = self._replacement_ids(ids[hidden])
        flat = iter(visible_ids.tolist())
        texts = [list(islice(flat, len(text))) for text in packed]
        return Hidden(texts, hidden.nonzero().squeeze(1), target)

    def _replacement_ids(self, ids: torch.Tensor) -> torch.Tensor:
        """Ids of hidden tokens (m,) -> ids that the encoder sees instead (m,)."""
        dice = torch.rand(len(ids))
        random_ids = self.candidates[torch.randint(len(self.candidates), (len(ids),))]
        replaced = torch.where(dice < MASKED + REPLACED, random_ids, ids)
        return torch.where(dice < MASKED, self.mask, replaced)


class Output(nn.Module):
    """BERT's output layer: a dense layer, a norm, and the frozen word embeddings."""

    words: torch.Tensor

    def __init__(self, encoder: Encoder, candidates: torch.Tensor) -> None:
        super().__init__()
        words = encoder.words[candidates.to(encoder.device)].float()
        self.dense = nn.Linear(encoder.hidden, encoder.hidden)
        self.norm = nn.LayerNorm(encoder.hidden)
        self.bias = nn.Parameter(torch.zeros(len(words)))
        self.register_buffer("words", words, persistent=False)
        self.to(encoder.device)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """States (m, H) -> logits over the candidates (m, C) fp32."""
        x = self.norm(functional.gelu(self.dense(x.float())))
        return functional.linear(x, self.words, self.bias)

    def settle(self, x: torch.Tensor, target: torch.Tensor) -> None:
        """Train this layer alone, on states (m, H) and targets (m,) of the unchanged encoder.

        Otherwise a random layer would distort the encoder in the first steps, and the loss before
        training would be that layer's. See https://arxiv.org/abs/2202.10054.
        """
        optimizer = torch.optim.AdamW(self.parameters(), RATE)
        for _ in range(PASSES):
            for some in torch.split(torch.randperm(len(x)), POSITIONS):
                optimizer.zero_grad()
                torch.autograd.backward(functional.cross_entropy(self(x[some]), target[some]))
                optimizer.step()


class MaskedLearner(Learner):
    """The encoder under training and its output layer, which is discarded afterwards."""

    def __init__(self, encoder: Encoder, learn: TokenIds, held_out: TokenIds) -> None:
        self.masking = Masking.of(encoder, [*learn, *held_out])
        task = HeadTask("mlm", learn, len(self.masking.candidates), _mean_loss)
        super().__init__(encoder, [task], [], consistency=0.0)
        self.heads = nn.ModuleList([Output(encoder, self.masking.candidates)])
        self.held_out = held_out
        self.output.settle(*self._states_of_texts(learn[:SETTLED_ON], "output layer"))

    @property
    def output(self) -> Output:
        """The output layer, the only head."""
        return cast(Output, self.heads[0])

    def forward(self, task: int, rows: torch.Tensor) -> dict[str, torch.Tensor]:
        """Rows (n,) int64 -> {"loss": scalar, nats a hidden token}."""
        training_task = self.tasks[task]
        x, target = self._hidden_states([training_task.tokens[i] for i in rows.tolist()])
        return {"loss": training_task.loss(self.output(x), target)}

    def figures(self) -> dict[str, float]:
        """Loss (nats a hidden token) and perplexity on the held-out texts."""
        x, target = self._states_of_texts(self.held_out, "held out")
        with torch.no_grad():
            pairs = zip(torch.split(x, POSITIONS), torch.split(target, POSITIONS), strict=True)
            nats = [functional.cross_entropy(self.output(a), b, reduction="sum") for a, b in pairs]
        loss = float(sum(nats)) / max(1, len(target))
        return {"loss": loss, "perplexity": math.exp(loss)}

    def _hidden_states(self, tokens: TokenIds) -> tuple[torch.Tensor, torch.Tensor]:
        """States (m, H) at a batch's hidden tokens, and their targets (m,)."""
        hidden = self.masking.hide(sorted(tokens, key=len))
        x, _ = self.encoder.hidden_states(hidden.tokens)
        return x[hidden.at.to(x.device)], hidden.target.to(x.device)

    @torch.no_grad()
    def _states_of_texts(self, tokens: TokenIds, what: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Like `_hidden_states`, for many texts in batches, without gradients."""
        self.encoder.eval()
        batches = Batches([HeadTask(what, tokens, 0, _mean_loss)], HELD_OUT_BATCH, seed=0)
        states_and_targets = [
            self._hidden_states([tokens[row] for _, row in batch])
            for batch in tqdm(batches, desc=what)
        ]
        return torch.cat([x for x, _ in states_and_targets]), torch.cat(
            [target for _, target in states_and_targets]
        )


def _mean_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy; 0 when nothing is hidden, as in a small batch of short texts."""
    return functional.cross_entropy(logits, target, reduction="sum") / max(1, len(target))


def _find_mask_id(encoder: Encoder) -> int:
    """Id of the mask token, or of the unknown token if there is no mask. Raises BadData."""
    ids = [encoder.tokenizer.token_to_id(name) for name in (*MASKS, *UNKNOWN)]
    for token_id in ids:
        if token_id is not None and token_id < len(encoder.words):
            return int(token_id)
    raise BadData(
        f"{encoder.facts.name} has neither a mask nor an unknown token; use --objective simcse"
    )
