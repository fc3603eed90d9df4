"""Splits click rows into those that are learnt from and those held out, by test."""

from collections.abc import Sequence

from models.data import corpus
from models.data.split import group_rows
from models.training.clicks.rows import ClickRow


def split_rows(rows: Sequence[ClickRow], percent: int) -> tuple[list[int], list[int]]:
    """Indices of the rows to learn from, and of about `percent` held out.

    Rows of a test stay together, and so do tests that share a text: by the hash of their group.
    Nothing is held out where that would leave no row to learn from.
    """
    groups = group_rows([_keys_of_row(row) for row in rows])
    learn: list[int] = []
    held_out: list[int] = []
    for index, group in enumerate(groups):
        (held_out if corpus.is_held_out(group, percent) else learn).append(index)
    return (learn, held_out) if learn else (held_out, [])


def _keys_of_row(row: ClickRow) -> list[str]:
    # After all test ids in order, so that a group is named by its first test.
    text = f"\U0010ffff{row.text.strip().casefold()}"
    return [row.test, text] if row.test else [text]
