"""Figures of the marketing loop, and the table that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, as the table shows it: texts with their units.

    is_reached: None where the figure has no target.
    """

    what: str
    measured: str
    baseline: str = ""
    target: str = ""
    is_reached: bool | None = None


def render_table(figures: Sequence[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = [
        f"| {figure.what} | {figure.baseline} | {figure.measured} | {figure.target} |"
        f" {_describe_result(figure.is_reached)} |"
        for figure in figures
    ]
    head = "| what | baseline | measured | to reach | |"
    return "\n".join([head, "|---|---|---:|---:|---|", *rows])


def _describe_result(is_reached: bool | None) -> str:
    return {None: "", True: "reached", False: "**not reached**"}[is_reached]
