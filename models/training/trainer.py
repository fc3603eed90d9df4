"""The fine-tuning loop: transformers' Trainer over batches of one task and similar lengths."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn
from torch.nn import functional
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset, Sampler
from transformers import (
    EarlyStoppingCallback,
    ProgressCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from models.encoder import embedding
from models.encoder.encoder import Encoder
from models.encoder.regression import Linear
from models.training import methods

TokenIds = Sequence[Sequence[int]]  # one sequence a text
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # logits (n, C), rows (n,) -> scalar
BEST = "best_by"  # Trainer's name for the figure to improve
FIGURES_ON_BAR = {"loss", "eval_accuracy", "eval_spearman"}
HELD_OUT_BATCH = 64  # texts; losses without labels are comparable only at equal size
POOL = 20  # batches cut from one lot sorted by length: similar lengths, yet shuffled


@dataclass(frozen=True)
class HeadTask:
    """The training rows of one head: token ids of n texts or pairs, and the loss of their rows."""

    name: str
    tokens: TokenIds
    outputs: int
    loss: Loss
    share: float = 1.0  # share of its rows in an epoch


def weighted_cross_entropy(
    target: torch.Tensor, weights: torch.Tensor, smoothing: float = 0.0
) -> Loss:
    """Cross entropy against labels (n,) or their probabilities (n, C); `weights` (n,) by row."""

    def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        target_rows = target[rows].to(logits.device)
        each = cross_entropy(logits, target_rows, reduction="none", label_smoothing=smoothing)
        weight = weights[rows].to(logits.device)
        return (each * weight).sum() / weight.sum()

    return loss


class TrainableHead(nn.Module):
    """A linear head over standardised embeddings, since an even scale learns faster."""

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self, embeddings: torch.Tensor, outputs: int, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(embeddings.shape[1], outputs)
        self.dropout = dropout
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)
        self.register_buffer("mean", embeddings.mean(0))
        self.register_buffer("spread", embeddings.std(0).clamp_min(1e-6))

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        """(n, H) -> (n, outputs)."""
        x = functional.dropout((embeddings - self.mean) / self.spread, self.dropout, self.training)
        return self.linear(x)  # type: ignore[no-any-return]

    @torch.no_grad()
    def predict(self, encoder: Encoder, tokens: TokenIds) -> torch.Tensor:
        """Logits of texts by their token ids, (n, outputs) fp32 on the CPU, on any device."""
        embeddings = embedding.embed_tokens(encoder, tokens)
        return self(embeddings.to(self.mean.device)).cpu()  # type: ignore[no-any-return]

    def folded(self) -> Linear:
        """The same head with the standardisation folded into weight and bias."""
        return Linear.from_standardised(
            self.linear.weight, self.linear.bias, self.mean, self.spread
        )


class Learner(nn.Module):
    """The encoder under training with its heads; computes the loss of a batch of one task."""

    def __init__(
        self,
        encoder: Encoder,
        tasks: Sequence[HeadTask],
        heads: Sequence[TrainableHead],
        consistency: float,
    ) -> None:
        super().__init__()
        self.encoder, self.tasks, self.consistency = encoder, tasks, consistency
        self.heads = nn.ModuleList(heads)
        self.adalora: tuple[Any, ...] = ()  # a tuple: its weights are the encoder's own

    def forward(self, task: int, rows: torch.Tensor) -> dict[str, torch.Tensor]:
        """Index of a task and its rows (n,) int64 -> {"loss": scalar}."""
        loss = self._task_loss(self.tasks[task], self.heads[task], rows)
        if self.adalora:
            loss = loss + 0.1 * methods.orthogonality_penalty(self.encoder)
        return {"loss": loss}

    def _task_loss(self, task: HeadTask, head: nn.Module, rows: torch.Tensor) -> torch.Tensor:
        tokens = [task.tokens[i] for i in rows.tolist()]
        if not self.consistency:
            return task.loss(head(self.encoder(tokens)), rows)
        first, second = head(self.encoder(tokens + tokens)).chunk(2)
        task_loss = (task.loss(first, rows) + task.loss(second, rows)) / 2
        return task_loss + self.consistency * _symmetric_divergence(first, second)


def _symmetric_divergence(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Mean symmetric Kullback-Leibler divergence of two logits (n, C) -> scalar."""
    a, b = first.log_softmax(1), second.log_softmax(1)
    return ((a.exp() - b.exp()) * (a - b)).sum(1).mean() / 2


