"""Evaluates a model on a file of labelled rows: `python -m models evaluate TASK --data FILE`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models import metrics
from models.data import files
from models.data.files import BadData, DataTable
from models.data.kinds import KINDS
from models.data.labels import OUT_OF_SCOPE_LABELS, SENTIMENTS
from models.encoder import bundle, embedding, heads
from models.encoder.classifier import HeadClassifier
from models.encoder.heads import MANIFEST
from models.evaluation import plots, tables
from models.intent import taxonomy
from models.intent.taxonomy import OUT_OF_SCOPE, Taxonomy
from models.metrics import OUT_OF_SCOPE_LABEL, Prediction, clicks, pairs, retrieval
from models.metrics.bootstrap import Interval
from models.registry.registry import Registry

SAME = "1"  # the label of pairs that mean the same
NOT_SERVICE = OUT_OF_SCOPE_LABELS | taxonomy.NO_SERVICE  # labels that aren't customer service

SHIPPED = {
    "intent": bundle.INTENT,
    "sentiment": bundle.SENTIMENT,
    "retrieval": bundle.INTENT,
    "pairs": bundle.BENCHMARKS / "triclue",
    "ctr": bundle.MODELS / "ctr",
}

Figures = Mapping[str, float | int | None]


@dataclass(frozen=True)
class EvaluationResult:
    """Figures of a model on a file, with intervals, tables and plots."""

    figures: Figures
    intervals: Mapping[str, Interval | None]
    details: Sequence[tables.ReportTable]
    draw: Callable[[Path], Sequence[Path]]  # writes plots into a folder and returns their paths


def evaluate_on_file(
    task: str,
    file: Path,
    model: HeadClassifier,
    nearest_in: Path | None = None,
    kinds: Taxonomy | None = None,
) -> EvaluationResult:
    """Evaluate `model` on `file`. `nearest_in`: for retrieval, the file of texts to search;
    `kinds`: the model's own taxonomy, None: the shipped one.

    Raises BadData for a file that can't be read or has unknown labels, and Unmeasurable when no
    figure is defined on it.
    """
    if task == "pairs":
        return _evaluate_pairs(_read_rows(file, "pairs"), model)
    if task == "ctr":
        return _evaluate_clicks(_read_rows(file, "ctr"), model)
    if task == "retrieval":
        if nearest_in is None:
            raise BadData("retrieval needs --corpus: the labelled sentences to look in")
        return _evaluate_retrieval(_read_rows(file, "text"), _read_rows(nearest_in, "text"), model)
    return _evaluate_classes(_read_rows(file, "text"), model, kinds or taxonomy.load_taxonomy())


def find_model_folder(task: str, model: str, registry: Path) -> Path:
    """The folder of `model`: a path to a bundle, a benchmark or a name in the registry; "": the
    shipped model of the task. Raises RegistryFault for an unknown name, BadData for a folder
    without a model or with one of another task.
    """
    if not model:
        return SHIPPED[task]
    for place in (Path(model), bundle.BENCHMARKS / model):
        if (place / MANIFEST).exists():
            if task != "retrieval":
                _check_task(place, task)
            return place
    if Path(model).is_dir():
        raise BadData(f"{model} holds no {MANIFEST}: name the folder of a trained model")
    return Registry(registry).find(model, "intent" if task == "retrieval" else task).folder


def _check_task(folder: Path, task: str) -> None:
    """Raises BadData when the model in `folder` is for another task."""
    manifest = heads.read_manifest(folder)
    if manifest.task != task:
        raise BadData(f"{manifest.version} is a model for {manifest.task}, not for {task}")


def predict_labels(
    rows: Sequence[tuple[str, str]], model: HeadClassifier, names: Mapping[str, str]
) -> list[Prediction]:
    """One prediction a row (text, label), whose label is translated by `names`."""
    probabilities = model.probabilities(model.logits([text for text, _ in rows]))
    labels = model.head.manifest.labels
    sure, best = probabilities.max(1)
    of_service = torch.tensor([label not in NOT_SERVICE for label in labels])
    foreignness = 1 - probabilities[:, of_service].max(1).values
    threshold = model.head.manifest.threshold
    return [
        Prediction(
            truth=names[label],
            answer=labels[b],
            confidence=c,
            foreignness=f,
            refused=labels[b] in NOT_SERVICE or c < threshold,
            asked_back=labels[b] == OUT_OF_SCOPE or c < threshold,
        )
        for (_, label), b, c, f in zip(
            rows, best.tolist(), sure.tolist(), foreignness.tolist(), strict=True
        )
    ]


def label_names(model: HeadClassifier, kinds: Taxonomy | None = None) -> dict[str, str]:
    """Label or title in a file -> the model's label; titles of `kinds` precede shipped ones."""
    labels = model.head.manifest.labels
    names_of_labels = {label: label for label in labels} | dict.fromkeys(
        OUT_OF_SCOPE_LABELS, OUT_OF_SCOPE_LABEL
    )
    every = [*taxonomy.load_taxonomy().intents, *(kinds.intents if kinds else ())]
    titles = {kind.title: kind.id for kind in every if kind.id in labels}
    moods = {digit: mood for digit, mood in SENTIMENTS.items() if mood in labels}
    return names_of_labels | titles | moods


