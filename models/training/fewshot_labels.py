"""Trains intents from labelled rows in addition to the shipped intents."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch

from models.encoder import embedding, heads
from models.encoder.bundle import load_taxonomy_of
from models.encoder.heads import HeadManifest
from models.intent import own
from models.training import classification, fewshot_card, head_bundle, widened_head
from models.training.denoise import denoise_rows
from models.training.fewshot import load_shipped
from models.training.head_bundle import BundleFacts
from models.training.label_placement import PlacedRows, place_by_model
from models.training.labelled_rows import LabelledRows
from models.training.options import ClassificationOptions, TrainingRun
from models.training.widened_head import ANCHORS

REHEARSED = 16  # examples a shipped intent in the training, when the encoder is trained too


def train_head(
    rows: LabelledRows,
    options: ClassificationOptions,
    run: TrainingRun,
    folder: Path,
    date: str,
    *,
    examples_per_intent: int = ANCHORS,
) -> HeadManifest:
    """Fit the shipped head to the rows too, over the shipped encoder, and write the bundle.

    `examples_per_intent` examples of each shipped intent keep it as it is.
    """
    model = load_shipped(run.base)
    if options.denoise:
        rows = denoise_rows(rows, options.trusted_labels, run)
    texts = rows.labelled_texts()
    x = embedding.embed_texts(model.encoder, [row.text for row in texts], run.progress)
    placed = place_by_model(texts, model, x, run.progress)
    before = model.head.manifest
    labels = [*before.labels, *placed.new_ids(before.labels)]
    anchors = widened_head.build_anchors(
        model, labels, placed.rows, run.progress, examples_per_intent
    )
    best = widened_head.fit_widened_head(model, labels, placed.rows, x, anchors)
    manifest = heads.write_head(folder, best.head.weight, best.head.bias, {
        "task": "intent", "labels": labels, "base": before.base, "base_sha256": before.base_sha256,
        "method": f"{len(placed.ids)} labels by logistic regression near {before.version}",
        "seed": 0, "date": date, "data": rows.sizes, "temperature": before.temperature,
        "threshold": before.threshold, "adapter_sha256": before.adapter_sha256,
        "metrics": {"own_held_out_accuracy": best.accuracy, "shipped_changed": best.changed_share},
        "dtype": model.encoder.dtype, "training_dtype": model.encoder.dtype,
    })  # fmt: skip
    own.write_own_taxonomy(labels, folder, placed.titles)
    right = _count_right(placed, best.right)
    fewshot_card.write_card(folder, manifest, load_taxonomy_of(folder), right, before.version)
    return manifest


def train_adapter(
    rows: LabelledRows,
    options: ClassificationOptions,
    run: TrainingRun,
    folder: Path,
    date: str,
    *,
    examples_per_intent: int = REHEARSED,
) -> HeadManifest:
    """Train an adapter and heads on the rows and on `examples_per_intent` examples of each shipped
    intent; write the bundle.
    """
    model = load_shipped(run.base)
    texts = rows.labelled_texts()
    x = embedding.embed_texts(model.encoder, [row.text for row in texts], run.progress)
    placed = place_by_model(texts, model, x, run.progress)
    shipped = model.head.manifest.labels
    both = _add_shipped_examples(rows, placed, shipped, examples_per_intent)
    trusting = replace(options, trusted_labels=(*options.trusted_labels, *shipped))
    result = classification.train_classifier("intent", both, trusting, run)
    about = BundleFacts("intent", both.names, both.sizes, options.tuning, date)
    manifest = head_bundle.write_bundle(about, result, run.base, folder)
    own.write_own_taxonomy(both.names, folder, placed.titles)
    return manifest


def _add_shipped_examples(
    rows: LabelledRows, placed: PlacedRows, shipped: list[str], examples_per_intent: int
) -> LabelledRows:
    """The placed rows, and examples of the shipped intents that aren't among them."""
    texts = {row.text for row in placed.rows}
    examples = widened_head.list_shipped_examples(examples_per_intent)
    again = [row for row in examples if row.text not in texts]
    every = [*placed.rows, *again]
    names = [*shipped, *placed.new_ids(shipped)]
    return LabelledRows(
        [(row.text,) for row in every],
        names,
        torch.tensor([names.index(row.label) for row in every]),
        rows.sizes | {"shipped_examples": len(again)},
    )


def _count_right(placed: PlacedRows, right: torch.Tensor) -> Mapping[str, tuple[int, int]]:
    right_by_label: Counter[str] = Counter()
    for row, hit in zip(placed.rows, right.tolist(), strict=True):
        right_by_label[row.label] += hit
    sizes = Counter(row.label for row in placed.rows)
    return {label: (right_by_label[label], sizes[label]) for label in placed.ids}
