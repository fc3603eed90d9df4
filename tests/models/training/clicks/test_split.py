"""How click rows are split."""

import pytest

from models.training.clicks.rows import ClickRow
from models.training.clicks.split import split_rows


@pytest.mark.parametrize("test", [f"test-{number}" for number in range(40)])
def test_rows_of_a_single_test_are_all_learnt_from(test: str) -> None:
    rows = [
        ClickRow(text=text, test=test, impressions=7.0, clicks=1.0) for text in ("春茶", "新茶")
    ]

    assert split_rows(rows, percent=15) == ([0, 1], [])
