"""The measurement of the marketing loop: its table, and that its parts can be loaded."""

import pytest

from tests.bench.marketing.figures import Figure, render_table
from tests.bench.marketing.parts import PARTS, load_part


def test_a_figure_says_whether_its_target_is_reached() -> None:
    figures = [
        Figure(what="recall", measured="0.96", target="≥ 0.95", is_reached=True),
        Figure(what="precision", measured="0.90", target="≥ 0.93", is_reached=False),
        Figure(what="similarity", baseline="0.30", measured="0.21"),
    ]

    assert render_table(figures).splitlines() == [
        "| what | baseline | measured | to reach | |",
        "|---|---|---:|---:|---|",
        "| recall |  | 0.96 | ≥ 0.95 | reached |",
        "| precision |  | 0.90 | ≥ 0.93 | **not reached** |",
        "| similarity | 0.30 | 0.21 |  |  |",
    ]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_can_be_loaded(name: str) -> None:
    assert callable(load_part(name).measure)
