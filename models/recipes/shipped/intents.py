"""The material for intents: whose texts, which labels; when to refuse, and how sure to be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean

import numpy as np
import torch

from models.data import corpus
from models.data.corpus import Row
from models.encoder import bundle, embedding, regression
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.metrics import retrieval
from models.recipes.shipped import labels
from models.recipes.shipped.judges import Sample, fold
from models.training import finetune
from models.training.trainer import Task, weighted

NAME = "intent"
CERTAIN = 0.9  # probability of a label
CUSTOMER_PERCENT = 40  # of the CIC intents' examples held out: five an intent are few


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the material depends on besides the data."""

    cleaning: labels.Config = field(default_factory=labels.Config)
    example_weight: float = 3.0
    written_weight: float = 1.5  # of rare classes: more would have them guessed too often
    out_of_scope_rows: int = 1500
    refuse_at_most: float = 0.05  # of in-domain texts
    trial_folds: int = 5  # the trial leaves the first one out
    seed: int = 7


@dataclass(frozen=True)
class Material:
    """What the intent head learns from."""

    labels: list[str]
    samples: list[Sample]
    target: torch.Tensor  # (n, C): how likely each label is right
    sizes: dict[str, int]

    def task(self, encoder: Encoder, rows: Sequence[int]) -> Task:
        """The chosen rows."""
        chosen = [self.samples[i] for i in rows]
        weights = torch.tensor([s.weight for s in chosen])
        loss = weighted(self.target[list(rows)], weights)
        tokens = encoder.tokenize([s.text for s in chosen])
        return Task(NAME, tokens, len(self.labels), loss)


@dataclass(frozen=True)
class Calibration:
    """How a head's logits are read, found on texts that a trial hadn't seen."""

    temperature: float
    threshold: float
    metrics: dict[str, float]


def material(data: Path, base: Path, config: Config, kept_in: Path) -> Material:
    """Samples with their most likely labels. `kept_in` keeps what took long."""
    known = [intent.id for intent in taxonomy.load().intents]
    samples, sizes = gather(data, known, config)
    print(f"intent: {len(samples)} texts, {len(known)} intents", flush=True)
    target = labels.posterior(samples, len(known), base, config.cleaning, kept_in)
    given = torch.tensor([s.given for s in samples])
    sizes["relabelled"] = int((target.argmax(1) != given).sum())
    return Material(known, samples, target, sizes)


def trial(
    of: Material, base: Path, config: Config, tuning: finetune.Config, keep: Path
) -> Calibration:
    """Train without one fold of the texts, and calibrate on it."""
    folds = [fold(s.text, config.trial_folds) for s in of.samples]
    encoder = Encoder(base)
    task = of.task(encoder, [i for i, fold in enumerate(folds) if fold])
    print(f"  a trial over {len(task.tokens)} texts", flush=True)
    tuned = finetune.tune(encoder, [task], tuning, folder=keep)
    adapted = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
    unseen = [s for s, fold in zip(of.samples, folds, strict=True) if not fold]
    logits = tuned.heads[NAME](embedding.embed(adapted, [s.text for s in unseen]))
    found = calibrate(logits, unseen, of.labels.index(OUT_OF_SCOPE), config)
    return replace(found, metrics=found.metrics | neighbours(of, folds, adapted, Encoder(base)))


def neighbours(
    of: Material, folds: Sequence[int], adapted: Encoder, base: Encoder
) -> dict[str, float]:
    """Whether a CIC text of the fold left out finds its intent among the others' given labels.

    Only texts whose label is all but certain ask; those they look among keep their noise.
    """
    cic = [(i, s.text) for i, s in enumerate(of.samples) if s.noisy]
    asked = [(i, t) for i, t in cic if not folds[i] and float(of.target[i].max()) > CERTAIN]
    known = [(i, t) for i, t in cic if folds[i]]
    wanted = [str(int(of.target[i].argmax())) for i, _ in asked]
    given = [str(of.samples[i].given) for i, _ in known]
    metrics: dict[str, float] = {"retrieval_questions": len(asked)}
    for name, encoder in (("trial", adapted), ("base", base)):
        rows, among = (
            embedding.embed(encoder, [t for _, t in part]).numpy() for part in (asked, known)
        )
        figures = retrieval.figures(retrieval.first_right(rows, wanted, among, given))
        for k in ("recall@1", "recall@5"):
            metrics[f"{name}_{k}"] = round(float(figures[k]), 4)
    return metrics


