"""Models from files of one's own, over a small random base."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.data import files
from models.data.files import BadData
from models.encoder import heads
from models.encoder.bundle import load_own_adapter
from models.encoder.heads import HeadManifest
from models.training import classification, labelled_rows
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.labelled_rows import LabelledRows, read_labelled_rows
from models.training.names import EncoderTaskName
from models.training.options import ClassificationOptions, TrainingRun
from tests.models.tiny import FACTS, tiny

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]

TAILS = "什么时候发货能便宜点吗天地人"
INTENTS = [{"text": f"{start}{a}{b}", "label": label}
           for start, label in (("甲乙", "发货"), ("丙丁", "议价"))
           for a in TAILS[:5] for b in TAILS[5:9]]  # fmt: skip
PAIRS = [{"sentence1": f"甲{a}", "sentence2": f"{b}{a}", "label": str(int(b == "甲"))}
         for a in TAILS for b in "甲丁"]  # fmt: skip
OPTIONS = ClassificationOptions(
    tuning=FinetuneConfig(rank=4, epochs=8, batch=8, rate=5e-3, head_rate=1e-2), validate=30
)


def write_rows(file: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return file


def train(
    task: EncoderTaskName, data: Path, options: ClassificationOptions, run: TrainingRun, out: Path
) -> HeadManifest:
    """Train as the command does, from a file into a folder."""
    encoder_task = ENCODER_TASKS[task]
    rows = encoder_task.read([data], {}, run.progress)
    return encoder_task.train(rows, options, run, out, "2026-11-24")


@pytest.mark.parametrize(
    ("task", "rows", "labels", "figure"),
    [
        ("intent", INTENTS, ["发货", "议价"], "validation_accuracy"),
        ("pairs", PAIRS, ["0", "1"], "validation_accuracy"),
    ],
)
def test_a_task_is_learnt_from_a_file(
    tmp_path: Path,
    task: EncoderTaskName,
    rows: list[dict[str, object]],
    labels: list[str],
    figure: str,
) -> None:
    run = TrainingRun(base=tiny(tmp_path / "tiny"), checkpoint_dir=tmp_path / "keep")
    out = tmp_path / "out"
    data = write_rows(tmp_path / "rows.jsonl", rows)

    manifest = train(task, data, OPTIONS, run, out)

    assert manifest == heads.read_manifest(out)
    assert (manifest.task, manifest.labels, manifest.base) == (task, labels, "tiny")
    assert manifest.metrics[figure] > 0.8
    assert heads.Head.load(out, FACTS, load_own_adapter(out, FACTS)).weight.shape == (
        len(labels),
        32,
    )
    card = (out / "README.md").read_text("utf-8")
    assert f"| {figure} | {manifest.metrics[figure]} |" in card


def test_labels_that_are_surely_wrong_are_mended_before_training(tmp_path: Path) -> None:
    rows = [dict(row) for row in INTENTS]
    for row in rows[:2]:
        row["label"] = "议价"
    data, keep = write_rows(tmp_path / "rows.jsonl", rows), tmp_path / "keep"
    messages: list[str] = []
    run = TrainingRun(base=tiny(tmp_path / "tiny"), checkpoint_dir=keep, progress=messages.append)

    result = classification.train_classifier(
        "intent", read_labelled_rows("intent", [data], {}), replace(OPTIONS, denoise=True), run
    )

    assert result.metrics["validation_n"] > 0
    assert any(message.startswith("denoise: of ") for message in messages)
    mended = [json.loads(line) for line in files.read_lines(keep.with_suffix(".denoised.jsonl"))]
    texts = {row["text"] for row in mended}
    assert texts & {str(row["text"]) for row in rows[:2]}


def test_a_believed_class_is_never_doubted(tmp_path: Path) -> None:
    flipped = [dict(row) for row in PAIRS * 2]
    for row in flipped[:3]:
        row["label"] = "0"  # they mean the same
    rows = read_labelled_rows("pairs", [write_rows(tmp_path / "rows.jsonl", flipped)], {})
    keep = tmp_path / "keep"
    run = TrainingRun(base=tiny(tmp_path / "tiny"), checkpoint_dir=keep)
    options = replace(OPTIONS, denoise=True, trusted_labels=("1",))

    classification.train_classifier("pairs", rows, options, run)

    mended = [json.loads(line) for line in files.read_lines(keep.with_suffix(".denoised.jsonl"))]
    assert all(row["given"] == "0" for row in mended)
    assert {row["text"] for row in mended} & {f"甲{a} / 甲{a}" for a in TAILS[:2]}


def test_a_gb18030_csv_with_its_own_names_of_columns_is_read(tmp_path: Path) -> None:
    file = tmp_path / "客服.csv"
    with file.open("w", encoding="gb18030", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(["问题", "意图"])
        table.writerows([["什么时候发货", "发货"], ["能便宜点吗", "议价"], ["几天到", "发货"]])

    rows = read_labelled_rows("intent", [file], {"text": "问题", "label": "意图"})

    assert rows.texts == [("什么时候发货",), ("能便宜点吗",), ("几天到",)]
    assert (rows.names, rows.labels.tolist()) == (["发货", "议价"], [0, 1, 0])
    assert rows.singleton_classes() == ["议价"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        ('{"text": "好", "label": "a"}\n', "only the class 'a'"),
        ('{"text": "好", "label": ""}\n', "no row with text and label"),
        ('{"content": "好", "label": "a"}\n', "--text-column"),
    ],
)
def test_data_that_nothing_can_be_learnt_from_is_one_sentence(
    tmp_path: Path, content: str, complaint: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(content, "utf-8")

    with pytest.raises(BadData, match=complaint):
        read_labelled_rows("intent", [file], {})


def test_a_model_that_nothing_validates_is_told_of(tmp_path: Path) -> None:
    messages: list[str] = []
    run = TrainingRun(base=tiny(tmp_path / "tiny"), progress=messages.append)
    rows = [{"text": "甲乙", "label": "发货"}, {"text": "丙丁", "label": "议价"}]
    quick = replace(OPTIONS, tuning=replace(OPTIONS.tuning, epochs=1))

    data = write_rows(tmp_path / "rows.jsonl", rows)
    labelled = read_labelled_rows("intent", [data], {})
    result = classification.train_classifier("intent", labelled, quick, run)

    assert result.metrics == {"validation_n": 0}
    assert messages == ["no row is left to validate on: the model has no figures; give more rows"]


def test_a_class_of_one_row_is_told_of(tmp_path: Path) -> None:
    messages: list[str] = []
    rows = [*INTENTS, {"text": "天地", "label": "闲聊"}]

    read_labelled_rows("intent", [write_rows(tmp_path / "rows.jsonl", rows)], {}, messages.append)

    assert messages == ["class '闲聊' has a single row: it is learnt from, and nothing checks it"]


def test_rare_classes_weigh_more_when_asked() -> None:
    rows = LabelledRows([("甲",)] * 5, ["a", "b"], torch.tensor([0, 0, 0, 0, 1]), {})

    even = labelled_rows.weigh_rows(rows, balance=False)
    balanced = labelled_rows.weigh_rows(rows, balance=True)

    assert even.tolist() == [1.0] * 5
    torch.testing.assert_close(balanced[4] / balanced[0], torch.tensor(2.0))