class Batches(Sampler[list[tuple[int, int]]]):
    """Batches of (task, row), each of one task and similar lengths; reshuffled each epoch."""

    def __init__(self, tasks: Sequence[HeadTask], size: int, seed: int) -> None:
        self.tasks, self.size, self.seed, self.epoch = tasks, size, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch that seeds the order, so that a resumed run sees the same batches."""
        self.epoch = epoch

    def __len__(self) -> int:
        return sum(-(-_rows_per_epoch(task) // self.size) for task in self.tasks)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        dice = torch.Generator().manual_seed(self.seed * 1000 + self.epoch)
        batches = [
            [(number, row) for row in batch]
            for number, task in enumerate(self.tasks)
            for batch in self._batches_of_task(task, dice)
        ]
        for i in torch.randperm(len(batches), generator=dice).tolist():
            yield batches[i]

    def _batches_of_task(self, task: HeadTask, dice: torch.Generator) -> Iterator[list[int]]:
        order = torch.randperm(len(task.tokens), generator=dice).tolist()[: _rows_per_epoch(task)]
        for start in range(0, len(order), self.size * POOL):
            lot = order[start : start + self.size * POOL]
            lot.sort(key=lambda row: len(task.tokens[row]))
            for at in range(0, len(lot), self.size):
                yield lot[at : at + self.size]


def _rows_per_epoch(task: HeadTask) -> int:
    return round(len(task.tokens) * min(1.0, task.share))


def collate_rows(rows: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """(task, row) items of one batch -> the arguments of `Learner.forward`."""
    return {"task": rows[0][0], "rows": torch.tensor([row for _, row in rows])}


class ResultBar(ProgressCallback):
    """Trainer's progress bar; figures are shown on it, since stdout is for the command's result."""

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Show the latest loss or score beside the bar."""
        figures = {name: value for name, value in (logs or {}).items() if name in FIGURES_ON_BAR}
        bar: Any = self.training_bar
        if bar is not None and figures:
            bar.set_postfix(figures)


class TrainingLoop(Trainer):
    """Trainer with `Batches`, two learning rates (encoder, heads) and a score after each epoch."""

    def __init__(
        self,
        learner: Learner,
        arguments: TrainingArguments,
        rates: tuple[float, float],
        score: Callable[[], Mapping[str, float]] | None,
        patience: int,
    ) -> None:
        stop: list[TrainerCallback] = []
        if score and patience:
            stop.append(EarlyStoppingCallback(patience))
        rows = _RowItems(sum(len(task.tokens) for task in learner.tasks))
        super().__init__(learner, arguments, collate_rows, rows, eval_dataset=rows, callbacks=stop)
        self.remove_callback(ProgressCallback)
        self.add_callback(ResultBar)
        self.learner, self.rates, self.score = learner, rates, score

    def get_train_dataloader(self) -> DataLoader[Any]:
        """A loader of whole batches from `Batches`; accelerate distributes them to processes."""
        batches = Batches(self.learner.tasks, self.args.train_batch_size, self.args.seed)
        rows = cast(Dataset[Any], self.train_dataset)
        loader = DataLoader(rows, batch_sampler=batches, collate_fn=collate_rows)
        return self.accelerator.prepare(loader)  # type: ignore[no-any-return]

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW, with one learning rate for the encoder and a higher one for the heads."""
        encoder_parameters = [p for p in self.learner.encoder.parameters() if p.requires_grad]
        groups = [
            {"params": encoder_parameters, "lr": self.rates[0]},
            {"params": list(self.learner.heads.parameters()), "lr": self.rates[1]},
        ]
        decay = self.args.weight_decay
        self.optimizer = torch.optim.AdamW([g for g in groups if g["params"]], weight_decay=decay)
        return self.optimizer

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Call `score` and log its figures, as eval_NAME; the first one, also as eval_best_by,
        decides on early stopping and the best epoch.
        """
        assert self.score is not None
        self.learner.eval()
        score = self.score()
        logged_figures = {f"eval_{name}": value for name, value in score.items()}
        logged_figures[f"eval_{BEST}"] = next(iter(score.values()))
        self.learner.train()
        self.log(dict(logged_figures))
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, logged_figures
        )
        return logged_figures

    def training_step(self, *arguments: Any, **keywords: Any) -> torch.Tensor:
        """One step of Trainer; then AdaLoRA reallocates its ranks by the gradients."""
        loss = super().training_step(*arguments, **keywords)
        if self.accelerator.sync_gradients:
            for tuner in self.learner.adalora:
                tuner.update_and_allocate(self.state.global_step)
        return loss


class _RowItems(Dataset[tuple[int, int]]):
    """A dataset whose item for an index (task, row) is that index, as the batch sampler needs."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, item: tuple[int, int]) -> tuple[int, int]:
        return item
