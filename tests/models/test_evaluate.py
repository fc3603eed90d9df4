"""`python -m models evaluate` on small files, with the shipped models."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.__main__ import app

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]

INTENTS: list[dict[str, object]] = [
    {"text": "什么时候发货", "label": "买家咨询发货时间"},
    {"text": "我要退货", "label": "want_return_refund"},
    {"text": "放一首周杰伦的歌", "label": "__oos__"},
]
SENTIMENTS: list[dict[str, object]] = [
    {"text": "质量很好，非常满意", "label": 1},
    {"text": "太差了，气死我了", "label": "0"},
]


def lines(folder: Path, rows: list[dict[str, object]]) -> str:
    file = folder / "data.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(file)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["evaluate", *words])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("task", "rows", "n", "foreign"),
    [("intent", INTENTS, 2, 1.0), ("sentiment", SENTIMENTS, 2, None)],
)
def test_one_json_object_holds_every_figure(
    tmp_path: Path, task: str, rows: list[dict[str, object]], n: int, foreign: float | None
) -> None:
    code, said = run(task, "--data", lines(tmp_path, rows), "--json")

    found = json.loads(said)
    model, ece = found.pop("model"), found.pop("ece")
    assert (code, model.startswith(task), 0 <= ece < 0.7) == (0, True, True)
    assert found == {
        "n": n, "accuracy": 1.0, "macro_f1": 1.0, "weighted_f1": 1.0,
        "oos_auroc": foreign, "oos_recall_at_5fpr": foreign,
    }  # fmt: skip


def test_people_read_a_table(tmp_path: Path) -> None:
    code, said = run("intent", "--data", lines(tmp_path, INTENTS))

    assert code == 0
    assert "ask_ship_time" in said
    assert "accuracy, 95 %" in said


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([{"text": "好", "label": "nonsense"}], "text 1: there is no label 'nonsense'"),
        ([INTENTS[0], {"text": "好"}], "line 2 has no text and label"),
        ([], "no text has a label other than __oos__"),
    ],
)
def test_a_file_that_cannot_be_judged_is_one_sentence(
    tmp_path: Path, rows: list[dict[str, object]], complaint: str
) -> None:
    code, said = run("intent", "--data", lines(tmp_path, rows))

    assert (code, complaint in said, said.count("\n")) == (1, True, 1)
