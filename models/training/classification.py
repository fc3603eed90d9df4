"""Train a classifier from a file of one's own: `python -m models train intent|sentiment|pairs`."""

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
from models.encoder.classifier import Classifier
from models.encoder.dtypes import Dtype
from models.encoder.encoder import Encoder
from models.encoder.heads import Manifest
from models.encoder.regression import Linear
from models.hub import describe
from models.hub.sources import E5_SMALL
from models.metrics import FOREIGN
from models.training import card, care_head, denoise, finetune
from models.training.care_head import Trained
from models.training.finetune import Config, Tuned
from models.training.trainer import Task, weighted

STRANGERS = {FOREIGN, "oos", "out_of_scope"}  # labels of texts that belong to no class
SENTIMENTS = {"0": "negative", "1": "positive"}
CS = (0.003, 0.01, 0.03, 0.1, 0.3)  # of logistic regression, when only a head is trained
MOST_ORDINARY = 2_000  # texts that the care head is told besides its examples
FEWEST = 30  # validation rows that a temperature can be read from

Watch = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen."""

    tuning: Config = field(default_factory=Config)
    validate: int = 10  # percent of the rows
    denoise: bool = False
    believed: tuple[str, ...] = ()  # classes whose labels `denoise` doesn't doubt
    balance: bool = False  # weigh a class by one over the root of its size
    smoothing: float = 0.1
    refuse_at_most: float = 0.05  # of texts that belong to a class
    message_path: bool = False  # intents for the bot: the mood is to be kept beside them


@dataclass(frozen=True)
class Rows:
    """What there is to learn from, and where it came from."""

    texts: list[tuple[str, ...]]  # one text, or the two of a pair
    names: list[str]  # of the classes
    given: torch.Tensor  # (n,), index into names
    sizes: dict[str, int]  # file -> rows

    def some(self, rows: Sequence[int]) -> "Rows":
        return Rows([self.texts[i] for i in rows], self.names, self.given[list(rows)], self.sizes)

    def tokens(self, encoder: Encoder) -> list[list[int]]:
        """Of texts, or of pairs as one sequence each."""
        if not self.texts:
            return []
        if len(self.texts[0]) == 1:
            return encoder.tokenize([text for (text,) in self.texts])
        return encoder.tokenize_pairs([(t[0], t[1]) for t in self.texts])


@dataclass(frozen=True)
class Facts:
    """What a manifest says besides what was found."""

    task: str
    names: list[str]  # of the classes
    sizes: dict[str, int]  # file -> rows
    tuning: Config
    date: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """A trained model before it is written."""

    head: Linear
    changes: finetune.Changes
    mood: Linear | None  # sentiment over the changed encoder, for the message path
    temperature: float
    threshold: float
    metrics: dict[str, float]
    dtype: Dtype  # of the encoder that the metrics are of
    training_dtype: Dtype
    care: Trained | None = None  # over the changed encoder, for the message path


def read(task: str, sources: Sequence[Path], names: Mapping[str, str]) -> Rows:
    """The labelled rows of some files. Raises BadData for what nothing can be learnt from."""
    kind = kinds.KINDS["pairs" if task == "pairs" else "text"].renamed(dict(names))
    tables = [files.read(source, kind.columns) for source in sources]
    rows = [row.values for table in tables for row in table.rows]
    rows = [row for row in rows if row["label"] and all(row[name].strip() for name in kind.texts)]
    if task == "sentiment":
        rows = [row | {"label": SENTIMENTS.get(row["label"], row["label"])} for row in rows]
    sizes = Counter(row["label"] for row in rows)
    if len(sizes) < 2:
        told = ", ".join(map(str, sources))
        only = f"only the class {next(iter(sizes))!r}" if sizes else "no row with text and label"
        raise BadData(f"{told}: {only}; it takes texts of at least two classes")
    classes = sorted(sizes)
    return Rows(
        [tuple(row[name] for name in kind.texts) for row in rows],
        classes,
        torch.tensor([classes.index(row["label"]) for row in rows]),
        {table.path.name: len(table.rows) for table in tables},
    )


def lonely(rows: Rows) -> list[str]:
    """Classes of a single row: learnt from, but nothing can check them."""
    sizes = torch.bincount(rows.given, minlength=len(rows.names)).tolist()
    return [name for name, size in zip(rows.names, sizes, strict=True) if size == 1]


def train(
    task: str, rows: Rows, options: Options, base: Path, keep: Path | None = None,
    watch: Watch | None = None,
) -> Found:  # fmt: skip
    """Learn from all rows but a validation part, which chooses the epoch and calibrates.

    `keep` holds checkpoints: an interrupted run goes on from there. `watch` hears each epoch's
    accuracy; what it raises ends the training.
    """
    learn, check = (rows.some(part) for part in _parts(rows, options))
    if options.denoise:
        learn = denoised(learn, options, base, keep)
    if options.tuning.method == "head":
        return _head(task, learn, check, options, base, watch)
    return _adapter(task, learn, check, options, base, keep, watch)


def denoised(rows: Rows, options: Options, base: Path, keep: Path | None) -> Rows:
    """The validation part keeps its labels: what is mended must not be its own judge."""
    believed = [rows.names.index(name) for name in options.believed if name in rows.names]
    found = denoise.denoise(_seen(rows, Encoder(base)), rows.given, believed)
    done = f"{len(found.relabelled)} relabelled, {len(found.dropped)} dropped"
    told = denoise.report(found, [" / ".join(t) for t in rows.texts], rows.names, rows.given)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        file = keep.with_suffix(".denoised.jsonl")
        file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in told), "utf-8")
        done += f"; which: {file}"
    print(f"denoise: of {len(rows.texts)} rows {done}", file=sys.stderr)
    return replace(rows, given=found.labels).some(found.kept.tolist())


def _seen(rows: Rows, encoder: Encoder) -> torch.Tensor:
    """What a linear judge can tell classes by: a text's embedding; of a pair, how two compare.

    Product and distance, as of InferSent, https://arxiv.org/abs/1705.02364.
    """
    parts = [embedding.embed(encoder, texts) for texts in zip(*rows.texts, strict=True)]
    if len(parts) == 1:
        return parts[0]
    first, second = (normalize(part - part.mean(0)) for part in parts)
    return torch.cat([first * second, (first - second).abs()], 1)


def write(about: Facts, found: Found, base: Path, folder: Path) -> Manifest:
    """A bundle: adapter, head, manifest, card, and for intents the mood head over the adapter."""
    folder.mkdir(parents=True, exist_ok=True)
    of = describe.read(base)
    if found.changes:
        adapter = adapters.write(folder / adapters.FILE, found.changes, of)
        method = (
            f"{about.tuning.method} of rank {about.tuning.rank}, {about.tuning.epochs:g} epochs"
        )
    else:
        adapter = shipped()
        method = "logistic regression over the shipped encoder"
    common = {
        "base": of.name,
        "base_sha256": of.tie,
        "adapter_sha256": adapter.sha256,
        "seed": about.tuning.seed,
        "date": about.date,
        "data": about.sizes,
        "dtype": found.dtype,
        "training_dtype": found.training_dtype,
    }
    if found.mood:
        _write_mood(found.mood, common, folder / "sentiment")
    if found.care:
        _write_care(found.care, common, folder / "care")
    manifest = heads.write(folder, found.head.weight, found.head.bias, common | {
        "task": about.task,
        "labels": about.names,
        "method": method,
        "temperature": found.temperature,
        "threshold": found.threshold,
        "metrics": found.metrics,
    })  # fmt: skip
    card.write(manifest, folder)
    return manifest


def _write_mood(mood: Linear, common: dict[str, object], folder: Path) -> None:
    shipped = heads.read_manifest(bundle.SENTIMENT)
    heads.write(folder, mood.weight, mood.bias, common | {
        "task": "sentiment",
        "labels": shipped.labels,
        "method": f"distilled from {shipped.version}",
        "temperature": shipped.temperature,
        "threshold": 0.0,
        "neutral": shipped.neutral,
        "metrics": {},
    })  # fmt: skip


def _write_care(trained: Trained, common: dict[str, object], folder: Path) -> None:
    heads.write(folder, trained.head.weight, trained.head.bias, common | {
        "task": care_head.NAME,
        "labels": care_head.LABELS,
        "method": "logistic regression over the changed encoder, on the shipped examples",
        "temperature": 1.0,
        "threshold": trained.threshold,
        "metrics": trained.metrics,
    })  # fmt: skip


def _parts(rows: Rows, options: Options) -> tuple[list[int], list[int]]:
    """Indices to learn from, indices to validate on; near-duplicates on one side."""
    groups = split.groups([[near_key(text) for text in texts] for texts in rows.texts])
    labels = [rows.names[i] for i in rows.given.tolist()]
    shares = Shares(100 - options.validate, options.validate, 0)
    parts = split.assign(groups, labels, shares, options.tuning.seed)
    learn = [i for i, part in enumerate(parts) if part == "train"]
    return learn, [i for i, part in enumerate(parts) if part != "train"]


def _head(
    task: str, learn: Rows, check: Rows, options: Options, base: Path, watch: Watch | None
) -> Found:
    """Over the shipped encoder, which the message path runs anyway."""
    encoder = Encoder(base, adapter=shipped())
    x, known = (
        embedding.encode(encoder, learn.tokens(encoder)),
        embedding.encode(encoder, check.tokens(encoder)),
    )
    weight = weights(learn, options)
    fitted = [regression.fit(x, learn.given, len(learn.names), c, weight) for c in CS]
    # By likelihood: a few rows are soon all right, and a timid head would win the draw.
    losses = [float(cross_entropy(head(known), check.given)) for head in fitted]
    best = fitted[losses.index(min(losses))] if len(check.texts) else fitted[len(CS) // 2]
    if watch and len(check.given):
        watch(_accuracy(best(known), check.given))
    tuned = Tuned({}, encoder.dtype, {task: best})
    return _found(task, tuned, encoder, best(known), check, options)


def _adapter(  # noqa: PLR0913 - all of it differs from call to call
    task: str, learn: Rows, check: Rows, options: Options, base: Path, keep: Path | None,
    watch: Watch | None,
) -> Found:  # fmt: skip
    encoder = Encoder(base)
    tokens = check.tokens(encoder)
    tasks = [_task(task, learn, encoder, options)]
    if options.message_path and task == "intent" and encoder.facts.tie == E5_SMALL.tie:
        tasks.append(_mood(learn, encoder))

    def score(trained: Encoder, heads_: Mapping[str, torch.nn.Module]) -> dict[str, float]:
        accuracy = _accuracy(heads_[task](embedding.encode(trained, tokens)), check.given)
        if watch:
            watch(accuracy)
        return {"accuracy": accuracy}

    tuned = finetune.tune(encoder, tasks, options.tuning, score if tokens else None, keep)
    adapted = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
    logits = tuned.heads[task](embedding.encode(adapted, tokens))
    found = _found(task, tuned, adapted, logits, check, options)
    if found.mood is None:
        return found
    return replace(found, care=care_head.train(adapted, _harmless(learn)))


def _harmless(rows: Rows) -> list[str]:
    """Texts that the shipped care head finds nothing in."""
    texts = [text for (text,) in rows.texts[:MOST_ORDINARY]]
    shipped = Classifier.load(bundle.CARE)
    scores = (
        1 - shipped.probabilities(shipped.logits(texts))[:, care_head.LABELS.index(care_head.NONE)]
    )
    limit = shipped.head.manifest.threshold
    return [text for text, score in zip(texts, scores.tolist(), strict=True) if score < limit]


def _task(name: str, rows: Rows, encoder: Encoder, options: Options) -> Task:
    loss = weighted(rows.given, weights(rows, options), options.smoothing)
    return Task(name, rows.tokens(encoder), len(rows.names), loss)


def _mood(rows: Rows, encoder: Encoder) -> Task:
    """The shipped mood head's own opinion of the same texts: it has to stay as it was."""
    shipped = Classifier.load(bundle.SENTIMENT)
    wanted = shipped.logits([text for (text,) in rows.texts]).softmax(1)
    return Task("sentiment", rows.tokens(encoder), 2, weighted(wanted, torch.ones(len(wanted))))


