"""The tasks of an encoder with a head: how each reads its rows and trains on them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from models.encoder.embedding import ReportProgress
from models.encoder.heads import HeadManifest
from models.training import classification, head_bundle, labelled_rows
from models.training.clicks.rows import ClickRow, read_click_rows
from models.training.clicks.train import train_ctr
from models.training.head_bundle import BundleFacts, TrainingResult
from models.training.labelled_rows import LabelledRows
from models.training.names import EncoderTaskName
from models.training.options import ClassificationOptions, TrainingRun

Rows = TypeVar("Rows")

ReadRows = Callable[[Sequence[Path], Mapping[str, str], ReportProgress], Rows]


@dataclass(frozen=True)
class RowFacts:
    """What a manifest says of the rows, and all that a training takes from them."""

    labels: list[str]
    sizes: dict[str, int]  # file -> rows
    content: object  # equal for equal rows; its repr names all of them


@dataclass(frozen=True, kw_only=True)
class EncoderTask(Generic[Rows]):
    """How a model over the encoder is trained for one task."""

    name: EncoderTaskName
    read: ReadRows[Rows]  # files, our column names -> theirs, progress; raises BadData
    fit: Callable[[Rows, ClassificationOptions, TrainingRun], TrainingResult]
    describe: Callable[[Rows], RowFacts]

    def train(
        self, rows: Rows, options: ClassificationOptions, run: TrainingRun, folder: Path, date: str
    ) -> HeadManifest:
        """Train on the rows and write the bundle into `folder`."""
        facts = self.describe(rows)
        about = BundleFacts(self.name, facts.labels, facts.sizes, options.tuning, date)
        return head_bundle.write_bundle(about, self.fit(rows, options, run), run.base, folder)


def _describe_labelled(rows: LabelledRows) -> RowFacts:
    return RowFacts(rows.names, rows.sizes, (rows.texts, rows.names, rows.labels.tolist()))


def _describe_click_rows(rows: tuple[ClickRow, ...]) -> RowFacts:
    return RowFacts(["score"], dict(Counter(row.source for row in rows)), rows)


def _declare_classification(name: EncoderTaskName) -> EncoderTask[LabelledRows]:
    return EncoderTask(
        name=name,
        read=partial(labelled_rows.read_labelled_rows, name),
        fit=partial(classification.train_classifier, name),
        describe=_describe_labelled,
    )


ENCODER_TASKS: Mapping[EncoderTaskName, EncoderTask[Any]] = {
    "intent": _declare_classification("intent"),
    "sentiment": _declare_classification("sentiment"),
    "pairs": _declare_classification("pairs"),
    "ctr": EncoderTask(
        name="ctr", read=read_click_rows, fit=train_ctr, describe=_describe_click_rows
    ),
}
