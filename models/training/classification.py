"""Trains a classifier from labelled files: `python -m models train intent|sentiment|pairs`."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, normalize

from models import metrics
from models.data import files, kinds, split
from models.data.files import BadData
from models.data.normalise import near_key
from models.data.split import Shares
from models.encoder import adapter as adapters
from models.encoder import bundle, embedding, heads, regression
from models.encoder.adapter import Adapter
from models.encoder.classifier import HeadClassifier
from models.encoder.dtypes import Dtype
from models.encoder.encoder import Encoder
from models.encoder.heads import HeadManifest
from models.encoder.regression import Linear
from models.hub import describe
from models.hub.sources import E5_SMALL
from models.metrics import OUT_OF_SCOPE_LABEL
from models.training import card, care_head, denoise, finetune
from models.training.care_head import TrainedCareHead
from models.training.finetune import FinetuneConfig, FinetuneResult
from models.training.trainer import HeadTask, TrainableHead, weighted_cross_entropy

OUT_OF_SCOPE_LABELS = {
    OUT_OF_SCOPE_LABEL,
    "oos",
    "out_of_scope",
}  # labels of texts that belong to no class
SENTIMENTS = {"0": "negative", "1": "positive"}
CS = (0.003, 0.01, 0.03, 0.1, 0.3)  # C of logistic regression, when only a head is trained
MOST_ORDINARY = 2_000  # training texts that are ordinary messages for the care head, at most
FEWEST = 30  # validation rows from which a temperature is fitted

EpochCallback = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class ClassificationOptions:
    """The options of a training."""

    tuning: FinetuneConfig = field(default_factory=FinetuneConfig)
    validate: int = 10  # percent of the rows
    denoise: bool = False
    trusted_labels: tuple[str, ...] = ()  # classes whose labels `denoise` doesn't doubt
    balance: bool = False  # weigh a class by one over the root of its size
    smoothing: float = 0.1
    refuse_at_most: float = 0.05  # share of in-scope validation texts below the threshold
    message_path: bool = False  # intents for the bot: also trains sentiment and care heads


@dataclass(frozen=True)
class LabelledRows:
    """Labelled texts or pairs, and how many rows each file gave."""

    texts: list[tuple[str, ...]]  # one text, or the two of a pair
    names: list[str]  # of the classes
    labels: torch.Tensor  # (n,), index into names
    sizes: dict[str, int]  # file -> rows

    def select(self, rows: Sequence[int]) -> "LabelledRows":
        return LabelledRows(
            [self.texts[i] for i in rows], self.names, self.labels[list(rows)], self.sizes
        )

    def tokens(self, encoder: Encoder) -> list[list[int]]:
        """Token ids, one sequence a row; a pair is one sequence."""
        if not self.texts:
            return []
        if len(self.texts[0]) == 1:
            return encoder.tokenize([text for (text,) in self.texts])
        return encoder.tokenize_pairs([(t[0], t[1]) for t in self.texts])


@dataclass(frozen=True)
class BundleFacts:
    """The manifest's fields that don't come from the training's result."""

    task: str
    names: list[str]  # of the classes
    sizes: dict[str, int]  # file -> rows
    tuning: FinetuneConfig
    date: str


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """A trained model before it is written."""

    head: Linear
    changes: finetune.Changes
    mood: Linear | None  # sentiment head over the changed encoder, for the message path
    temperature: float
    threshold: float
    metrics: dict[str, float]
    dtype: Dtype  # of the encoder that the metrics are of
    training_dtype: Dtype
    care: TrainedCareHead | None = None  # over the changed encoder, for the message path


def read_labelled_rows(
    task: str, sources: Sequence[Path], names: Mapping[str, str]
) -> LabelledRows:
    """Read labelled rows; rows without text or label are left out. Raises BadData for a file that
    can't be read, and for fewer than two classes. `names` maps our column names to the files'.
    """
    kind = kinds.KINDS["pairs" if task == "pairs" else "text"].renamed(dict(names))
    tables = [files.read_table(source, kind.columns) for source in sources]
    rows = [row.values for table in tables for row in table.rows]
    rows = [row for row in rows if row["label"] and all(row[name].strip() for name in kind.texts)]
    if task == "sentiment":
        rows = [row | {"label": SENTIMENTS.get(row["label"], row["label"])} for row in rows]
    sizes = Counter(row["label"] for row in rows)
    if len(sizes) < 2:
        source_names = ", ".join(map(str, sources))
        only = f"only the class {next(iter(sizes))!r}" if sizes else "no row with text and label"
        raise BadData(f"{source_names}: {only}; it takes texts of at least two classes")
    classes = sorted(sizes)
    return LabelledRows(
        [tuple(row[name] for name in kind.texts) for row in rows],
        classes,
        torch.tensor([classes.index(row["label"]) for row in rows]),
        {table.path.name: len(table.rows) for table in tables},
    )


