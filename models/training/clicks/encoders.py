"""The encoder of a click model: the bare base, tuned on the rows, or that of the shipped model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from models.encoder import bundle
from models.encoder.adapter import Adapter
from models.encoder.click_scale import ClickScale
from models.encoder.encoder import Encoder
from models.encoder.heads import BesideBase, Head
from models.encoder.precision import Dtype
from models.encoder.regression import Linear
from models.hub import describe
from models.training import finetune
from models.training.clicks.calibration import explained_share, observe_log_odds
from models.training.clicks.design import TEXT_SPREAD
from models.training.clicks.rows import ClickRow
from models.training.finetune import Changes, FinetuneConfig, Score
from models.training.options import TrainingRun
from models.training.trainer import HeadTask, TrainableHead

NAME = "ctr"
SHIPPED = bundle.MODELS / NAME
TAPS = tuple(range(4, 13))  # middle layers tell more of clicks than the last one: see the card
UNIT = 0.25  # of log-odds: targets of about 1 for the tuning


@dataclass(frozen=True, kw_only=True)
class ClickEncoder:
    """An encoder for a head of clicks, and the model that the head continues from, if any."""

    encoder: Encoder
    changes: Changes = field(default_factory=dict)  # what the bundle's adapter holds
    training_dtype: Dtype = "fp32"
    beside: Encoder | None = None  # a second base, bare, whose embeddings are joined
    begin: Linear | None = None
    begin_scale: ClickScale | None = None

    @property
    def parts(self) -> tuple[Encoder, ...]:
        """The encoders whose embeddings of a text are joined."""
        return (self.encoder, self.beside) if self.beside else (self.encoder,)

    @property
    def beside_base(self) -> BesideBase | None:
        """The second base, as the manifest names it."""
        if self.beside is None:
            return None
        facts = self.beside.facts
        return BesideBase(name=facts.name, sha256=facts.fingerprint, taps=self.beside.taps)


def load_shipped(run: TrainingRun) -> ClickEncoder:
    """The shipped model's encoder, and its head to continue from."""
    facts = describe.read_base_facts(run.base)
    adapter = bundle.load_own_adapter(SHIPPED, facts)
    head = Head.load(SHIPPED, facts, adapter)
    return ClickEncoder(
        encoder=Encoder(run.base, adapter=adapter, taps=head.manifest.taps),
        changes=dict(adapter.changes) if adapter else {},
        begin=Linear(head.weight, head.bias),
        begin_scale=head.manifest.clicks,
    )


def load_or_tune(
    rows: Sequence[ClickRow],
    check: Sequence[ClickRow],
    config: FinetuneConfig,
    run: TrainingRun,
) -> ClickEncoder:
    """The bare base for the method head; else tuned on the rows, and `check` chooses the epoch."""
    encoder = Encoder(run.base, taps=_fitting_taps(run.base))
    beside = Encoder(run.beside, taps=_fitting_taps(run.beside)) if run.beside else None
    if config.method == "head":
        return ClickEncoder(encoder=encoder, beside=beside)
    score = _build_score(check, encoder, run) if check else None
    tuned = finetune.finetune_encoder(
        encoder, [_build_task(rows, encoder)], config, score, run.checkpoint_dir
    )
    return ClickEncoder(
        encoder=Encoder(run.base, adapter=Adapter(tuned.changes, sha256=""), taps=encoder.taps),
        changes=tuned.changes,
        training_dtype=tuned.dtype,
        beside=beside,
    )


def _build_score(check: Sequence[ClickRow], encoder: Encoder, run: TrainingRun) -> Score:
    """The score of an epoch: the share of the variance in tests that is explained."""
    tokens = encoder.tokenize([row.text for row in check])

    def score(trained: Encoder, heads: Mapping[str, TrainableHead]) -> dict[str, float]:
        scores = heads[NAME].predict(trained, tokens)[:, 0].tolist()
        share = explained_share(check, scores)
        if run.on_epoch:
            run.on_epoch(share)
        return {"explained_share": share}

    return score


def _fitting_taps(base: Path) -> tuple[int, ...]:
    """TAPS, or the last layer of a base that has fewer layers."""
    config = json.loads((base / "config.json").read_text("utf-8"))
    layers = int(config["num_hidden_layers"])
    return TAPS if layers >= max(TAPS) else (layers,)


def _build_task(rows: Sequence[ClickRow], encoder: Encoder) -> HeadTask:
    """Weighted least squares of log-odds minus their test's mean."""
    observed = observe_log_odds(rows)
    weights = observed.weights(TEXT_SPREAD)
    centred = observed.centre(observed.value, weights) / UNIT
    target = torch.tensor(centred, dtype=torch.float32)
    weight = torch.tensor(weights / weights.mean(), dtype=torch.float32)

    def loss(logits: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        error = (logits[:, 0] - target[batch].to(logits.device)).square()
        return (error * weight[batch].to(logits.device)).mean()

    return HeadTask(NAME, encoder.tokenize([row.text for row in rows]), 1, loss)
