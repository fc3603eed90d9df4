"""Figures to read: for the terminal, where Chinese is two columns wide, and for model cards."""

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
from models.metrics.classes import per_class
from models.metrics.guesses import FOREIGN, Guess, within

EXAMPLES = 3
LONGEST = 40  # characters of an example
MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")


@dataclass(frozen=True)
class Column:
    """A heading, and whether numbers stand under it."""

    title: str
    numbers: bool = False


@dataclass(frozen=True)
class Table:
    """Cells as they are read, one for each column in each row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def figures(
    found: Mapping[str, float | int | str | None], intervals: Mapping[str, Interval | None]
) -> Table:
    """One figure a row with its 95 % interval; - where there is none."""
    columns = (Column("figure"), Column("value", numbers=True), Column("95 %", numbers=True))
    rows = ((name, _number(v), _interval(intervals.get(name))) for name, v in found.items())
    return Table(columns, tuple(rows))


def by_class(guesses: Sequence[Guess], titles: Mapping[str, str] | None = None) -> Table:
    """Precision, recall, F1 and count of each class that has texts. `titles`: label -> title.

    Raises Unmeasurable without a text that has a class.
    """
    names = titles or {}
    numbers = tuple(Column(title, True) for title in ("precision", "recall", "F1", "texts"))
    rows = (
        (names.get(c.name, c.name), *map(_number, (c.precision, c.recall, c.f1)), f"{c.count:,}")
        for c in per_class(guesses)
    )
    return Table((Column("class"), *numbers), tuple(rows))


def confusions(
    guesses: Sequence[Guess],
    texts: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    most: int = 20,
) -> Table:
    """The most frequent mistakes: label, what was named, how often, the share of the label's texts.

    With `texts`, one a guess, the surest three of each mistake stand beside it: that is where a
    wrong label shows. Raises Unmeasurable without a text that has a class.
    """
    inside, names = within(guesses), titles or {}
    sizes = {c.name: c.count for c in per_class(inside)}
    mistakes = _mistakes(guesses, texts or [""] * len(guesses))
    frequent = sorted(mistakes.items(), key=lambda mistake: (-len(mistake[1]), mistake[0]))
    rows = (
        (
            names.get(truth, truth),
            names.get(named, named),
            f"{len(them):,}",
            f"{100 * len(them) / sizes[truth]:.0f} %",
            *([" / ".join(map(_short, them[:EXAMPLES]))] if texts else []),
        )
        for (truth, named), them in frequent[:most]
    )
    numbers = (Column("texts", True), Column("of label", True))
    examples = (Column("for example"),) if texts else ()
    return Table((Column("label"), Column("named"), *numbers, *examples), tuple(rows))


def terminal(table: Table, width: int | None = None) -> str:
    """Aligned by display width, folded to `width` columns or those of the terminal."""
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        grid.add_column(column.title, justify="right" if column.numbers else "left",
                        no_wrap=column.numbers, overflow="fold")  # fmt: skip
    for row in table.rows:
        grid.add_row(*(Text(_line(cell)) for cell in row))
    page = StringIO()
    Console(file=page, width=width).print(grid)
    return page.getvalue()


def markdown(table: Table) -> str:
    """A table of GitHub's Markdown; what a cell holds is never taken for markup."""
    rows = [[column.title for column in table.columns], *table.rows]
    head, *body = [f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in rows]
    rule = "|".join("--:" if column.numbers else "---" for column in table.columns)
    return "\n".join([head, f"|{rule}|", *body]) + "\n"


def _mistakes(guesses: Sequence[Guess], texts: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """The texts of each (label, named), the surest first."""
    them: dict[tuple[str, str], list[str]] = defaultdict(list)
    told = zip(guesses, texts, strict=True)
    for guess, text in sorted(told, key=lambda pair: -pair[0].confidence):
        if guess.truth not in {guess.named, FOREIGN}:
            them[guess.truth, guess.named].append(text)
    return them


def _number(value: float | str | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else f"{value}"


def _interval(ends: Interval | None) -> str:
    return f"{ends[0]:.4f} to {ends[1]:.4f}" if ends else "-"


def _line(text: str) -> str:
    """On one line, without characters that steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _escaped(cell: str) -> str:
    return MARKUP.sub(r"\\\1", _line(cell))