def singleton_classes(rows: LabelledRows) -> list[str]:
    """Names of classes with a single row, which no validation row can check."""
    sizes = torch.bincount(rows.labels, minlength=len(rows.names)).tolist()
    return [name for name, size in zip(rows.names, sizes, strict=True) if size == 1]


def train_classifier(
    task: str,
    rows: LabelledRows,
    options: ClassificationOptions,
    base: Path,
    checkpoint_dir: Path | None = None,
    on_epoch: EpochCallback | None = None,
) -> TrainingResult:
    """Train on all rows but a validation part, which chooses the epoch and calibrates.

    `checkpoint_dir` holds checkpoints, from which an interrupted run continues. `on_epoch` is
    called with each epoch's validation accuracy; an exception that it raises ends the training.
    """
    learn, check = (rows.select(part) for part in _split_rows(rows, options))
    if options.denoise:
        learn = denoise_rows(learn, options, base, checkpoint_dir)
    if options.tuning.method == "head":
        return _train_head(task, learn, check, options, base, on_epoch)
    return _train_adapter(task, learn, check, options, base, checkpoint_dir, on_epoch)


def denoise_rows(
    rows: LabelledRows, options: ClassificationOptions, base: Path, checkpoint_dir: Path | None
) -> LabelledRows:
    """Correct or drop rows whose label is probably wrong; lists them in a .denoised.jsonl file.

    For the training part only: correcting the validation part would bias the metrics.
    """
    trusted_ids = [rows.names.index(name) for name in options.trusted_labels if name in rows.names]
    denoised_labels = denoise.denoise_labels(
        _judge_features(rows, Encoder(base)), rows.labels, trusted_ids
    )
    summary = (
        f"{len(denoised_labels.relabelled)} relabelled, {len(denoised_labels.dropped)} dropped"
    )
    report_rows = denoise.report_changes(
        denoised_labels, [" / ".join(t) for t in rows.texts], rows.names, rows.labels
    )
    if checkpoint_dir is not None:
        checkpoint_dir.mkdir(parents=True, exist_ok=True)
        file = checkpoint_dir.with_suffix(".denoised.jsonl")
        file.write_text(
            "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in report_rows), "utf-8"
        )
        summary += f"; which: {file}"
    print(f"denoise: of {len(rows.texts)} rows {summary}", file=sys.stderr)
    return replace(rows, labels=denoised_labels.labels).select(denoised_labels.kept_rows.tolist())


def _judge_features(rows: LabelledRows, encoder: Encoder) -> torch.Tensor:
    """Features for the judge of labels: embeddings (n, H) of texts; of pairs (n, 2H), product and
    absolute difference, as in InferSent, https://arxiv.org/abs/1705.02364.
    """
    parts = [embedding.embed_texts(encoder, texts) for texts in zip(*rows.texts, strict=True)]
    if len(parts) == 1:
        return parts[0]
    first, second = (normalize(part - part.mean(0)) for part in parts)
    return torch.cat([first * second, (first - second).abs()], 1)


