"""Prints the results: a table for people, JSON for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from app.doctor.values import (
    CHECK_TITLES,
    BilingualText,
    CheckResult,
    CheckStatus,
    DoctorLanguage,
)
from app.doctor.wrapping import wrap_text

ARROW = "→ "
NARROWEST = 24  # cells of the column with the texts
STATUS_TITLES: Mapping[CheckStatus, BilingualText] = {
    "ok": BilingualText("正常", "ok"),
    "warn": BilingualText("注意", "warning"),
    "fault": BilingualText("故障", "fault"),
}
STYLES: Mapping[CheckStatus, str] = {"ok": "green", "warn": "yellow", "fault": "bold red"}
COLUMNS = (
    BilingualText("检查项", "Check"),
    BilingualText("状态", "Status"),
    BilingualText("结果与处理办法", "Result, and what to do"),
)


def has_fault(results: Sequence[CheckResult]) -> bool:
    """Whether anything must be mended before the service works as configured."""
    return any(result.status == "fault" for result in results)


def format_json(account: str, results: Sequence[CheckResult], language: DoctorLanguage) -> str:
    """The results as one JSON object; `name` and `status` are the same in both languages."""
    checks = [
        {
            "name": result.name,
            "title": CHECK_TITLES[result.name].in_language(language),
            "status": result.status,
            "detail": result.detail.in_language(language),
            "remedy": result.remedy.in_language(language),
        }
        for result in results
    ]
    report = {"account": account, "ok": not has_fault(results), "checks": checks}
    return json.dumps(report, ensure_ascii=False, indent=2)


def print_table(console: Console, results: Sequence[CheckResult], language: DoctorLanguage) -> None:
    """Print a row for each result, with what to do below what was seen."""
    table = Table(*(column.in_language(language) for column in COLUMNS), show_lines=True)
    for result in results:
        table.add_row(
            CHECK_TITLES[result.name].in_language(language),
            Text(STATUS_TITLES[result.status].in_language(language), STYLES[result.status]),
            ResultCell(result.detail.in_language(language), result.remedy.in_language(language)),
        )
    console.print(table)


@dataclass(frozen=True, slots=True)
class ResultCell:
    """What was seen and, below it, what to do; drawn as wide as the table lets it."""

    detail: str
    remedy: str

    def wrap(self, width: int) -> Iterator[Text]:
        """The lines within `width` cells; a Text, so that brackets are no markup."""
        for line in wrap_text(self.detail, width):
            yield Text(line)
        for number, line in enumerate(wrap_text(self.remedy, width - len(ARROW))):
            if self.remedy:
                indent = " " * len(ARROW) if number else ARROW
                yield Text(indent + line, style="bold")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.wrap(options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max(line.cell_len for line in self.wrap(options.max_width))
        return Measurement(min(NARROWEST, widest), widest)
