"""The file of questions, and the figures of what was found."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.conversation import faq

ROWS = [
    {"question": "几天能发出", "entry": "多久发货", "teach": True},
    {"question": "能开票吗", "entry": "发票", "teach": True},
    {"question": "什么时候寄", "entry": "多久发货"},
    {"question": "开专票", "entry": "发票"},
    {"question": "打开地图", "entry": None},
    {"question": "放首歌", "entry": None},
]


def write_rows(folder: Path, *rows: Any) -> Path:
    file = folder / "faq.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return file


def search_result(answerable: bool, *entries: str) -> dict[str, Any]:
    return {"answerable": answerable, "hits": [{"question": entry} for entry in entries]}


def test_rows_are_taught_asked_or_foreign(tmp_path: Path) -> None:
    questions = faq.load(write_rows(tmp_path, *ROWS))

    assert questions == faq.Questions(
        {"多久发货": ["几天能发出"], "发票": ["能开票吗"]},
        [("什么时候寄", "多久发货"), ("开专票", "发票")],
        ["打开地图", "放首歌"],
    )


def test_figures_count_what_is_right_and_what_is_refused(tmp_path: Path) -> None:
    questions = faq.load(write_rows(tmp_path, *ROWS))
    results = [
        search_result(True, "多久发货", "发票"),
        search_result(True, "多久发货", "发票"),
        search_result(False, "发票"),
        search_result(True, "发票"),
    ]

    figures = faq.figures(questions, results)

    assert figures == {
        "entries": 2, "asked": 2, "foreign": 2, "recall_at_1": 0.5, "recall_at_3": 1.0,
        "answered": 1.0, "answered_wrongly": 0.5, "refused": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize("row", [[1], {"question": "好"}, {"entry": "好"}])
def test_a_row_that_cannot_be_used_is_named_by_its_line(tmp_path: Path, row: Any) -> None:
    with pytest.raises(ValueError, match="line 2"):
        faq.load(write_rows(tmp_path, ROWS[0], row))


def test_a_file_that_asks_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="asks nothing"):
        faq.load(write_rows(tmp_path, ROWS[0]))
