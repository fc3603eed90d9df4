"""Trains an operator's own intents from a few examples, over the frozen shipped encoder.

If the taxonomy extends the shipped one, only rows for new intents are fitted: the shipped rows
stay, and the shipped taxonomy's examples limit the new ones. Otherwise a plain logistic
regression. The settings are chosen by cross-validation over the examples.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from models.data.corpus import LabelledText
from models.encoder import bundle, embedding, heads, regression
from models.encoder.classifier import HeadClassifier
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.encoder import Encoder
from models.encoder.heads import Head, HeadManifest
from models.encoder.regression import Linear
from models.hub import describe
from models.intent import taxonomy
from models.intent.taxonomy import BadTaxonomy, Taxonomy
from models.training import fewshot_card, fewshot_rows
from models.training.fewshot_rows import FewshotExamples

FEWEST, BETTER = 2, 8  # examples an intent: required, recommended
FOLDS = 4
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)  # C in `fit_alone`
REFUSE_AT_MOST = 0.05  # share of the examples below the threshold, in `fit_alone`
TEXTS_AT_ONCE = 256


class BadExamples(BadTaxonomy):
    """An intent has too few examples, or two intents share one."""


@dataclass(frozen=True, kw_only=True)
class FewshotResult:
    """A head with its labels, calibration and cross-validated figures."""

    labels: list[str]
    head: Linear
    temperature: float
    threshold: float
    method: str
    data: dict[str, int]
    metrics: dict[str, float]
    right: Mapping[str, tuple[int, int]]  # own intent -> held-out examples recognised, and all


def train_fewshot(
    toml: Path,
    base: Path,
    date: str,
    folder: Path,
    extra: Sequence[LabelledText] | None = None,
    progress: ReportProgress = ignore_progress,
) -> HeadManifest:
    """Train the intents of the taxonomy `toml` and write their bundle to `folder`.

    `base`: folder of the converted weights. `extra`: more examples, labelled by the taxonomy's ids
    or titles. `progress` is told of intents with few examples. Raises BadTaxonomy (BadExamples),
    IncompatibleHead or IncompatibleAdapter.
    """
    kinds = taxonomy.load_taxonomy(toml)
    model = load_shipped(base)
    extending = set(model.head.manifest.labels) <= kinds.by_id.keys()
    learn = extend_shipped if extending else fit_alone
    result = learn(kinds, model, extra or (), progress)
    shipped = model.head.manifest
    manifest = heads.write_head(folder, result.head.weight, result.head.bias, {
        "task": "intent", "labels": result.labels, "base": shipped.base,
        "base_sha256": shipped.base_sha256, "method": result.method, "seed": 0,  # nothing is drawn
        "date": date, "data": result.data, "temperature": result.temperature,
        "threshold": result.threshold, "metrics": result.metrics,
        "adapter_sha256": shipped.adapter_sha256,
        "dtype": model.encoder.dtype, "training_dtype": model.encoder.dtype,
    })  # fmt: skip
    (folder / taxonomy.NAME).write_bytes(toml.read_bytes())
    fewshot_card.write_card(folder, manifest, kinds, result.right, shipped.version)
    return manifest


def extend_shipped(
    kinds: Taxonomy,
    model: HeadClassifier,
    extra: Iterable[LabelledText] = (),
    progress: ReportProgress = ignore_progress,
) -> FewshotResult:
    """Extend the shipped head by one row for each intent of `kinds` that it doesn't have.

    Raises BadExamples for too few examples, an example of two intents, or an unknown label.
    """
    shipped = model.head.manifest
    new = [kind.id for kind in kinds.intents if kind.id not in shipped.labels]
    rows = _collect_rows(kinds, extra)
    own = _check_examples([row for row in rows if row.label in new], new, progress)
    own_texts = {row.text for row in own}
    old = [row for row in rows if row.label not in new and row.text not in own_texts]
    x = _embed_rows(model, [*old, *own])
    labels = torch.tensor([0] * len(old) + [1 + new.index(row.label) for row in own])
    material = FewshotExamples.of(
        x, labels, model.head.logits(x), shipped.temperature, deal_folds(labels)
    )
    rows_result = fewshot_rows.choose_best_setting(material, len(new))
    return FewshotResult(
        labels=[*shipped.labels, *new],
        head=Linear(
            torch.cat([model.head.weight, rows_result.rows.weight]),
            torch.cat([model.head.bias, rows_result.rows.bias]),
        ),
        temperature=shipped.temperature,
        threshold=shipped.threshold,
        method=f"{len(new)} own intents by logistic regression beside {shipped.version}, "
        f"{rows_result.setting}",
        data={"own_examples": len(own), "shipped_examples": len(old)},
        metrics=rows_result.metrics,
        right=_count_right(
            new, labels[len(old) :] - 1, rows_result.predicted_classes[len(old) :] - 1
        ),
    )


def fit_alone(
    kinds: Taxonomy,
    model: HeadClassifier,
    extra: Iterable[LabelledText] = (),
    progress: ReportProgress = ignore_progress,
) -> FewshotResult:
    """Fit a head for the intents of `kinds` only. Raises BadExamples as `extend_shipped`, and for a
    single intent.
    """
    names = [kind.id for kind in kinds.intents]
    if len(names) < 2:
        raise BadExamples(
            f"{names[0]} is the only intent, and nothing to tell it from: add another, or begin "
            'the file with extends = "shipped"'
        )
    own = _check_examples(_collect_rows(kinds, extra), names, progress)
    x = _embed_rows(model, own)
    labels = torch.tensor([names.index(row.label) for row in own])
    logits_by_strength = {c: _held_out(x, labels, len(names), c) for c in STRENGTHS}
    c = min(logits_by_strength, key=lambda c: float(cross_entropy(logits_by_strength[c], labels)))
    temperature = regression.fit_temperature(logits_by_strength[c], labels)
    confidence, predicted_labels = (logits_by_strength[c] / temperature).softmax(1).max(1)
    return FewshotResult(
        labels=names,
        head=regression.fit_logistic(x, labels, len(names), c),
        temperature=temperature,
        threshold=round(float(confidence.quantile(REFUSE_AT_MOST)), 3),
        method=f"logistic regression over the embedding of {model.head.manifest.version}, C={c}",
        data={"own_examples": len(own)},
        metrics={"held_out_accuracy": round(float((predicted_labels == labels).float().mean()), 4)},
        right=_count_right(names, labels, predicted_labels),
    )


def load_shipped(base: Path) -> HeadClassifier:
    """The shipped intent head and encoder. Raises IncompatibleHead or IncompatibleAdapter."""
    facts = describe.read_base_facts(base)
    adapter = bundle.load_own_adapter(bundle.INTENT, facts)
    head = Head.load(bundle.INTENT, facts, adapter)
    return HeadClassifier(Encoder(base, adapter=adapter), head)


def _collect_rows(kinds: Taxonomy, extra: Iterable[LabelledText]) -> list[LabelledText]:
    """Distinct examples, labelled by intent id. Raises BadExamples for an unknown label."""
    extra_rows = list(extra)
    ids = {name: kind.id for kind in kinds.intents for name in (kind.title, kind.id)}
    taxonomy_rows = [
        LabelledText(text, kind.id) for kind in kinds.intents for text in kind.examples
    ]
    unknown = [row.label for row in extra_rows if row.label not in ids]
    if unknown:
        raise BadExamples(
            f"the taxonomy has no intent {unknown[0]!r}: write it into the file, or label its "
            "rows by the id or the title of one that is there"
        )
    rows = [LabelledText(row.text.strip(), ids[row.label]) for row in (*taxonomy_rows, *extra_rows)]
    return list(dict.fromkeys(row for row in rows if row.text))


def _check_examples(
    own: Sequence[LabelledText], names: Sequence[str], progress: ReportProgress
) -> Sequence[LabelledText]:
    counts = Counter(row.label for row in own)
    few = [f"{name} has {counts[name] or 'none'}" for name in names if counts[name] < FEWEST]
    if few:
        raise BadExamples(
            f"an intent needs {FEWEST} different examples at least, better {BETTER}: "
            f"{', '.join(few)}"
        )
    _check_unshared(own)
    for name in names:
        if counts[name] < BETTER:
            progress(f"intent {name} has {counts[name]} examples: {BETTER} or more are recommended")
    return own


def _check_unshared(own: Iterable[LabelledText]) -> None:
    labels: dict[str, str] = {}
    for row in own:
        if labels.setdefault(row.text, row.label) != row.label:
            raise BadExamples(
                f"{row.text!r} is an example of {labels[row.text]} and of {row.label}: "
                "leave it to one of them"
            )


def _embed_rows(model: HeadClassifier, rows: Sequence[LabelledText]) -> torch.Tensor:
    """Embeddings of the rows' texts, (n, H) fp32; shows a progress bar."""
    texts = [row.text for row in rows]
    parts = []
    with tqdm(total=len(texts), desc="embed", unit=" texts", disable=None, leave=False) as bar:
        for at in range(0, len(texts), TEXTS_AT_ONCE):
            parts.append(embedding.embed_texts(model.encoder, texts[at : at + TEXTS_AT_ONCE]))
            bar.update(len(parts[-1]))
    return torch.cat(parts)


def deal_folds(labels: torch.Tensor) -> torch.Tensor:
    """Fold of each row, (n,): each class is spread evenly, so no fold has all of a small one."""
    count_by_label: Counter[int] = Counter()
    folds = []
    for label in labels.tolist():
        folds.append(count_by_label[label] % FOLDS)
        count_by_label[label] += 1
    return torch.tensor(folds)


def _held_out(x: torch.Tensor, labels: torch.Tensor, classes: int, c: float) -> torch.Tensor:
    """Logits (n, C), each row from a head that wasn't trained on it."""
    folds = deal_folds(labels)
    logits = torch.empty(len(x), classes)
    for fold in range(int(folds.max()) + 1):
        inside = folds != fold
        logits[~inside] = regression.fit_logistic(x[inside], labels[inside], classes, c)(x[~inside])
    return logits


def _count_right(
    names: Sequence[str], labels: torch.Tensor, predicted_labels: torch.Tensor
) -> Mapping[str, tuple[int, int]]:
    of = {name: labels == number for number, name in enumerate(names)}
    return {
        name: (int((predicted_labels[these] == labels[these]).sum()), int(these.sum()))
        for name, these in of.items()
    }