def calibrate(
    logits: torch.Tensor, unseen: Sequence[Sample], out_of_scope: int, config: Config
) -> Calibration:
    """Temperature, threshold and metrics.

    CIC's own labels are as noisy here as elsewhere; what is derived from them is corrected for it.
    """
    given = torch.tensor([s.given for s in unseen])
    noisy = torch.tensor([s.noisy for s in unseen])
    noise = fmean(config.cleaning.noise[s.source] for s in unseen if s.noisy)
    agreed = float((logits.argmax(1) == given)[noisy].float().mean())
    by_chance = noise / (logits.shape[1] - 1)
    accuracy = (agreed - by_chance) / (1 - noise - by_chance)
    heat = regression.even_temperature(logits[noisy], accuracy)
    probabilities = (logits / heat).softmax(1)
    known = _confidence_in_scope(probabilities[given != out_of_scope], out_of_scope)
    threshold = round(float(known.quantile(config.refuse_at_most)), 3)
    metrics = {
        "trial_texts": int(noisy.sum()),
        "trial_agreement_with_noisy_labels": agreed,
        "trial_accuracy_corrected_for_noise": accuracy,
        "trial_calibration_error_corrected_for_noise": regression.calibration_error(
            probabilities[noisy], given[noisy], noise
        ),
        "trial_in_domain_refused": float((known < threshold).float().mean()),
    }
    rounded = {name: round(value, 4) for name, value in metrics.items()}
    return Calibration(heat, threshold, rounded)


def gather(data: Path, known: list[str], config: Config) -> tuple[list[Sample], dict[str, int]]:
    """Samples to learn from; what `corpus.split` holds out is left to evaluate."""
    kinds = taxonomy.load()
    ids = {kind.title: kind.id for kind in kinds.intents}
    customers = {
        source: [replace_label(row, ids[row.label]) for row in corpus.cic(data, source)]
        for source in config.cleaning.noise
    }
    examples, _ = corpus.split(account_examples())
    customer, _ = corpus.split(customer_examples(), CUSTOMER_PERCENT)
    # What neither CIC nor the taxonomy has enough of.
    written = corpus.read(bundle.INTENT / "examples.jsonl")
    strangers, _ = corpus.split(assistant_rows(data))
    chat = [row for row in strangers if row.label == CHITCHAT]
    others = [row for row in strangers if row.label == OUT_OF_SCOPE]
    order = np.random.default_rng(config.seed).permutation(len(others))
    others = [others[i] for i in order[: config.out_of_scope_rows]]
    parts = {
        **{source: (rows, True, 1.0) for source, rows in customers.items()},
        "account_examples": (examples, False, config.example_weight),
        "customer_examples": (customer, False, config.example_weight),
        "more_examples": (written, False, config.written_weight),
        "smp2017_chat": (chat, False, 1.0),
        "smp2017_other": (others, False, 1.0),
    }
    samples = [
        Sample(row.text, known.index(row.label), noisy, weight, source)
        for source, (rows, noisy, weight) in parts.items()
        for row in rows
    ]
    return samples, {source: len(rows) for source, (rows, _, _) in parts.items()}


def replace_label(row: Row, label: str) -> Row:
    return replace(row, label=label)


def account_examples() -> list[Row]:
    """The taxonomy's examples of the intents that CIC doesn't have."""
    kinds = taxonomy.load().intents
    return [Row(text, k.id) for k in kinds if k.source == "account" for text in k.examples]


def customer_examples() -> list[Row]:
    """Hand-written examples of the CIC intents: clean, unlike CIC itself."""
    kinds = taxonomy.load().intents
    return [Row(text, k.id) for k in kinds if k.source == "cic" for text in k.examples]


def assistant_rows(data: Path) -> list[Row]:
    """SMP2017: its `chat` is our chitchat, every other domain is out of scope."""
    rows = corpus.read(data / "smp2017" / "train.jsonl")
    return [replace_label(r, CHITCHAT if r.label == "chat" else OUT_OF_SCOPE) for r in rows]


def _confidence_in_scope(probabilities: torch.Tensor, out_of_scope: int) -> torch.Tensor:
    """Confidence; zero where the answer is `out_of_scope`, which is a refusal already."""
    confidence, best = probabilities.max(1)
    return torch.where(best == out_of_scope, 0.0, confidence)
