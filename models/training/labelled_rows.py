"""Reads and splits the rows of a classification: labelled texts, or pairs of texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.data import files, kinds, split
from models.data.corpus import LabelledText
from models.data.files import BadData
from models.data.labels import SENTIMENTS
from models.data.normalise import near_key
from models.data.split import Shares
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.encoder import Encoder


@dataclass(frozen=True)
class LabelledRows:
    """Labelled texts or pairs, and how many rows each file gave."""

    texts: list[tuple[str, ...]]  # one text, or the two of a pair
    names: list[str]  # of the classes
    labels: torch.Tensor  # (n,), index into names
    sizes: dict[str, int]  # file -> rows

    def select(self, rows: Sequence[int]) -> "LabelledRows":
        """The rows with these indices; the classes stay."""
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

    def labelled_texts(self) -> list[LabelledText]:
        """The rows' texts with the names of their classes; of a pair the first text."""
        names = [self.names[i] for i in self.labels.tolist()]
        return [
            LabelledText(text, name) for (text, *_), name in zip(self.texts, names, strict=True)
        ]

    def singleton_classes(self) -> list[str]:
        """Names of classes with a single row, which no validation row can check."""
        sizes = torch.bincount(self.labels, minlength=len(self.names)).tolist()
        return [name for name, size in zip(self.names, sizes, strict=True) if size == 1]


def read_labelled_rows(
    task: str,
    sources: Sequence[Path],
    columns: Mapping[str, str],
    progress: ReportProgress = ignore_progress,
) -> LabelledRows:
    """Read labelled rows; rows without text or label are left out.

    `columns` maps our column names to the files'; `progress` is told of classes with a single row.
    Raises BadData for a file that can't be read, and for fewer than two classes.
    """
    kind = kinds.KINDS["pairs" if task == "pairs" else "text"].renamed(dict(columns))
    tables = [files.read_table(source, kind.columns) for source in sources]
    values = [row.values for table in tables for row in table.rows]
    values = [row for row in values if row["label"] and all(row[n].strip() for n in kind.texts)]
    labels = [row["label"] for row in values]
    if task == "sentiment":
        labels = [SENTIMENTS.get(label, label) for label in labels]
    classes = sorted(_check_classes(labels, sources))
    rows = LabelledRows(
        [tuple(row[name] for name in kind.texts) for row in values],
        classes,
        torch.tensor([classes.index(label) for label in labels]),
        {table.path.name: len(table.rows) for table in tables},
    )
    for name in rows.singleton_classes():
        progress(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
    return rows


def split_rows(rows: LabelledRows, validate: int, seed: int) -> tuple[LabelledRows, LabelledRows]:
    """Rows for training, and `validate` percent for validation; near-duplicates stay together."""
    groups = split.group_rows([[near_key(text) for text in texts] for texts in rows.texts])
    labels = [rows.names[i] for i in rows.labels.tolist()]
    parts = split.assign_parts(groups, labels, Shares(100 - validate, validate, 0), seed)
    learn = [i for i, part in enumerate(parts) if part == "train"]
    check = [i for i, part in enumerate(parts) if part != "train"]
    return rows.select(learn), rows.select(check)


def weigh_rows(rows: LabelledRows, *, balance: bool) -> torch.Tensor:
    """Weights of the rows, (n,) of mean 1; with `balance` one over the root of the class's size."""
    if not balance:
        return torch.ones(len(rows.labels))
    sizes = torch.bincount(rows.labels, minlength=len(rows.names)).float()
    weights = sizes.clamp_min(1).rsqrt()[rows.labels]
    return weights / weights.mean()


def _check_classes(labels: Sequence[str], sources: Sequence[Path]) -> set[str]:
    """The classes. Raises BadData for fewer than two."""
    classes = set(labels)
    if len(classes) >= 2:
        return classes
    only = f"only the class {labels[0]!r}" if labels else "no row with text and label"
    names = ", ".join(map(str, sources))
    raise BadData(f"{names}: {only}; it takes texts of at least two classes")