def _evaluate_classes(table: DataTable, model: HeadClassifier, kinds: Taxonomy) -> EvaluationResult:
    model_labels = label_names(model, kinds)
    for row in table.rows:
        if row.values["label"] not in model_labels:
            unknown_label = row.values["label"]
            raise BadData(
                f"{table.path}, line {row.line}: {model.head.manifest.version} knows no label "
                f"{unknown_label!r}; {OUT_OF_SCOPE_LABEL} is for texts of no class"
            )
    rows = [(row.values["text"], row.values["label"]) for row in table.rows]
    predictions = predict_labels(rows, model, model_labels)
    titles = {kind.id: kind.title for kind in kinds.intents}
    return EvaluationResult(
        metrics.figures(predictions),
        metrics.intervals(predictions),
        (
            tables.by_class_table(predictions, titles),
            tables.confusions_table(predictions, [t for t, _ in rows], titles),
        ),
        lambda folder: plots.draw_classification(predictions, folder, titles),
    )


def _evaluate_pairs(table: DataTable, model: HeadClassifier) -> EvaluationResult:
    two = [(row.values["sentence1"], row.values["sentence2"]) for row in table.rows]
    same = model.head.manifest.labels.index(SAME)
    likely = model.probabilities(model.pair_logits(two))[:, same].tolist()
    truth = [
        _parse_whole_number(table, row.line, "label", row.values["label"]) for row in table.rows
    ]
    sure = pairs.answer_confidence(np.array(likely))
    right = (np.array(likely) > pairs.SAME) == (np.array(truth) == 1)
    return EvaluationResult(
        pairs.figures(truth, likely),
        pairs.intervals(truth, likely),
        (),
        lambda folder: [plots.draw_reliability(sure, right.astype(float), folder)],
    )


def _evaluate_clicks(table: DataTable, model: HeadClassifier) -> EvaluationResult:
    scores = model.logits([row.values["headline"] for row in table.rows])[:, 0].tolist()
    headlines = [
        clicks.ShownHeadline(
            row.values["test_id"],
            _parse_whole_number(table, row.line, "impressions", row.values["impressions"]),
            _parse_whole_number(table, row.line, "clicks", row.values["clicks"]),
            score,
        )
        for row, score in zip(table.rows, scores, strict=True)
    ]
    return EvaluationResult(
        clicks.figures(headlines), clicks.intervals(headlines), (),
        lambda folder: [plots.draw_click_rates(headlines, folder)],
    )  # fmt: skip


def _evaluate_retrieval(
    query_table: DataTable, corpus_table: DataTable, model: HeadClassifier
) -> EvaluationResult:
    """Evaluate neighbours by the cosine of the model's embeddings."""
    query_embeddings, neighbours = (
        embedding.embed_texts(model.encoder, [row.values["text"] for row in table.rows]).numpy()
        for table in (query_table, corpus_table)
    )
    ranks = retrieval.first_right_ranks(
        query_embeddings, [row.values["label"] for row in query_table.rows],
        neighbours, [row.values["label"] for row in corpus_table.rows],
    )  # fmt: skip
    return EvaluationResult(retrieval.figures(ranks), retrieval.intervals(ranks), (), lambda _: ())


def _read_rows(file: Path, kind: str) -> DataTable:
    columns = KINDS[kind].columns
    table = files.read_table(file, columns)
    for row in table.rows:
        missing = [name for name, value in row.values.items() if not value.strip()]
        if missing:
            raise BadData(f"{file}, line {row.line}: no {' and no '.join(missing)}")
    return table


def _parse_whole_number(table: DataTable, line: int, name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise BadData(f"{table.path}, line {line}: {name} {value!r} is no whole number") from None
