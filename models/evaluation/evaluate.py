"""Judge a model by a file of labelled rows: `python -m models evaluate TASK --data FILE`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models import metrics
from models.data import files
from models.data.files import BadData, Table
from models.data.kinds import KINDS
from models.encoder import bundle, embedding
from models.encoder.classifier import Classifier
from models.encoder.heads import MANIFEST
from models.evaluation import plots, tables
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE, Taxonomy
from models.metrics import FOREIGN, Guess, clicks, pairs, retrieval
from models.metrics.bootstrap import Interval
from models.registry.registry import Registry

SENTIMENTS = {"0": "negative", "1": "positive"}
SAME = "1"  # the label of pairs that mean the same
STRANGERS = {FOREIGN, "oos", OUT_OF_SCOPE}  # names for "belongs to no class"
NO_SERVICE = STRANGERS | {CHITCHAT}  # nothing of customer service

SHIPPED = {
    "intent": bundle.INTENT,
    "sentiment": bundle.SENTIMENT,
    "retrieval": bundle.INTENT,
    "pairs": bundle.BENCHMARKS / "triclue",
    "ctr": bundle.MODELS / "ctr",
}

Figures = Mapping[str, float | int | None]


@dataclass(frozen=True)
class Verdict:
    """What a model is worth on a file."""

    figures: Figures
    intervals: Mapping[str, Interval | None]
    details: Sequence[tables.Table]
    draw: Callable[[Path], Sequence[Path]]  # pictures into a folder


def judge(
    task: str,
    file: Path,
    model: Classifier,
    nearest_in: Path | None = None,
    kinds: Taxonomy | None = None,
) -> Verdict:
    """`nearest_in` holds the sentences that retrieval looks for neighbours in; `kinds` is the
    model's own taxonomy, where it has one.

    Raises BadData for a file that can't be read or has labels the model doesn't know, and
    Unmeasurable for one that says nothing.
    """
    if task == "pairs":
        return _pairs(_rows(file, "pairs"), model)
    if task == "ctr":
        return _clicks(_rows(file, "ctr"), model)
    if task == "retrieval":
        if nearest_in is None:
            raise BadData("retrieval needs --corpus: the labelled sentences to look in")
        return _retrieval(_rows(file, "text"), _rows(nearest_in, "text"), model)
    return _classes(_rows(file, "text"), model, kinds or taxonomy.load())


def folder(task: str, model: str, registry: Path) -> Path:
    """Of a model by name: in the registry, among the benchmarks, or any folder with a bundle.

    The shipped one when `model` is empty. Raises RegistryFault for a name that nothing has.
    """
    if not model:
        return SHIPPED[task]
    for place in (Path(model), bundle.BENCHMARKS / model):
        if (place / MANIFEST).exists():
            return place
    return Registry(registry).find(model, "intent" if task == "retrieval" else task).folder


def guesses(
    rows: Sequence[tuple[str, str]], model: Classifier, names: Mapping[str, str]
) -> list[Guess]:
    """One guess a (text, label), its label translated by `names`."""
    probabilities = model.probabilities(model.logits([text for text, _ in rows]))
    labels = model.head.manifest.labels
    sure, best = probabilities.max(1)
    of_service = torch.tensor([label not in NO_SERVICE for label in labels])
    foreignness = 1 - probabilities[:, of_service].max(1).values
    threshold = model.head.manifest.threshold
    return [
        Guess(
            truth=names[label],
            named=labels[b],
            confidence=c,
            foreignness=f,
            refused=labels[b] in NO_SERVICE or c < threshold,
            asked_back=labels[b] == OUT_OF_SCOPE or c < threshold,
        )
        for (_, label), b, c, f in zip(
            rows, best.tolist(), sure.tolist(), foreignness.tolist(), strict=True
        )
    ]


def names(model: Classifier, kinds: Taxonomy | None = None) -> dict[str, str]:
    """What a file may call a label -> the model's label. Titles of `kinds` before the shipped."""
    labels = model.head.manifest.labels
    known = {label: label for label in labels} | dict.fromkeys(STRANGERS, FOREIGN)
    every = [*taxonomy.load().intents, *(kinds.intents if kinds else ())]
    titles = {kind.title: kind.id for kind in every if kind.id in labels}
    moods = {digit: mood for digit, mood in SENTIMENTS.items() if mood in labels}
    return known | titles | moods


def _classes(table: Table, model: Classifier, kinds: Taxonomy) -> Verdict:
    known = names(model, kinds)
    for row in table.rows:
        if row.values["label"] not in known:
            told = row.values["label"]
            raise BadData(
                f"{table.path}, line {row.line}: {model.head.manifest.version} knows no label "
                f"{told!r}; {FOREIGN} is for texts of no class"
            )
    rows = [(row.values["text"], row.values["label"]) for row in table.rows]
    found = guesses(rows, model, known)
    titles = {kind.id: kind.title for kind in kinds.intents}
    return Verdict(
        metrics.figures(found),
        metrics.intervals(found),
        (tables.by_class(found, titles), tables.confusions(found, [t for t, _ in rows], titles)),
        lambda folder: plots.classification(found, folder, titles),
    )


def _pairs(table: Table, model: Classifier) -> Verdict:
    two = [(row.values["sentence1"], row.values["sentence2"]) for row in table.rows]
    same = model.head.manifest.labels.index(SAME)
    likely = model.probabilities(model.pair_logits(two))[:, same].tolist()
    truth = [_whole(table, row.line, "label", row.values["label"]) for row in table.rows]
    sure = pairs.confidence(np.array(likely))
    right = (np.array(likely) > pairs.SAME) == (np.array(truth) == 1)
    return Verdict(
        pairs.figures(truth, likely),
        pairs.intervals(truth, likely),
        (),
        lambda folder: [plots.reliability(sure, right.astype(float), folder)],
    )


def _clicks(table: Table, model: Classifier) -> Verdict:
    scores = model.logits([row.values["headline"] for row in table.rows])[:, 0].tolist()
    shown = [
        clicks.Shown(
            row.values["test_id"],
            _whole(table, row.line, "impressions", row.values["impressions"]),
            _whole(table, row.line, "clicks", row.values["clicks"]),
            score,
        )
        for row, score in zip(table.rows, scores, strict=True)
    ]
    return Verdict(
        clicks.figures(shown), clicks.intervals(shown), (),
        lambda folder: [plots.click_rates(shown, folder)],
    )  # fmt: skip


def _retrieval(asked: Table, known: Table, model: Classifier) -> Verdict:
    """Neighbours by cosine of the embeddings that the message path computes anyway."""
    found, neighbours = (
        embedding.embed(model.encoder, [row.values["text"] for row in table.rows]).numpy()
        for table in (asked, known)
    )
    ranks = retrieval.first_right(
        found, [row.values["label"] for row in asked.rows],
        neighbours, [row.values["label"] for row in known.rows],
    )  # fmt: skip
    return Verdict(retrieval.figures(ranks), retrieval.intervals(ranks), (), lambda _: ())


def _rows(file: Path, kind: str) -> Table:
    columns = KINDS[kind].columns
    table = files.read(file, columns)
    for row in table.rows:
        missing = [name for name, value in row.values.items() if not value.strip()]
        if missing:
            raise BadData(f"{file}, line {row.line}: no {' and no '.join(missing)}")
    return table


def _whole(table: Table, line: int, name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise BadData(f"{table.path}, line {line}: {name} {value!r} is no whole number") from None
