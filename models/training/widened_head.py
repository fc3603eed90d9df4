"""Widens the shipped intent head by new labels; the shipped intents keep their predictions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import embedding, regression
from models.encoder.bundle import INTENT
from models.encoder.classifier import HeadClassifier
from models.encoder.embedding import ReportProgress
from models.encoder.regression import ChoiceEmbeddings, LabelledEmbeddings, Linear
from models.intent import taxonomy
from models.training.fewshot import deal_folds

ANCHORS = 12  # examples a shipped intent that keep their predictions
NEARNESS = 3e-3
WEIGHTS = (3.0, 10.0, 30.0)  # of a row; an anchor: 1
CHANGED_AT_MOST = 0.02  # share of the anchors whose predicted intent may change


@dataclass(frozen=True)
class WidenedHead:
    """A head fitted with one weight of rows, and its cross-validated figures."""

    head: Linear
    right: torch.Tensor  # (n,) bool, whether the row was recognised when held out
    changed_share: float  # share of the anchors whose predicted intent changed

    @property
    def accuracy(self) -> float:
        """The share of rows that were recognised when held out."""
        return round(float(self.right.float().mean()), 4)

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Greater is better: few changed anchors, then accuracy."""
        return self.changed_share <= CHANGED_AT_MOST, self.accuracy, -self.changed_share


def fit_widened_head(
    model: HeadClassifier,
    labels: Sequence[str],
    rows: Sequence[LabelledText],
    x: torch.Tensor,
    anchors: LabelledEmbeddings,
) -> WidenedHead:
    """Fit the shipped head to rows with embeddings `x` (n, H) too.

    `labels` are the shipped ones, then the new ones; `anchors` are from `build_anchors`. The weight
    of a row is chosen by cross-validation among those that change at most CHANGED_AT_MOST of the
    anchors.
    """
    fits = torch.zeros(len(x), len(labels), dtype=torch.bool)
    fits[torch.arange(len(x)), [labels.index(row.label) for row in rows]] = True
    shipped = Linear(model.head.weight, model.head.bias)
    begin = _widen_head(shipped, len(labels) - len(model.head.manifest.labels))
    fitted = [_fit_and_cross_validate(begin, anchors, x, fits, weight) for weight in WEIGHTS]
    return max(fitted, key=lambda head: head.rank)


def list_shipped_examples(most: int) -> list[LabelledText]:
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


def _fit_and_cross_validate(
    begin: Linear, anchors: LabelledEmbeddings, x: torch.Tensor, fits: torch.Tensor, weight: float
) -> WidenedHead:
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
    return WidenedHead(head, right, round(1 - float(same.float().mean()), 4))


def build_anchors(
    model: HeadClassifier,
    labels: Sequence[str],
    rows: Sequence[LabelledText],
    progress: ReportProgress,
    examples_per_intent: int = ANCHORS,
) -> LabelledEmbeddings:
    """Embeddings of the shipped intents' examples that aren't among `rows`, with the shipped head's
    probabilities as targets.
    """
    without = {row.text for row in rows}
    examples = list_shipped_examples(examples_per_intent)
    texts = [row.text for row in examples if row.text not in without]
    x = embedding.embed_texts(model.encoder, texts, progress)
    target = torch.zeros(len(x), len(labels))
    target[:, : len(model.head.manifest.labels)] = model.head.logits(x).softmax(1)
    return LabelledEmbeddings(x, target, torch.ones(len(x)))


def _widen_head(head: Linear, more: int) -> Linear:
    """The head with `more` rows of zeros, whose bias is the smallest of the head's."""
    weight = torch.cat([head.weight, torch.zeros(more, head.weight.shape[1])])
    return Linear(weight, torch.cat([head.bias, torch.full((more,), float(head.bias.min()))]))