def write_bundle(
    about: BundleFacts, result: TrainingResult, base: Path, folder: Path
) -> HeadManifest:
    """Write a bundle into `folder`: adapter, head, manifest and card; sentiment and care heads
    where the result has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    of = describe.read_base_facts(base)
    if result.changes:
        adapter = adapters.write_adapter(folder / adapters.FILE, result.changes, of)
        method = (
            f"{about.tuning.method} of rank {about.tuning.rank}, {about.tuning.epochs:g} epochs"
        )
    else:
        adapter = load_shipped_adapter()
        method = "logistic regression over the shipped encoder"
    common = {
        "base": of.name,
        "base_sha256": of.fingerprint,
        "adapter_sha256": adapter.sha256,
        "seed": about.tuning.seed,
        "date": about.date,
        "data": about.sizes,
        "dtype": result.dtype,
        "training_dtype": result.training_dtype,
    }
    if result.mood:
        _write_mood(result.mood, common, folder / "sentiment")
    if result.care:
        _write_care(result.care, common, folder / "care")
    manifest = heads.write_head(folder, result.head.weight, result.head.bias, common | {
        "task": about.task,
        "labels": about.names,
        "method": method,
        "temperature": result.temperature,
        "threshold": result.threshold,
        "metrics": result.metrics,
    })  # fmt: skip
    card.write_card(manifest, folder)
    return manifest


def _write_mood(mood: Linear, common: dict[str, object], folder: Path) -> None:
    shipped = heads.read_manifest(bundle.SENTIMENT)
    heads.write_head(folder, mood.weight, mood.bias, common | {
        "task": "sentiment",
        "labels": shipped.labels,
        "method": f"distilled from {shipped.version}",
        "temperature": shipped.temperature,
        "threshold": 0.0,
        "neutral": shipped.neutral,
        "metrics": {},
    })  # fmt: skip


def _write_care(trained: TrainedCareHead, common: dict[str, object], folder: Path) -> None:
    heads.write_head(folder, trained.head.weight, trained.head.bias, common | {
        "task": care_head.NAME,
        "labels": care_head.LABELS,
        "method": "logistic regression over the changed encoder, on the shipped examples",
        "temperature": 1.0,
        "threshold": trained.threshold,
        "metrics": trained.metrics,
    })  # fmt: skip


def _split_rows(rows: LabelledRows, options: ClassificationOptions) -> tuple[list[int], list[int]]:
    """Row indices for training and for validation; near-duplicates stay in one part."""
    groups = split.group_rows([[near_key(text) for text in texts] for texts in rows.texts])
    labels = [rows.names[i] for i in rows.labels.tolist()]
    shares = Shares(100 - options.validate, options.validate, 0)
    parts = split.assign_parts(groups, labels, shares, options.tuning.seed)
    learn = [i for i, part in enumerate(parts) if part == "train"]
    return learn, [i for i, part in enumerate(parts) if part != "train"]


def _train_head(
    task: str,
    learn: LabelledRows,
    check: LabelledRows,
    options: ClassificationOptions,
    base: Path,
    on_epoch: EpochCallback | None,
) -> TrainingResult:
    """Train a head over the shipped encoder, which the message path runs anyway."""
    encoder = Encoder(base, adapter=load_shipped_adapter())
    x, check_embeddings = (
        embedding.embed_tokens(encoder, learn.tokens(encoder)),
        embedding.embed_tokens(encoder, check.tokens(encoder)),
    )
    weight = class_weights(learn, options)
    fitted = [regression.fit_logistic(x, learn.labels, len(learn.names), c, weight) for c in CS]
    # By likelihood, not accuracy: on few rows several heads get all right, and a tie would be
    # won by the most regularised one.
    losses = [float(cross_entropy(head(check_embeddings), check.labels)) for head in fitted]
    best = fitted[losses.index(min(losses))] if len(check.texts) else fitted[len(CS) // 2]
    if on_epoch and len(check.labels):
        on_epoch(_accuracy_of(best(check_embeddings), check.labels))
    tuned = FinetuneResult({}, encoder.dtype, {task: best})
    return _build_result(task, tuned, encoder, best(check_embeddings), check, options)


def _train_adapter(  # noqa: PLR0913 - all of it differs from call to call
    task: str,
    learn: LabelledRows,
    check: LabelledRows,
    options: ClassificationOptions,
    base: Path,
    checkpoint_dir: Path | None,
    on_epoch: EpochCallback | None,
) -> TrainingResult:
    encoder = Encoder(base)
    tokens = check.tokens(encoder)
    tasks = [_build_task(task, learn, encoder, options)]
    if (
        options.message_path
        and task == "intent"
        and encoder.facts.fingerprint == E5_SMALL.fingerprint
    ):
        tasks.append(_build_sentiment_task(learn, encoder))

    def score(trained: Encoder, heads_: Mapping[str, TrainableHead]) -> dict[str, float]:
        accuracy = _accuracy_of(heads_[task].predict(trained, tokens), check.labels)
        if on_epoch:
            on_epoch(accuracy)
        return {"accuracy": accuracy}

    tuned = finetune.finetune_encoder(
        encoder, tasks, options.tuning, score if tokens else None, checkpoint_dir
    )
    adapted = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
    logits = tuned.heads[task](embedding.embed_tokens(adapted, tokens))
    result = _build_result(task, tuned, adapted, logits, check, options)
    if result.mood is None:
        return result
    return replace(result, care=care_head.train_care_head(adapted, _harmless_texts(learn)))


def _harmless_texts(rows: LabelledRows) -> list[str]:
    """The first MOST_ORDINARY texts, without those that the shipped care head suspects."""
    texts = [text for (text,) in rows.texts[:MOST_ORDINARY]]
    shipped = HeadClassifier.load(bundle.CARE)
    scores = (
        1 - shipped.probabilities(shipped.logits(texts))[:, care_head.LABELS.index(care_head.NONE)]
    )
    limit = shipped.head.manifest.threshold
    return [text for text, score in zip(texts, scores.tolist(), strict=True) if score < limit]


def _build_task(
    name: str, rows: LabelledRows, encoder: Encoder, options: ClassificationOptions
) -> HeadTask:
    loss = weighted_cross_entropy(rows.labels, class_weights(rows, options), options.smoothing)
    return HeadTask(name, rows.tokens(encoder), len(rows.names), loss)


def _build_sentiment_task(rows: LabelledRows, encoder: Encoder) -> HeadTask:
    """A distillation task: the shipped sentiment head's probabilities of the same texts, so that
    the new sentiment head judges like the shipped one.
    """
    shipped = HeadClassifier.load(bundle.SENTIMENT)
    sentiment_probabilities = shipped.logits([text for (text,) in rows.texts]).softmax(1)
    return HeadTask(
        "sentiment",
        rows.tokens(encoder),
        2,
        weighted_cross_entropy(sentiment_probabilities, torch.ones(len(sentiment_probabilities))),
    )


def class_weights(rows: LabelledRows, options: ClassificationOptions) -> torch.Tensor:
    sizes = torch.bincount(rows.labels, minlength=len(rows.names)).float()
    weights = (
        sizes.clamp_min(1).rsqrt()[rows.labels] if options.balance else torch.ones(len(rows.labels))
    )
    return weights / weights.mean()


def _build_result(
    task: str,
    tuned: FinetuneResult,
    encoder: Encoder,
    logits: torch.Tensor,
    check: LabelledRows,
    options: ClassificationOptions,
) -> TrainingResult:
    temperature = (
        regression.fit_temperature(logits, check.labels) if len(check.labels) >= FEWEST else 1.0
    )
    sure, best = (logits / temperature).softmax(1).max(1)
    own = torch.tensor([name not in OUT_OF_SCOPE_LABELS for name in check.names])[check.labels]
    threshold = float(sure[own].quantile(options.refuse_at_most)) if own.any() else 0.0
    predictions = [
        metrics.Prediction(
            truth=OUT_OF_SCOPE_LABEL if not is_own else check.names[t],
            answer=check.names[b],
            confidence=c,
        )
        for t, b, c, is_own in zip(
            check.labels.tolist(), best.tolist(), sure.tolist(), own.tolist(), strict=True
        )
    ]
    names = {"accuracy", "macro_f1", "ece"}
    figures = metrics.figures(predictions) if predictions else {}
    validation_metrics = {
        f"validation_{n}": round(float(v), 4)
        for n, v in figures.items()
        if n in names and v is not None
    }
    return TrainingResult(
        head=tuned.heads[task],
        changes=tuned.changes,
        mood=tuned.heads.get("sentiment") if task == "intent" else None,
        temperature=temperature,
        threshold=round(threshold, 3),
        metrics=validation_metrics | {"validation_n": len(predictions)},
        dtype=encoder.dtype,
        training_dtype=tuned.dtype,
    )


def _accuracy_of(logits: torch.Tensor, truth: torch.Tensor) -> float:
    return float((logits.argmax(1) == truth).float().mean())


def load_shipped_adapter() -> Adapter:
    return Adapter.load(bundle.INTENT / adapters.FILE, E5_SMALL)
