"""Train the search: the encoder's upper layers and the network, on the corpus of shops."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.encoder import adapter as adapters
from models.encoder.embedding import ReportProgress
from models.encoder.encoder import Encoder
from models.hub.sources import E5_SMALL
from models.search import bundle
from models.search.calibrate import recalibrate_bundle
from models.search.learner import SearchLearner, loss_of
from models.search.lora import UpperLayers
from models.search.material import Pairing, States, group_questions, pair_up, texts_of
from models.search.network import Network, Shape
from models.search.shops import Shop, read_shops

WAYS_TO_ASK = 0.5  # share of the questions of kind "variant" that an epoch contains
UNANSWERED = 0.25  # share of answerable questions repeated without their right candidates
SAID_EVERY = 50  # steps between two lines of progress
# Placeholders until `models.search.calibrate` fits these on the written weights.
UNCALIBRATED = {
    "temperature": 1.0, "bias": 0.0, "apart": 0.0, "sure": 1.0, "possible": 1.0, "metrics": {},
}  # fmt: skip
FURTHER_EPOCHS = 2  # where training goes on from earlier weights


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """Everything a run depends on besides the corpus."""

    upper: int = 6  # layers that learn
    rank: int = 48
    rate: float = 5e-4  # of the low-rank factors
    network_rate: float = 1.5e-3
    weight_decay: float = 0.02
    dropout: float = 0.1
    questions: int = 40  # a step, of one shop
    epochs: int = 3
    warm_up: float = 0.08
    seed: int = 7
    dtype: str = "bf16"
    shape: Shape = Shape()  # noqa: RUF009 - frozen


def train_search(
    base: Path,
    folder: Path,
    date: str,
    config: SearchConfig,
    progress: ReportProgress,
    previous: bundle.SearchBundle | None = None,
) -> bundle.SearchManifest:
    """Train, and write adapter, network and calibrated manifest into `folder` after each epoch.

    With `previous`, training continues from its weights, with the candidates of the best cover by
    its encoder (hard negatives as in ANCE, https://arxiv.org/abs/2007.00808); else from the base
    encoder, with the candidates that the base encoder covers best.
    """
    shops = read_shops()
    states, pairings = _pair_shops(base, shops, config, progress, previous)
    learning = [(s, p) for s, p in zip(shops, pairings, strict=True) if s.split == "train"]
    tuning = [shop for shop in shops if shop.split == "tune"]
    learner = _build_learner(states.encoder, config, previous)
    pairs = sum(len(p.candidates) for _, some in learning for p in some)
    facts = {
        "method": _describe_method(config, len(learning), previous),
        "date": date,
        "seed": config.seed,
        "data": {"shops": len(learning), "pairs": pairs},
        **UNCALIBRATED,
    }
    manifest: bundle.SearchManifest | None = None
    for epoch, loss in enumerate(_train_epochs(learner, states, learning, config, progress), 1):
        folder.mkdir(parents=True, exist_ok=True)
        changes = learner.upper.changes()
        adapter = adapters.write_adapter(folder / adapters.FILE, changes, E5_SMALL)
        bundle.write_bundle(folder, learner.network, {**facts, "adapter_sha256": adapter.sha256})
        manifest = recalibrate_bundle(folder, tuning)
        progress(f"epoch {epoch}: loss {loss:.3f}, {manifest.metrics}")
    assert manifest is not None
    return manifest


def _build_learner(
    encoder: Encoder, config: SearchConfig, previous: bundle.SearchBundle | None
) -> SearchLearner:
    """The model to train, with seeded weights, or those of `previous`."""
    torch.manual_seed(config.seed)
    upper = UpperLayers(encoder, config.upper, config.rank, config.dropout)
    learner = SearchLearner(upper, Network(config.shape))
    if previous:
        upper.continue_from(previous.adapter)
        learner.network.load_state_dict(previous.network.state_dict())
    return learner


def _describe_method(config: SearchConfig, shops: int, previous: bundle.SearchBundle | None) -> str:
    stage = f"{config.epochs} epochs over {shops} shops"
    return f"{previous.manifest.method}; then {stage}" if previous else stage


def _pair_shops(
    base: Path,
    shops: Sequence[Shop],
    config: SearchConfig,
    progress: ReportProgress,
    previous: bundle.SearchBundle | None,
) -> tuple[States, list[list[Pairing]]]:
    # The adapter changes upper layers only: states below them are those of the base encoder.
    encoder = Encoder(base, adapter=previous.adapter if previous else None)
    reader = encoder.copy_in("bf16") if config.dtype == "bf16" else encoder
    states = States(reader, len(encoder.layers) - config.upper)
    pairings = []
    for shop in shops:
        began = time.perf_counter()
        pairings.append(pair_up(shop, states.read(texts_of(shop))))
        progress(f"  {shop.id}: {len(pairings[-1])} questions, {time.perf_counter() - began:.0f} s")
    states.encoder = Encoder(base)
    return states, pairings


def _train_epochs(
    learner: SearchLearner,
    states: States,
    learning: Sequence[tuple[Shop, Sequence[Pairing]]],
    config: SearchConfig,
    progress: ReportProgress,
) -> Iterator[float]:
    """Train; yields each epoch's mean loss at its end."""
    chance = random.Random(config.seed)  # noqa: S311 - no secret
    plan = [
        list(group_questions(_sample_pairings(learning, chance), config.questions, chance))
        for _ in range(config.epochs)
    ]
    optimiser, schedule = _build_optimiser(learner, sum(map(len, plan)), config)
    began, step = time.perf_counter(), 0
    for groups in plan:
        learner.train()
        total = 0.0
        for group in groups:
            with torch.autocast("cpu", torch.bfloat16, enabled=config.dtype == "bf16"):
                scored = learner(group, states)
            loss = loss_of(scored, group)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step, total = step + 1, total + float(loss.detach())
            if step % SAID_EVERY == 0:
                progress(f"  step {step}: loss {float(loss.detach()):.3f}, "
                    f"{time.perf_counter() - began:.0f} s")  # fmt: skip
        yield total / len(groups)


def _build_optimiser(
    learner: SearchLearner, steps: int, config: SearchConfig
) -> tuple[torch.optim.AdamW, torch.optim.lr_scheduler.OneCycleLR]:
    rates = [config.rate, config.network_rate]
    groups = [learner.upper.parameters_to_learn(), list(learner.network.parameters())]
    optimiser = torch.optim.AdamW(
        [{"params": some, "lr": rate} for some, rate in zip(groups, rates, strict=True)],
        weight_decay=config.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rates, total_steps=steps + 1, pct_start=config.warm_up
    )
    return optimiser, schedule


def _sample_pairings(
    learning: Sequence[tuple[Shop, Sequence[Pairing]]], chance: random.Random
) -> list[tuple[Shop, list[Pairing]]]:
    """An epoch's pairings: all follower questions; half of the variants, which are easy; and some
    answerable questions again, without the candidates that answer.
    """
    some = []
    for shop, pairings in learning:
        pairings_of_shop = [
            p for p in pairings if p.kind != "variant" or chance.random() < WAYS_TO_ASK
        ]
        answerable = [p for p in pairings_of_shop if p.kind == "answerable"]
        pairings_of_shop += [p.unanswered() for p in answerable if chance.random() < UNANSWERED]
        some.append((shop, pairings_of_shop))
    return some
