"""Renders figures as tables for the terminal, where Chinese is two columns wide, and for cards."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from models.metrics.bootstrap import Interval
from models.metrics.classes import per_class_figures
from models.metrics.guesses import OUT_OF_SCOPE_LABEL, Prediction, with_class

EXAMPLES = 3
LONGEST = 40  # characters of an example
MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")


@dataclass(frozen=True)
class TableColumn:
    """A column's title, and whether it contains numbers."""

    title: str
    numbers: bool = False


@dataclass(frozen=True)
class ReportTable:
    """A table of text cells, one for each column in each row."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]


def figures_table(
    figure_values: Mapping[str, float | int | str | None], intervals: Mapping[str, Interval | None]
) -> ReportTable:
    """A table of figures with their 95 % intervals, one a row; - where there is none."""
    columns = (
        TableColumn("figure"),
        TableColumn("value", numbers=True),
        TableColumn("95 %", numbers=True),
    )
    rows = (
        (name, _format_number(v), _format_interval(intervals.get(name)))
        for name, v in figure_values.items()
    )
    return ReportTable(columns, tuple(rows))


def by_class_table(
    predictions: Sequence[Prediction], titles: Mapping[str, str] | None = None
) -> ReportTable:
    """Precision, recall, F1 and count of each class that has texts. `titles`: label -> title.

    Raises Unmeasurable without a text that has a class.
    """
    names = titles or {}
    numbers = tuple(TableColumn(title, True) for title in ("precision", "recall", "F1", "texts"))
    rows = (
        (
            names.get(c.name, c.name),
            *map(_format_number, (c.precision, c.recall, c.f1)),
            f"{c.count:,}",
        )
        for c in per_class_figures(predictions)
    )
    return ReportTable((TableColumn("class"), *numbers), tuple(rows))


def confusions_table(
    predictions: Sequence[Prediction],
    texts: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    most: int = 20,
) -> ReportTable:
    """A table of the most frequent mistakes: label, prediction, count, share of the label's texts.

    With `texts`, one a prediction, shows each mistake's three most confident texts, where wrong
    labels are likeliest. Raises Unmeasurable without a text that has a class.
    """
    inside, names = with_class(predictions), titles or {}
    sizes = {c.name: c.count for c in per_class_figures(inside)}
    mistakes = _collect_mistakes(predictions, texts or [""] * len(predictions))
    frequent = sorted(mistakes.items(), key=lambda mistake: (-len(mistake[1]), mistake[0]))
    rows = (
        (
            names.get(truth, truth),
            names.get(answer, answer),
            f"{len(them):,}",
            f"{100 * len(them) / sizes[truth]:.0f} %",
            *([" / ".join(map(_shorten_example, them[:EXAMPLES]))] if texts else []),
        )
        for (truth, answer), them in frequent[:most]
    )
    numbers = (TableColumn("texts", True), TableColumn("of label", True))
    examples = (TableColumn("for example"),) if texts else ()
    return ReportTable(
        (TableColumn("label"), TableColumn("named"), *numbers, *examples), tuple(rows)
    )


def render_terminal(table: ReportTable, width: int | None = None) -> str:
    """The table as text, aligned by display width and folded to `width` or the terminal's width."""
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        grid.add_column(column.title, justify="right" if column.numbers else "left",
                        no_wrap=column.numbers, overflow="fold")  # fmt: skip
    for row in table.rows:
        grid.add_row(*(Text(_single_line(cell)) for cell in row))
    page = StringIO()
    Console(file=page, width=width).print(grid)
    return page.getvalue()


def render_markdown(table: ReportTable) -> str:
    """The table in GitHub's Markdown, with markup in cells escaped."""
    rows = [[column.title for column in table.columns], *table.rows]
    head, *body = [f"| {' | '.join(_escape_markdown(cell) for cell in row)} |" for row in rows]
    rule = "|".join("--:" if column.numbers else "---" for column in table.columns)
    return "\n".join([head, f"|{rule}|", *body]) + "\n"


def _collect_mistakes(
    predictions: Sequence[Prediction], texts: Sequence[str]
) -> dict[tuple[str, str], list[str]]:
    """The texts of each mistake (label, prediction), most confident first."""
    them: dict[tuple[str, str], list[str]] = defaultdict(list)
    predictions_with_texts = zip(predictions, texts, strict=True)
    for guess, text in sorted(predictions_with_texts, key=lambda pair: -pair[0].confidence):
        if guess.truth not in {guess.answer, OUT_OF_SCOPE_LABEL}:
            them[guess.truth, guess.answer].append(text)
    return them


def _format_number(value: float | str | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else f"{value}"


def _format_interval(ends: Interval | None) -> str:
    return f"{ends[0]:.4f} to {ends[1]:.4f}" if ends else "-"


def _single_line(text: str) -> str:
    """The text on one line, without control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def _shorten_example(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _escape_markdown(cell: str) -> str:
    return MARKUP.sub(r"\\\1", _single_line(cell))
