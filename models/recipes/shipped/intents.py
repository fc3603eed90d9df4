"""Gathers the training data of the shipped intents, and calibrates them by a trial training."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean

import numpy as np
import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import bundle, embedding, regression
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.metrics import calibration, retrieval
from models.recipes.shipped import labels
from models.recipes.shipped.judges import LabelSample, assign_byte_fold
from models.training import finetune
from models.training.trainer import HeadTask, weighted_cross_entropy

NAME = "intent"
CERTAIN = 0.9  # probability above which a label counts as certain
CUSTOMER_PERCENT = 40  # of the CIC intents' examples are held out, as there are five an intent


@dataclass(frozen=True, kw_only=True)
class IntentConfig:
    """Everything the training data depends on besides the source files."""

    cleaning: labels.LabelNoiseConfig = field(default_factory=labels.LabelNoiseConfig)
    example_weight: float = 3.0
    written_weight: float = 1.5  # of examples.jsonl; more, and rare classes are predicted too often
    out_of_scope_rows: int = 1500
    refuse_at_most: float = 0.05  # share of in-scope texts below the threshold
    trial_folds: int = 5  # the trial holds out fold 0
    seed: int = 7


@dataclass(frozen=True)
class IntentTrainingData:
    """The training data of the intent head."""

    labels: list[str]
    samples: list[LabelSample]
    target: torch.Tensor  # (n, C): how likely each label is right
    sizes: dict[str, int]

    def build_task(self, encoder: Encoder, rows: Sequence[int]) -> HeadTask:
        """The training task of the given rows, by soft targets."""
        chosen_samples = [self.samples[i] for i in rows]
        weights = torch.tensor([s.weight for s in chosen_samples])
        loss = weighted_cross_entropy(self.target[list(rows)], weights)
        tokens = encoder.tokenize([s.text for s in chosen_samples])
        return HeadTask(NAME, tokens, len(self.labels), loss)


@dataclass(frozen=True)
class TrialCalibration:
    """Temperature, threshold and metrics of a head, from texts that a trial held out."""

    temperature: float
    threshold: float
    metrics: dict[str, float]


def build_intent_data(
    data: Path, base: Path, config: IntentConfig, cache_dir: Path
) -> IntentTrainingData:
    """Gather samples and estimate their labels; `cache_dir` stores the judges' probabilities."""
    intent_ids = [intent.id for intent in taxonomy.load_taxonomy().intents]
    samples, sizes = gather_samples(data, intent_ids, config)
    print(f"intent: {len(samples)} texts, {len(intent_ids)} intents", flush=True)
    target = labels.label_posterior(samples, len(intent_ids), base, config.cleaning, cache_dir)
    label_ids = torch.tensor([s.label_id for s in samples])
    sizes["relabelled"] = int((target.argmax(1) != label_ids).sum())
    return IntentTrainingData(intent_ids, samples, target, sizes)


def run_trial(
    of: IntentTrainingData,
    base: Path,
    config: IntentConfig,
    tuning: finetune.FinetuneConfig,
    checkpoint_dir: Path,
) -> TrialCalibration:
    """Train without fold 0 and calibrate on it; measures retrieval too."""
    folds = [assign_byte_fold(s.text, config.trial_folds) for s in of.samples]
    encoder = Encoder(base)
    task = of.build_task(encoder, [i for i, fold in enumerate(folds) if fold])
    print(f"  a trial over {len(task.tokens)} texts", flush=True)
    tuned = finetune.finetune_encoder(encoder, [task], tuning, folder=checkpoint_dir)
    adapted = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
    unseen = [s for s, fold in zip(of.samples, folds, strict=True) if not fold]
    logits = tuned.heads[NAME](embedding.embed_texts(adapted, [s.text for s in unseen]))
    calibration = calibrate_trial(logits, unseen, of.labels.index(OUT_OF_SCOPE), config)
    return replace(
        calibration,
        metrics=calibration.metrics | measure_neighbours(of, folds, adapted, Encoder(base)),
    )


def measure_neighbours(
    of: IntentTrainingData, folds: Sequence[int], adapted: Encoder, base: Encoder
) -> dict[str, float]:
    """Recall@1 and @5 of CIC texts of fold 0 among the other folds' texts, by intent.

    Queries are only texts with a CERTAIN label; the other texts have their given, noisy labels.
    """
    cic = [(i, s.text) for i, s in enumerate(of.samples) if s.noisy]
    query_texts = [(i, t) for i, t in cic if not folds[i] and float(of.target[i].max()) > CERTAIN]
    corpus_texts = [(i, t) for i, t in cic if folds[i]]
    query_labels = [str(int(of.target[i].argmax())) for i, _ in query_texts]
    corpus_labels = [str(of.samples[i].label_id) for i, _ in corpus_texts]
    metrics: dict[str, float] = {"retrieval_questions": len(query_texts)}
    for name, encoder in (("trial", adapted), ("base", base)):
        rows, among = (
            embedding.embed_texts(encoder, [t for _, t in part]).numpy()
            for part in (query_texts, corpus_texts)
        )
        figures = retrieval.figures(
            retrieval.first_right_ranks(rows, query_labels, among, corpus_labels)
        )
        for k in ("recall@1", "recall@5"):
            metrics[f"{name}_{k}"] = round(float(figures[k]), 4)
    return metrics


