"""The kinds of training rows: their columns, and how each kind is cleaned and split."""

from dataclasses import dataclass, replace

from models.data.files import BadData, DataColumn, DataTable

# The other names are those of the service's records of turns.
TEXT = DataColumn("text", ("said",), option="--text-column")
LABEL = DataColumn("label", ("intent",), required=False, option="--label-column")
SOURCE = DataColumn("source", required=False)
NO_TEXT = {"kind"}  # sources of turns without a text (an image, a follow): `said` is the kind
NO_ANSWER = {"ask_back", "offer_person", "failure"}  # sources whose intent wasn't acted on


@dataclass(frozen=True, kw_only=True)
class RowKind:
    """The columns of a kind of rows, and their roles."""

    name: str
    columns: tuple[DataColumn, ...]
    texts: tuple[str, ...]  # columns to clean; a row without one of them is dropped
    groups: tuple[str, ...]  # rows that are near-duplicates in one of these stay in one part
    label: str = ""  # column of the label; not part of a row's identity; "": none
    counts: tuple[str, ...] = ()  # columns of whole numbers

    @property
    def classifies(self) -> bool:
        """Whether the label is a class of one text."""
        return bool(self.label) and len(self.texts) == 1

    def renamed(self, names: dict[str, str]) -> "RowKind":
        """This kind with a file's names of columns. Raises BadData for a name that isn't ours."""
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
            groups=("question",),  # not by answers, which many pairs share, like "在的"
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
