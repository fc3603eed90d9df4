"""Reads rows of click training: counts, rates, or pairs of which one was clicked more often.

Rates and pairs become counts, so that all that follows knows counts alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from models.data import files
from models.data.files import BadData, DataColumn, DataTable
from models.encoder.embedding import ReportProgress, ignore_progress

RowForm = Literal["counts", "rates", "pairs"]

RATE_WEIGHT = 1000  # impressions for which a rate without counts stands
FEATURES = ("channel", "segment", "hour", "position")
TEXT = DataColumn("headline", ("text",), option="--text-column")
TEST = DataColumn("test_id", ("campaign",), required=False)
COUNTS = (DataColumn("impressions"), DataColumn("clicks"))
RATE = (DataColumn("rate", ("ctr",)),)
PAIR = (DataColumn("sentence1"), DataColumn("sentence2"), DataColumn("label"))
NO_COLUMNS: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class ClickRow:
    """A text with its counts; rows of one `test` were shown to the same people. "": no test."""

    text: str
    test: str
    impressions: float
    clicks: float
    features: Mapping[str, str] = field(default_factory=dict)
    source: str = ""  # the file's name
    account: str = ""  # whose experiment it was; "": nobody's of this service
    form: RowForm = "counts"

    @property
    def rate(self) -> float:
        """Clicks by impressions."""
        return self.clicks / self.impressions


def read_click_rows(
    sources: Sequence[Path],
    columns: Mapping[str, str] = NO_COLUMNS,
    _: ReportProgress = ignore_progress,
) -> tuple[ClickRow, ...]:
    """Read files of counts (impressions and clicks), of rates, or of pairs (sentence1, sentence2,
    label 1 where the first was clicked more often). `columns`: our column names -> the files'.

    Raises BadData, naming file and line, for a missing column, for counts or rates that can't be,
    and when all rates are the same.
    """
    rows = tuple(row for source in sources for row in _read_file(source, columns))
    if len({row.rate for row in rows}) < 2:
        names = ", ".join(map(str, sources))
        raise BadData(f"{names}: all rows have the same click rate: there is nothing to learn")
    return rows


def of_account(rows: Sequence[ClickRow], account: str) -> tuple[ClickRow, ...]:
    """The rows as experiments of this account; their tests are its own."""
    return tuple(
        replace(row, account=account, test=row.test and f"{account}:{row.test}") for row in rows
    )


def _read_file(source: Path, names: Mapping[str, str]) -> Iterator[ClickRow]:
    header = _read_header(source)
    if {"sentence1", "sentence2"} <= header:
        yield from _parse_pairs(files.read_table(source, PAIR))
        return
    text = replace(TEXT, renamed=names.get("text", names.get("headline", "")))
    shared = (text, TEST, *(DataColumn(name, required=False) for name in FEATURES))
    form: RowForm = (
        "rates" if not {"impressions", "clicks"} & header and _has_rate(header) else "counts"
    )
    table = files.read_table(source, (*shared, *(RATE if form == "rates" else COUNTS)))
    for row in table.rows:
        if not row.values["headline"].strip():
            raise BadData(f"{source}, line {row.line}: no text")
        impressions, clicks = _parse_amounts(source, row.line, row.values, form)
        yield ClickRow(
            text=row.values["headline"],
            test=row.values["test_id"],
            impressions=impressions,
            clicks=clicks,
            features={name: row.values[name] for name in FEATURES if row.values[name]},
            source=source.name,
            form=form,
        )


def _read_header(source: Path) -> set[str]:
    """The names of the file's columns that decide its form."""
    optional = [replace(each, required=False) for each in (*COUNTS, *RATE, *PAIR)]
    return set(files.read_table(source, optional).names)


def _has_rate(header: set[str]) -> bool:
    return "rate" in header


def _parse_amounts(
    source: Path, line: int, values: Mapping[str, str], form: RowForm
) -> tuple[float, float]:
    where = f"{source}, line {line}"
    if form == "rates":
        return RATE_WEIGHT, RATE_WEIGHT * _parse_rate(where, values["rate"])
    try:
        impressions, clicks = int(values["impressions"]), int(values["clicks"])
    except ValueError:
        raise BadData(f"{where}: impressions and clicks are whole numbers") from None
    if impressions < 0 or clicks < 0:
        raise BadData(f"{where}: a count is negative ({impressions} impressions, {clicks} clicks)")
    if clicks > impressions or not impressions:
        raise BadData(f"{where}: {clicks} clicks of {impressions} impressions")
    return impressions, clicks


def _parse_rate(where: str, value: str) -> float:
    """A rate as `0.013` or `1.3%`. Raises BadData."""
    try:
        rate = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        raise BadData(f"{where}: {value!r} is no rate; write it as 0.013 or 1.3%") from None
    if not 0 <= rate <= 1:
        raise BadData(f"{where}: a rate of {rate:.0%} can't be; it is between 0 and 1")
    return rate


def _parse_pairs(table: DataTable) -> Iterator[ClickRow]:
    for row in table.rows:
        label = row.values["label"]
        if label not in {"0", "1"}:
            raise BadData(
                f"{table.path}, line {row.line}: label {label!r} is neither 1 (the first was "
                "clicked more often) nor 0"
            )
        texts = (row.values["sentence1"], row.values["sentence2"])
        for text, wins in zip(texts, (label == "1", label == "0"), strict=True):
            yield ClickRow(
                text=text,
                test=f"{table.path.name}:{row.line}",
                impressions=1,
                clicks=int(wins),
                source=table.path.name,
                form="pairs",
            )