def calibrate_trial(
    logits: torch.Tensor, unseen: Sequence[LabelSample], out_of_scope: int, config: IntentConfig
) -> TrialCalibration:
    """Temperature, threshold and metrics from logits (n, C) of held-out samples.

    Accuracy and calibration error are corrected for the noise of CIC's labels.
    """
    label_ids = torch.tensor([s.label_id for s in unseen])
    noisy = torch.tensor([s.noisy for s in unseen])
    noise = fmean(config.cleaning.noise[s.source] for s in unseen if s.noisy)
    agreed = float((logits.argmax(1) == label_ids)[noisy].float().mean())
    by_chance = noise / (logits.shape[1] - 1)
    accuracy = (agreed - by_chance) / (1 - noise - by_chance)
    temperature = regression.fit_even_temperature(logits[noisy], accuracy)
    probabilities = (logits / temperature).softmax(1)
    in_scope_confidence = _confidence_in_scope(
        probabilities[label_ids != out_of_scope], out_of_scope
    )
    threshold = round(float(in_scope_confidence.quantile(config.refuse_at_most)), 3)
    metrics = {
        "trial_texts": int(noisy.sum()),
        "trial_agreement_with_noisy_labels": agreed,
        "trial_accuracy_corrected_for_noise": accuracy,
        "trial_calibration_error_corrected_for_noise": _calibration_error(
            probabilities[noisy], label_ids[noisy], noise
        ),
        "trial_in_domain_refused": float((in_scope_confidence < threshold).float().mean()),
    }
    rounded = {name: round(value, 4) for name, value in metrics.items()}
    return TrialCalibration(temperature, threshold, rounded)


def _calibration_error(probabilities: torch.Tensor, label_ids: torch.Tensor, noise: float) -> float:
    """The calibration error of probabilities (n, C) by labels (n,), `noise` of which are wrong."""
    confidence, best = probabilities.double().max(1)
    agree = (best == label_ids).double().numpy()
    return calibration.noisy_calibration_error(
        confidence.numpy(), agree, noise, probabilities.shape[1]
    )


def gather_samples(
    data: Path, intent_ids: list[str], config: IntentConfig
) -> tuple[list[LabelSample], dict[str, int]]:
    """Training samples and their number by source; without what `split_held_out` holds out."""
    kinds = taxonomy.load_taxonomy()
    ids = {kind.title: kind.id for kind in kinds.intents}
    customers = {
        source: [replace(row, label=ids[row.label]) for row in corpus.read_cic(data, source)]
        for source in config.cleaning.noise
    }
    examples, _ = corpus.split_held_out(account_examples())
    customer, _ = corpus.split_held_out(customer_examples(), CUSTOMER_PERCENT)
    # Out-of-scope texts and chitchat, of which CIC and the taxonomy have too few.
    more_examples = corpus.read_labelled_texts(bundle.INTENT / "examples.jsonl")
    strangers, _ = corpus.split_held_out(assistant_rows(data))
    chat = [row for row in strangers if row.label == CHITCHAT]
    others = [row for row in strangers if row.label == OUT_OF_SCOPE]
    order = np.random.default_rng(config.seed).permutation(len(others))
    others = [others[i] for i in order[: config.out_of_scope_rows]]
    parts = {
        **{source: (rows, True, 1.0) for source, rows in customers.items()},
        "account_examples": (examples, False, config.example_weight),
        "customer_examples": (customer, False, config.example_weight),
        "more_examples": (more_examples, False, config.written_weight),
        "smp2017_chat": (chat, False, 1.0),
        "smp2017_other": (others, False, 1.0),
    }
    samples = [
        LabelSample(row.text, intent_ids.index(row.label), noisy, weight, source)
        for source, (rows, noisy, weight) in parts.items()
        for row in rows
    ]
    return samples, {source: len(rows) for source, (rows, _, _) in parts.items()}


def account_examples() -> list[LabelledText]:
    """The taxonomy's examples of the intents that CIC doesn't have."""
    kinds = taxonomy.load_taxonomy().intents
    return [LabelledText(text, k.id) for k in kinds if k.source == "account" for text in k.examples]


def customer_examples() -> list[LabelledText]:
    """Hand-written examples of the CIC intents: clean, unlike CIC itself."""
    kinds = taxonomy.load_taxonomy().intents
    return [LabelledText(text, k.id) for k in kinds if k.source == "cic" for text in k.examples]


def assistant_rows(data: Path) -> list[LabelledText]:
    """SMP2017 with its `chat` as chitchat and every other domain as out of scope."""
    rows = corpus.read_labelled_texts(data / "smp2017" / "train.jsonl")
    return [replace(r, label=CHITCHAT if r.label == "chat" else OUT_OF_SCOPE) for r in rows]


def _confidence_in_scope(probabilities: torch.Tensor, out_of_scope: int) -> torch.Tensor:
    """Confidence (n,); 0 where the prediction is `out_of_scope`, which is a refusal anyway."""
    confidence, best = probabilities.max(1)
    return torch.where(best == out_of_scope, 0.0, confidence)
