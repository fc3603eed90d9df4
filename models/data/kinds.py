"""The kinds of rows the workshop's tasks learn from, and how each is cleaned and split."""

from dataclasses import dataclass, replace

from models.data.files import BadData, DataColumn, DataTable

# How the service records a turn: what was said, how it was answered, and by which intent.
TEXT = DataColumn("text", ("said",), option="--text-column")
LABEL = DataColumn("label", ("intent",), required=False, option="--label-column")
SOURCE = DataColumn("source", required=False)
NO_TEXT = {"kind"}  # a picture, a follow: `said` only names what came
NO_ANSWER = {"ask_back", "offer_person", "failure"}  # the intent was a guess nobody acted on


@dataclass(frozen=True, kw_only=True)
class RowKind:
    """What a row holds."""

    name: str
    columns: tuple[DataColumn, ...]
    texts: tuple[str, ...]  # columns to clean; a row without one of them is dropped
    groups: tuple[str, ...]  # texts like each other in one of these stay on one side of the split
    label: str = ""  # column that is no part of a row's identity; "" when there is none
    counts: tuple[str, ...] = ()  # columns of whole numbers

    @property
    def classifies(self) -> bool:
        """Whether the label is a class of one text."""
        return bool(self.label) and len(self.texts) == 1

    def renamed(self, names: dict[str, str]) -> "RowKind":
        """With the file's own names of columns. Raises BadData for a column it doesn't have."""
        ours = {column.name: column for column in self.columns}
        for name, theirs in names.items():
            if name not in ours:
                raise BadData(f"rows of kind {self.name} have no {name}: leave {theirs!r} out")
            ours[name] = replace(ours[name], renamed=theirs, required=True)
        return replace(self, columns=tuple(ours.values()))


KINDS = {
    kind.name: kind
    for kind in (
        RowKind(
            name="text", columns=(TEXT, LABEL), texts=("text",), groups=("text",), label="label"
        ),
        RowKind(
            name="pairs",
            columns=(
                DataColumn("sentence1"),
                DataColumn("sentence2"),
                replace(LABEL, also=(), required=True),
            ),
            texts=("sentence1", "sentence2"),
            groups=("sentence1", "sentence2"),
            label="label",
        ),
        RowKind(
            name="qa",
            columns=(DataColumn("question", ("said",)), DataColumn("answer")),
            texts=("question", "answer"),
            groups=("question",),  # answers are few and shared: "在的" would join all
        ),
        RowKind(
            name="ctr",
            columns=(
                DataColumn("test_id"),
                DataColumn("headline"),
                DataColumn("impressions"),
                DataColumn("clicks"),
            ),
            texts=("headline",),
            groups=("test_id",),
            counts=("impressions", "clicks"),
        ),
    )
}


def is_record(table: DataTable) -> bool:
    """Whether the table is an export of the service's own turns."""
    return "said" in table.names.values() and "source" in table.names
