"""Maps the labels of a user's rows to shipped intents, by what the shipped model predicts.

A label may be the id or title of a shipped intent. A label whose rows the shipped model mostly
assigns to one intent becomes that intent's title, and its rows more examples of it. Any other label
is a new intent.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from models.data.corpus import LabelledText
from models.encoder.classifier import HeadClassifier
from models.encoder.embedding import ReportProgress
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE

MOSTLY = 0.5  # share of a label's rows above which the shipped model's intent is the label's


@dataclass(frozen=True)
class PlacedRows:
    """Rows labelled by intent ids; `titles`: id of a shipped intent -> the label that became it."""

    rows: list[LabelledText]
    titles: dict[str, str]

    @property
    def ids(self) -> list[str]:
        """Distinct intent ids of the rows, in their order."""
        return list(dict.fromkeys(row.label for row in self.rows))

    def new_ids(self, shipped: Sequence[str]) -> list[str]:
        """The ids that the shipped labels don't have."""
        return [label for label in self.ids if label not in shipped]


def place_by_model(
    rows: Sequence[LabelledText], model: HeadClassifier, x: torch.Tensor, progress: ReportProgress
) -> PlacedRows:
    """Place rows by the shipped model's intents of their embeddings `x` (n, H); `progress` is told
    of each label's place.
    """
    labels = model.head.manifest.labels
    predicted = model.head.logits(x).argmax(1).tolist()
    placed = place_labels(rows, [labels[i] for i in predicted])
    for intent, label in placed.titles.items():
        progress(
            f"{label!r} is what the shipped model knows as {intent}: its rows are examples of that"
        )
    for label in placed.new_ids(labels):
        progress(f"{label!r} is a new intent beside the shipped ones")
    return placed


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
