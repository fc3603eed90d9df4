"""From a CSV to a promoted model: prepare, train, list, evaluate, promote, rollback."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.__main__ import app
from models.encoder.understanding import Understanding
from models.registry.registry import Registry

pytestmark = [
    pytest.mark.weights,
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]

ROOT = Path(__file__).parents[3]
PARKING = """门口能停车吗 你们有停车场吗 停车收费吗 开车来停哪里 附近好停车吗 停车怎么收费
地下车库怎么进 有免费车位吗 车位紧张吗 停车场几点关"""
TABLE = """今晚还有位子吗 我想订个包间 能预订周六晚上吗 帮我留一张四人桌 要提前订位吗
包间有最低消费吗 订位子打什么电话 可以线上订座吗 靠窗的位子能订吗 预订能改时间吗"""
INVOICE = """能开发票吗 电子发票怎么开 发票抬头写错了 补开上个月的发票 发票多久能开好 可以开专票吗
开票要提供什么 发票发到邮箱行吗 发票丢了怎么办 在哪里申请开票"""
SENTENCES = {"停车": PARKING.split(), "订座": TABLE.split(), "发票": INVOICE.split()}
NAMED = ("--text-column", "问题", "--label-column", "意图")


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "问答.csv"
    with file.open("w", encoding="gb18030", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["问题", "意图"])
        rows.writerows([text, label] for label, texts in SENTENCES.items() for text in texts)
    return file


def test_a_table_of_sentences_becomes_a_model_that_answers(tmp_path: Path, table: Path) -> None:
    shelf, clean = str(tmp_path / "models"), tmp_path / "clean"
    run("prepare", str(table), "--out", str(clean), *NAMED, "--split", "70/10/20")

    trained = json.loads(
        run("train", "intent", "--data", str(clean / "train.jsonl"), "--method", "head",
            "--registry", shelf, "--json")
    )  # fmt: skip
    name = trained["model"]

    figures_json = run(
        "evaluate",
        "intent",
        "--data",
        str(clean / "test.jsonl"),
        "--model",
        "latest",
        "--registry",
        shelf,
        "--json",
    )
    assert json.loads(figures_json)["accuracy"] > 0.6
    assert json.loads(figures_json)["asked_back"] < 0.4
    assert "3 labels" in run("card", name, "--registry", shelf)
    assert run("promote", "latest", "--registry", shelf) == f"intent: {name} is promoted\n"
    [promoted] = [m for m in json.loads(run("list", "--registry", shelf, "--json"))["models"]
                  if m["promoted"] and m["task"] == "intent"]  # fmt: skip
    assert promoted["name"] == name
    bot = Understanding.load(intent=Path(promoted["folder"]))
    classifications = bot.classify(bot.tokenize(["你好", "谢谢", "转人工", "你们那里停车方便吗"]))
    assert [classification.title for classification in classifications] == [
        "买家打招呼", "买家表示麻烦卖家，表达感谢", "转人工客服", "停车",
    ]  # fmt: skip
    assert run("rollback", "intent", "--registry", shelf).startswith("intent: back to intent-")
    assert Registry(Path(shelf)).current("intent").name == "intent"


def test_an_adapter_of_ones_own_keeps_the_mood_beside_it(tmp_path: Path, table: Path) -> None:
    shelf = tmp_path / "models"

    quick = ("--rank", "4", "--epochs", "1", "--batch", "8", "--tracker", "none", "--alone")
    output = run("train", "intent", "--data", str(table), *NAMED, *quick,
               "--registry", str(shelf), "--json")  # fmt: skip
    name = json.loads(output)["model"]

    promote_output = run("promote", name, "--force", "--registry", str(shelf))
    assert promote_output == f"intent: {name} is promoted\n"
    folder = shelf / "intent" / name
    assert {file.name for file in folder.iterdir()} == {
        "README.md", "adapter.safetensors", "care", "comment", "head.safetensors", "manifest.json",
        "sentiment", "taxonomy.toml",
    }  # fmt: skip


def test_labels_alone_make_a_model_that_is_not_promoted(tmp_path: Path, table: Path) -> None:
    shelf = ("--registry", str(tmp_path / "models"))
    run("train", "intent", "--data", str(table), *NAMED, "--method", "head", "--alone", *shelf)

    refused = CliRunner().invoke(app, ["promote", "latest", *shelf])

    assert refused.exit_code == 2
    assert "你好" in refused.stderr
    assert "without --alone" in refused.stderr


def test_two_processes_learn_together_and_one_of_them_writes(tmp_path: Path, table: Path) -> None:
    out = tmp_path / "out"
    together = (
        "env", "ACCELERATE_USE_CPU=1", "OMP_NUM_THREADS=1", f"PYTHONPATH={ROOT}", sys.executable,
        "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "models",
    )  # fmt: skip

    done = subprocess.run(
        [*together, "train", "intent", "--data", str(table), *NAMED, "--out", str(out), "--rank",
         "4", "--epochs", "1", "--batch", "4", "--tracker", "none", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    trained = json.loads(done.stdout)  # one object: the second process says nothing
    figures_json = run(
        "evaluate",
        "intent",
        "--data",
        str(table_as_read(table, tmp_path)),
        "--model",
        str(out),
        "--json",
    )
    assert json.loads(figures_json)["model"] == trained["model"]


def table_as_read(table: Path, folder: Path) -> Path:
    """The same rows under our names of columns."""
    file = folder / "rows.jsonl"
    rows = csv.DictReader(table.read_text("gb18030").splitlines())
    lines = [json.dumps({"text": row["问题"], "label": row["意图"]}) for row in rows]
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_what_cannot_be_learnt_from_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("text,label\n好的,a\n", "utf-8")

    done = CliRunner().invoke(app, ["train", "intent", "--data", str(file)])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("train: ")
    assert "only the class 'a'" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("intent", "--data", "x.csv"), ("ctr", "--own", "x.csv")])
def test_a_second_base_is_for_clicks_learnt_from_data(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["train", *words, "--beside", "all-mpnet-base-v2"])

    assert done.exit_code == 2
    assert "train ctr --beside NAME" in done.output