def weights(rows: Rows, options: Options) -> torch.Tensor:
    sizes = torch.bincount(rows.given, minlength=len(rows.names)).float()
    weights = (
        sizes.clamp_min(1).rsqrt()[rows.given] if options.balance else torch.ones(len(rows.given))
    )
    return weights / weights.mean()


def _found(
    task: str, tuned: Tuned, encoder: Encoder, logits: torch.Tensor, check: Rows, options: Options
) -> Found:  # fmt: skip
    heat = regression.temperature(logits, check.given) if len(check.given) >= FEWEST else 1.0
    sure, best = (logits / heat).softmax(1).max(1)
    own = torch.tensor([name not in STRANGERS for name in check.names])[check.given]
    threshold = float(sure[own].quantile(options.refuse_at_most)) if own.any() else 0.0
    guesses = [
        metrics.Guess(
            truth=FOREIGN if not is_own else check.names[t], named=check.names[b], confidence=c
        )
        for t, b, c, is_own in zip(
            check.given.tolist(), best.tolist(), sure.tolist(), own.tolist(), strict=True
        )
    ]
    names = {"accuracy", "macro_f1", "ece"}
    known = metrics.figures(guesses) if guesses else {}
    told = {
        f"validation_{n}": round(float(v), 4)
        for n, v in known.items()
        if n in names and v is not None
    }
    return Found(
        head=tuned.heads[task],
        changes=tuned.changes,
        mood=tuned.heads.get("sentiment") if task == "intent" else None,
        temperature=heat,
        threshold=round(threshold, 3),
        metrics=told | {"validation_n": len(guesses)},
        dtype=encoder.dtype,
        training_dtype=tuned.dtype,
    )


def _accuracy(logits: torch.Tensor, truth: torch.Tensor) -> float:
    return float((logits.argmax(1) == truth).float().mean())


def shipped() -> Adapter:
    return Adapter.load(bundle.INTENT / adapters.FILE, E5_SMALL)
