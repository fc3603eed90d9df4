"""Trains intents from labelled rows in addition to the shipped intents.

A label may be the id or title of a shipped intent. A label whose rows the shipped model mostly
assigns to one intent becomes that intent's title, and its rows more examples of it. Any other label
is a new intent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import embedding, heads, regression
from models.encoder.bundle import INTENT
from models.encoder.classifier import HeadClassifier
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.heads import HeadManifest
from models.encoder.regression import ChoiceEmbeddings, LabelledEmbeddings, Linear
from models.intent import own, taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.training import classification, fewshot_card
from models.training.classification import BundleFacts, ClassificationOptions, LabelledRows
from models.training.fewshot import deal_folds, load_shipped

MOSTLY = 0.5  # share of a label's rows above which the shipped model's intent is the label's
ANCHORS = 12  # examples a shipped intent that keep its predictions, when only the head is trained
REHEARSED = 16  # examples a shipped intent in the training, when the encoder is trained too
NEARNESS = 3e-3
WEIGHTS = (3.0, 10.0, 30.0)  # of a row; an anchor: 1
CHANGED_AT_MOST = 0.02  # share of the anchors whose predicted intent may change


@dataclass(frozen=True)
class PlacedRows:
    """Rows labelled by intent ids; `titles`: id of a shipped intent -> the label that became it."""

    rows: list[LabelledText]
    titles: dict[str, str]

    @property
    def ids(self) -> list[str]:
        """Distinct intent ids of the rows, in their order."""
        return list(dict.fromkeys(row.label for row in self.rows))


def place_labels(rows: Sequence[LabelledText], predicted_intents: Sequence[str]) -> PlacedRows:
    """Map each label to a shipped intent or a new one. `predicted_intents`: by row, the shipped
    model's. No two labels are mapped to the same intent, unless they are its id and title.
    """
    kinds = taxonomy.load_taxonomy()
    intent_ids = {name: kind.id for kind in kinds.intents for name in (kind.id, kind.title)}
    sizes = Counter(row.label for row in rows)
    places = {label: intent_ids[label] for label in sizes if label in intent_ids}
    titles: dict[str, str] = {}
    for label, size in sizes.most_common():
        if label in places:
            continue
        prediction_counts = Counter(
            n for row, n in zip(rows, predicted_intents, strict=True) if row.label == label
        )
        likest, times = prediction_counts.most_common(1)[0]
        free = likest not in {*places.values(), CHITCHAT, OUT_OF_SCOPE}
        if free and times > MOSTLY * size:
            places[label] = likest
            titles[likest] = label
        else:
            places[label] = label
    return PlacedRows([LabelledText(row.text, places[row.label]) for row in rows], titles)


def train_head(
    rows: LabelledRows,
    options: ClassificationOptions,
    base: Path,
    date: str,
    folder: Path,
    progress: ReportProgress = ignore_progress,
) -> HeadManifest:
    """Fit the shipped head to the rows too, over the shipped encoder, and write the bundle.

    Examples of the shipped intents keep their predictions. The weight of a row is chosen by
    cross-validation among those that change at most CHANGED_AT_MOST of these.
    """
    model = load_shipped(base)
    if options.denoise:
        rows = classification.denoise_rows(rows, options, base, None)
    labelled_texts = _to_labelled_texts(rows)
    x = embedding.embed_texts(model.encoder, [row.text for row in labelled_texts], progress)
    placed = _place_by_model(labelled_texts, model, x)
    before = model.head.manifest
    new = [label for label in placed.ids if label not in before.labels]
    labels = [*before.labels, *new]
    _report_placement(placed, new, progress)
    anchors = _build_anchors(model, labels, {row.text for row in labelled_texts}, progress)
    fits = torch.zeros(len(x), len(labels), dtype=torch.bool)
    fits[torch.arange(len(x)), [labels.index(row.label) for row in placed.rows]] = True
    begin = _widen_head(Linear(model.head.weight, model.head.bias), len(new))
    fitted_heads = [_fit_and_cross_validate(begin, anchors, x, fits, weight) for weight in WEIGHTS]
    best = max(fitted_heads, key=lambda each: (each.allowed, each.accuracy, -each.changed_share))
    manifest = heads.write_head(folder, best.head.weight, best.head.bias, {
        "task": "intent", "labels": labels, "base": before.base, "base_sha256": before.base_sha256,
        "method": f"{len(placed.ids)} labels by logistic regression near {before.version}",
        "seed": 0, "date": date, "data": rows.sizes, "temperature": before.temperature,
        "threshold": before.threshold, "adapter_sha256": before.adapter_sha256,
        "metrics": {"own_held_out_accuracy": best.accuracy, "shipped_changed": best.changed_share},
        "dtype": model.encoder.dtype, "training_dtype": model.encoder.dtype,
    })  # fmt: skip
    own.write_own_taxonomy(labels, folder, placed.titles)
    kinds = taxonomy.load_taxonomy(
        folder / taxonomy.NAME if new or placed.titles else taxonomy.FILE
    )
    right = _count_right(placed, best.right)
    card = fewshot_card.render_card(manifest, kinds, right, before.version)
    (folder / fewshot_card.NAME).write_text(card, encoding="utf-8")
    return manifest


def train_adapter(  # noqa: PLR0913 - all of it differs from call to call
    rows: LabelledRows,
    options: ClassificationOptions,
    base: Path,
    date: str,
    folder: Path,
    checkpoint_dir: Path | None,
    progress: ReportProgress = ignore_progress,
    examples_per_intent: int = REHEARSED,
) -> HeadManifest:
    """Train an adapter and heads on the rows and on `examples_per_intent` examples of each shipped
    intent; write the bundle.
    """
    labelled_texts = _to_labelled_texts(rows)
    model = load_shipped(base)
    placed = _place_by_model(
        labelled_texts,
        model,
        embedding.embed_texts(model.encoder, [row.text for row in labelled_texts], progress),
    )
    shipped_labels = model.head.manifest.labels
    new = [label for label in placed.ids if label not in shipped_labels]
    _report_placement(placed, new, progress)
    texts = {row.text for row in labelled_texts}
    again = [row for row in _shipped_examples(examples_per_intent) if row.text not in texts]
    every = [*placed.rows, *again]
    names = [*shipped_labels, *new]
    both = LabelledRows(
        [(row.text,) for row in every],
        names,
        torch.tensor([names.index(row.label) for row in every]),
        rows.sizes | {"shipped_examples": len(again)},
    )
    options_with_trust = replace(options, trusted_labels=(*options.trusted_labels, *shipped_labels))
    result = classification.train_classifier(
        "intent", both, options_with_trust, base, checkpoint_dir
    )
    about = BundleFacts("intent", names, both.sizes, options.tuning, date)
    manifest = classification.write_bundle(about, result, base, folder)
    own.write_own_taxonomy(names, folder, placed.titles)
    return manifest


@dataclass(frozen=True)
class _FittedHead:
    """A head fitted with one weight of rows, and its cross-validated figures."""

    head: Linear
    right: torch.Tensor  # (n,) bool, whether the row was recognised when held out
    changed_share: float  # share of the anchors whose predicted intent changed

    @property
    def accuracy(self) -> float:
        return round(float(self.right.float().mean()), 4)

    @property
    def allowed(self) -> bool:
        return self.changed_share <= CHANGED_AT_MOST


def _fit_and_cross_validate(
    begin: Linear, anchors: LabelledEmbeddings, x: torch.Tensor, fits: torch.Tensor, weight: float
) -> _FittedHead:
    def fit_head(is_chosen: torch.Tensor) -> Linear:
        few = ChoiceEmbeddings(
            x[is_chosen], fits[is_chosen], torch.full((int(is_chosen.sum()),), weight)
        )
        return regression.fit_near(begin, anchors, few, NEARNESS, NEARNESS)

    labels = fits.float().argmax(1)
    parts = deal_folds(labels)
    right = torch.zeros(len(x), dtype=torch.bool)
    for part in range(int(parts.max()) + 1):
        out = parts == part
        right[out] = fit_head(~out)(x[out]).argmax(1) == labels[out]
    head = fit_head(torch.ones(len(x), dtype=torch.bool))
    same = head(anchors.x).argmax(1) == begin(anchors.x).argmax(1)
    return _FittedHead(head, right, round(1 - float(same.float().mean()), 4))


def _build_anchors(
    model: HeadClassifier, labels: Sequence[str], without: set[str], progress: ReportProgress
) -> LabelledEmbeddings:
    """Embeddings of shipped intents' examples, with the shipped head's probabilities as targets."""
    texts = [row.text for row in _shipped_examples(ANCHORS) if row.text not in without]
    x = embedding.embed_texts(model.encoder, texts, progress)
    target = torch.zeros(len(x), len(labels))
    target[:, : len(model.head.manifest.labels)] = model.head.logits(x).softmax(1)
    return LabelledEmbeddings(x, target, torch.ones(len(x)))


def _shipped_examples(most: int) -> list[LabelledText]:
    """Up to `most` examples of each shipped intent: examples.jsonl first, then the taxonomy's."""
    more = corpus.read_labelled_texts(INTENT / "examples.jsonl")
    rows = [
        *more,
        *(
            LabelledText(text, k.id)
            for k in taxonomy.load_taxonomy().intents
            for text in k.examples
        ),
    ]
    count_by_label: Counter[str] = Counter()
    examples = []
    for row in rows:
        count_by_label[row.label] += 1
        if count_by_label[row.label] <= most:
            examples.append(row)
    return examples


