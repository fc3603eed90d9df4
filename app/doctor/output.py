"""Prints the results: a table for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.doctor.values import (
    CHECK_TITLES,
    BilingualText,
    CheckResult,
    CheckStatus,
    DoctorLanguage,
)

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
            _format_result(result, language),
        )
    console.print(table)


def _format_result(result: CheckResult, language: DoctorLanguage) -> Text:
    text = Text(result.detail.in_language(language))  # a Text, so that brackets are no markup
    if remedy := result.remedy.in_language(language):
        text.append(f"\n→ {remedy}", style="bold")
    return text
