"""`python -m models evaluate` on small files, with the shipped models."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.__main__ import app
from models.encoder.embedding import ignore_progress
from models.hub.fetch import ensure_base
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.names import EncoderTaskName
from models.training.options import ClassificationOptions, TrainingRun

pytestmark = [
    pytest.mark.weights,
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]

Row = dict[str, object]
INTENTS: list[Row] = [
    {"text": "什么时候发货", "label": "买家咨询发货时间"},
    {"text": "我要退货", "label": "want_return_refund"},
    {"text": "放一首周杰伦的歌", "label": "__oos__"},
]
SENTIMENTS: list[Row] = [
    {"text": "质量很好，非常满意", "label": 1},
    {"text": "太差了，气死我了", "label": "0"},
]
PAIRS: list[Row] = [
    {"sentence1": "怎么退货", "sentence2": "如何退货", "label": 1},
    {"sentence1": "怎么退货", "sentence2": "几点开门", "label": 0},
    {"sentence1": "多久发货", "sentence2": "什么时候发货", "label": 1},
    {"sentence1": "能便宜吗", "sentence2": "什么时候发货", "label": 0},
]
HEADLINES: list[Row] = [
    {"test_id": "a", "headline": "She said yes", "impressions": 4000, "clicks": 80},
    {"test_id": "a", "headline": "You won't believe it", "impressions": 4000, "clicks": 40},
    {"test_id": "b", "headline": "A short one", "impressions": 3000, "clicks": 30},
    {"test_id": "b", "headline": "Another", "impressions": 3000, "clicks": 31},
]
QUICK = ClassificationOptions(
    tuning=FinetuneConfig(method="lora", rank=2, epochs=1, batch=4, dtype="fp32"), validate=25
)


def lines(folder: Path, rows: list[Row], name: str = "data.jsonl") -> str:
    file = folder / name
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(file)


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["evaluate", *words])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("task", "rows", "n", "foreign"),
    [("intent", INTENTS, 2, 1.0), ("sentiment", SENTIMENTS, 2, None)],
)
def test_one_json_object_holds_every_figure(
    tmp_path: Path, task: str, rows: list[Row], n: int, foreign: float | None
) -> None:
    code, output, _ = run(task, "--data", lines(tmp_path, rows), "--json")

    figures = json.loads(output)
    assert (code, figures["model"].startswith(task), 0 <= figures["ece"] < 0.7) == (0, True, True)
    expected = {
        "n": n, "accuracy": 1.0, "macro_f1": 1.0, "weighted_f1": 1.0,
        "oos_auroc": foreign, "oos_recall_at_5fpr": foreign,
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "dtype"), [((), "fp32"), (("--dtype", "fp32"), "fp32"), (("--dtype", "bf16"), "bf16")]
)
def test_figures_name_the_dtype_that_they_are_of(
    tmp_path: Path, words: tuple[str, ...], dtype: str
) -> None:
    code, output, _ = run("intent", "--data", lines(tmp_path, INTENTS), "--json", *words)

    figures = json.loads(output)
    assert (code, figures["dtype"], figures["accuracy"]) == (0, dtype, 1.0)


def test_people_read_tables_and_see_pictures(tmp_path: Path) -> None:
    code, output, _ = run("intent", "--data", lines(tmp_path, INTENTS), "--plots", str(tmp_path))

    assert code == 0
    assert "买家咨询发货时间" in output
    assert "accuracy" in output
    assert {picture.name for picture in tmp_path.glob("*.png")} == {
        "confusion.png", "reliability.png", "confidence.png", "oos_roc.png",
    }  # fmt: skip


def test_neighbours_are_found_by_the_embedding_of_the_message_path(tmp_path: Path) -> None:
    questions_file = lines(tmp_path, [{"text": "啥时候能发货呀", "label": "ship"}])
    corpus_file = lines(
        tmp_path,
        [{"text": "什么时候发货", "label": "ship"}, {"text": "可以便宜点吗", "label": "price"}],
        "known.jsonl",
    )

    code, output, _ = run("retrieval", "--data", questions_file, "--corpus", corpus_file, "--json")

    figures = json.loads(output)
    assert (code, figures["recall@1"], figures["recall@5"]) == (0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("task", "rows", "figure"),
    [("pairs", PAIRS, "auc"), ("ctr", HEADLINES, "pairwise_accuracy_significant")],
)
def test_a_model_of_ones_own_is_judged_by_its_folder(
    tmp_path: Path, task: EncoderTaskName, rows: list[Row], figure: str
) -> None:
    data, model = lines(tmp_path, rows), tmp_path / "model"
    encoder_task, base = ENCODER_TASKS[task], TrainingRun(base=ensure_base())
    read = encoder_task.read([Path(data)], {}, ignore_progress)
    manifest = encoder_task.train(read, QUICK, base, model, "2026-11-24")

    code, output, _ = run(task, "--data", data, "--model", str(model), "--json")

    figures = json.loads(output)
    assert (code, figures["model"], figures["n"]) == (0, manifest.version, 4)
    assert (manifest.dtype, manifest.training_dtype) == ("fp32", "fp32")
    assert manifest.precision in (model / "README.md").read_text("utf-8")
    assert 0 <= figures[figure] <= 1


@pytest.mark.parametrize(
    ("words", "rows", "complaint"),
    [
        (["intent"], [{"text": "好", "label": "nonsense"}], "knows no label 'nonsense'"),
        (["intent"], [INTENTS[0], {"text": "好"}], "line 2: no label"),
        (["intent"], [INTENTS[2]], "no text has a label other than __oos__"),
        (["intent"], [], "is empty"),
        (["retrieval"], INTENTS, "retrieval needs --corpus"),
        (["intent", "--model", "nobody"], INTENTS, "no model's name begins with 'nobody'"),
        (["pairs", "--model", "smp2017"], PAIRS, "is a model for intent, not for pairs"),
        (["intent", "--model", str(Path(__file__).parent)], INTENTS, "holds no manifest.json"),
        (["ctr"], [{**HEADLINES[0], "clicks": "many"}], "clicks 'many' is no whole number"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(
    tmp_path: Path, words: list[str], rows: list[Row], complaint: str
) -> None:
    code, output, error_output = run(*words, "--data", lines(tmp_path, rows))

    assert (code, output, complaint in error_output, error_output.count("\n")) == (2, "", True, 1)