def _to_labelled_texts(rows: LabelledRows) -> list[LabelledText]:
    names = [rows.names[i] for i in rows.labels.tolist()]
    return [LabelledText(text, name) for (text, *_), name in zip(rows.texts, names, strict=True)]


def _place_by_model(
    labelled_texts: Sequence[LabelledText], model: HeadClassifier, x: torch.Tensor
) -> PlacedRows:
    labels = model.head.manifest.labels
    return place_labels(
        labelled_texts, [labels[i] for i in model.head.logits(x).argmax(1).tolist()]
    )


def _widen_head(head: Linear, more: int) -> Linear:
    """The head with `more` rows of zeros, whose bias is the smallest of the head's."""
    weight = torch.cat([head.weight, torch.zeros(more, head.weight.shape[1])])
    return Linear(weight, torch.cat([head.bias, torch.full((more,), float(head.bias.min()))]))


def _count_right(placed: PlacedRows, right: torch.Tensor) -> Mapping[str, tuple[int, int]]:
    right_by_label: Counter[str] = Counter()
    for row, hit in zip(placed.rows, right.tolist(), strict=True):
        right_by_label[row.label] += hit
    sizes = Counter(row.label for row in placed.rows)
    return {label: (right_by_label[label], sizes[label]) for label in placed.ids}


def _report_placement(placed: PlacedRows, new: Iterable[str], progress: ReportProgress) -> None:
    for intent, label in placed.titles.items():
        progress(
            f"{label!r} is what the shipped model knows as {intent}: its rows are examples of that"
        )
    for label in new:
        progress(f"{label!r} is a new intent beside the shipped ones")
