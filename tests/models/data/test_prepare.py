"""`python -m models prepare` from files to a folder."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from models.__main__ import app
from models.data.prepare import folder, suspects, words

Rows = list[dict[str, Any]]

SUBJECTS = (
    "衣服",
    "鞋子",
    "帽子",
    "裤子",
    "毛巾",
    "水杯",
    "被子",
    "雨伞",
    "手套",
    "围巾",
    "袜子",
    "枕头",
)
PATTERNS = {
    "发货": ("{}什么时候发货", "{}今天能发货吗", "{}怎么还没发货"),
    "退货": ("{}我想退货", "{}不合适怎么退货", "{}退货运费谁出"),
}


def labelled() -> Rows:
    return [
        {"text": pattern.format(subject), "label": label}
        for label, patterns in PATTERNS.items()
        for pattern in patterns
        for subject in SUBJECTS
    ]


def write(path: Path, rows: Rows) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8")
    return path


def read_rows(out: Path, name: str) -> Rows:
    text = (out / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def everything(out: Path) -> Rows:
    return [row for part in ("train", "dev", "test") for row in read_rows(out, part)]


def run(source: Path, out: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["prepare", str(source), "--out", str(out), *words])
    return done.exit_code, done.stdout, done.stderr


def report(source: Path, out: Path, *words: str) -> dict[str, Any]:
    code, output, complaint = run(source, out, "--json", *words)
    assert (code, complaint) == (0, "")
    figures: dict[str, Any] = json.loads(output)
    return figures


def test_a_folder_of_clean_data_and_its_report(tmp_path: Path) -> None:
    rows = labelled()
    rows[0]["label"] = "退货"  # 衣服什么时候发货: somebody's mistake
    rows += [
        {"text": "衣服我想退貨", "label": "退货"},
        {"text": "！！", "label": "退货"},
        {"text": "订单1234567890123呢", "label": "发货"},
        {"text": "订单1234567890999呢", "label": "退货"},
        {"text": "催一下", "label": ""},
    ]
    source, out = write(tmp_path / "a.jsonl", rows), tmp_path / "deep" / "out"

    figures = report(source, out)

    doubts = figures.pop("suspects")
    first = doubts["first"][0]
    assert (first["text"], first["label"], first["suggested"], first["line"]) == (
        "衣服什么时候发货", "退货", "发货", 1,
    )  # fmt: skip
    assert read_rows(out, "suspects") == doubts["first"]
    sizes = {part: len(read_rows(out, part)) for part in ("train", "dev", "test")}
    assert [telling[0] for telling in figures.pop("words").values()] == ["发货", "退货"]
    assert figures == {
        "files": [str(source)],
        "kind": "text",
        "columns": {str(source): {"text": "text", "label": "label"}},
        "recorded": False,
        "rows": {
            "read": 77,
            "kept": 72,
            "dropped": {"without letters": 1, "without label": 1, "duplicate": 1, "tied labels": 2},
        },
        "changed": {"simplified": 1, "cut": 0, "masked": {"order": 2}},
        "conflicts": {
            "count": 1,
            "first": [
                {"text": "订单〔单号〕呢", "labels": {"发货": 1, "退货": 1}, "kept": None}
            ],
        },
        "split": {"rows": sizes, "groups": 72, "largest_group": 1, "seed": 7},
        "balance": {
            "classes": 2, "largest_to_smallest": 1.1, "few": [],
            "counts": {"退货": 37, "发货": 35},
        },
        "length": {
            "mean": 7.8, "p5": 6, "p25": 8, "p50": 8, "p75": 8, "p95": 9, "p99": 9, "longest": 9,
        },
        "scripts": {"chinese": 1.0, "latin": 0.0, "other": 0.0},
    }  # fmt: skip
    assert sorted(map(str, everything(out))) == sorted(map(str, rows[:72]))


def test_people_read_a_page(tmp_path: Path) -> None:
    rows = [*labelled(), {"text": "a|b", "label": "rare"}, {"text": "a|b", "label": "rare"}]
    rows += [{"text": "a|b", "label": "发货"}, {"text": "長" * 12_000, "label": "退货"}]
    source, out = write(tmp_path / "a.jsonl", rows), tmp_path / "out"

    code, output, _ = run(source, out)

    assert (code, output.rstrip()) == (0, (out / "report.md").read_text("utf-8").rstrip())
    for line in (
        "| dropped: duplicate | 2 |",
        "| cut to 10,000 characters | 1 |",
        "3 classes; the largest has 37.0 times the examples of the",
        "With fewer than 8: rare.",
        "| a\\|b | rare (2), 发货 (1) | rare |",
        "| 发货 | 发货 ",
    ):
        assert line in output


def test_texts_without_labels_are_split_too(tmp_path: Path) -> None:
    rows = [{"text": row["text"]} for row in labelled()]
    source, stop = write(tmp_path / "a.jsonl", rows), tmp_path / "stop.txt"
    stop.write_bytes("什么\n时候\n我\n想\n怎么\n谁\n".encode("gb18030"))

    figures = report(source, tmp_path / "out", "--stopwords", str(stop), "--split", "60/20/20")

    assert (figures["balance"], figures["suspects"]["note"]) == (
        None, "Only classes of single texts are judged.",
    )  # fmt: skip
    assert figures["words"]["all"][:2] == ["发货", "退货"]
    assert sorted(map(str, everything(tmp_path / "out"))) == sorted(map(str, rows))


def test_a_few_labels_are_not_judged(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", labelled()[:8])

    figures = report(source, tmp_path / "out")

    note = "Not judged: it takes 50 texts in 2 classes of at least 5."
    assert figures["suspects"] == {"count": 0, "note": note, "first": []}
    assert figures["words"] == {"发货": ["发货", "时候"]}


def test_an_export_of_the_service_gives_what_was_said_and_the_intent(tmp_path: Path) -> None:
    turn = {"id": "wx1:7", "openid": "o-1", "answer": "亲，今天发", "confidence": 0.9}
    rows = [
        turn | {"said": "什么时候发货", "source": "template", "intent": "ask_ship_time"},
        turn | {"said": "[image]", "source": "kind", "intent": None},
        turn | {"said": "那个那个", "source": "ask_back", "intent": "want_refund"},
    ]
    source, out = write(tmp_path / "turns.jsonl", rows), tmp_path / "out"

    figures = report(source, out)

    assert everything(out) == [{"text": "什么时候发货", "label": "ask_ship_time"}]
    assert (figures["recorded"], figures["rows"]["dropped"]) == (
        True, {"not a text": 1, "without label": 1},
    )  # fmt: skip
    assert "not a person's judgement" in (out / "report.md").read_text("utf-8")


def test_an_export_of_the_service_gives_questions_and_answers(tmp_path: Path) -> None:
    rows = [
        {"said": "什么时候发货", "answer": "亲，打13800138000", "source": "template"},
        {"said": "那个那个", "answer": "您能再说一遍吗", "source": "ask_back"},
    ]
    source, out = write(tmp_path / "turns.jsonl", rows), tmp_path / "out"

    figures = report(source, out, "--kind", "qa")

    assert everything(out) == [{"question": "什么时候发货", "answer": "亲,打〔电话〕"}]
    assert figures["rows"]["dropped"] == {"not answered": 1}


def test_pairs_that_share_a_sentence_stay_in_one_part(tmp_path: Path) -> None:
    rows = [
        {"sentence1": f"{subject}能退吗", "sentence2": f"{subject}{ending}", "label": str(n % 2)}
        for subject in SUBJECTS
        for n, ending in enumerate(("可以退货吗", "多少钱", "能退吗！", "能退换吗"))
    ]
    source, out = write(tmp_path / "a.jsonl", rows), tmp_path / "out"

    figures = report(source, out, "--kind", "pairs", "--split", "50/25/25")

    places: dict[str, set[str]] = {}
    for part in ("train", "dev", "test"):
        for row in read_rows(out, part):
            places.setdefault(row["sentence1"], set()).add(part)
    assert [len(parts) for parts in places.values()] == [1] * len(SUBJECTS)
    assert set.union(*places.values()) == {"train", "dev", "test"}
    assert (figures["split"]["groups"], figures["split"]["largest_group"]) == (12, 4)


def test_headlines_of_a_test_stay_in_one_part(tmp_path: Path) -> None:
    rows = [
        {"test_id": f"{n}0", "headline": f"标题{h}", "impressions": 100 + h, "clicks": h}
        for n in range(30)
        for h in range(3)
    ]
    source, out = write(tmp_path / "a.jsonl", rows), tmp_path / "out"

    figures = report(source, out, "--kind", "ctr")

    tests = [{row["test_id"] for row in read_rows(out, part)} for part in ("train", "dev", "test")]
    assert (sum(map(len, tests)), figures["split"]["groups"]) == (30, 30)
    assert sorted(map(str, everything(out))) == sorted(map(str, rows))


@pytest.mark.parametrize(
    ("rows", "options", "complaint"),
    [
        ([], (), "is empty; it needs a row for every text"),
        ([{"text": "38"}, {"text": ""}], (), "nothing is left of 2 rows (without letters: 2)"),
        ([{"text": "好"}], ("--split", "1/2/3"), "a split sums to 100"),
        ([{"text": "好"}], ("--label-column", "类"), "or say with --label-column which one it is"),
        (
            [{"text": "好"}],
            ("--kind", "qa", "--label-column", "类"),
            "have no label: leave '类' out",
        ),
        (
            [{"test_id": "a", "headline": "好", "impressions": 7, "clicks": -1}],
            ("--kind", "ctr"),
            "line 1: clicks must be a whole number, not '-1'",
        ),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, rows: Rows, options: tuple[str, ...], complaint: str
) -> None:
    source, out = write(tmp_path / "a.jsonl", rows), tmp_path / "out"

    code, output, complained = run(source, out, *options)

    assert (code, output, complained.count("\n"), out.exists()) == (2, "", 1, False)
    assert complaint in complained


def test_only_an_earlier_result_is_replaced_and_only_on_request(tmp_path: Path) -> None:
    source, out = write(tmp_path / "a.jsonl", labelled()), tmp_path / "out"
    report(source, out, "--seed", "1")

    refused = run(source, out)
    inside = run(out / "train.jsonl", out, "--overwrite")
    replaced = report(source, out, "--seed", "2", "--overwrite")
    (out / "notes.txt").write_text("mine")
    foreign = run(source, out, "--overwrite")
    at_a_file = run(source, source)

    assert replaced["split"]["seed"] == 2
    assert [refused[2], inside[2], foreign[2], at_a_file[2]] == [
        f"prepare: {out} isn't empty; name another folder or say --overwrite\n",
        f"prepare: {out}/train.jsonl lies in {out} and would be replaced; name another folder\n",
        f"prepare: {out} holds notes.txt, which prepare didn't write; name another folder\n",
        f"prepare: {source} is a file; name a folder with --out\n",
    ]


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond 1 KB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_earlier_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder.write_folder(out, {"report.md": "old"})

    with full_disk(), pytest.raises(folder.Unwritable) as refusal:
        folder.write_folder(out, {"train.jsonl": "好", "report.md": "long" * 1000})

    assert str(refusal.value) == (
        f"{out} can't be written: File too large; make room or name another folder with --out"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [(path.name, path.read_text()) for path in out.iterdir()] == [("report.md", "old")]


def test_classes_too_small_to_judge_are_left_alone() -> None:
    texts = [row["text"] for row in labelled()]
    labels = [row["label"] for row in labelled()]
    labels[0], labels[40] = "只此一条", "发货"

    result = suspects.find_suspects(texts, labels)

    assert [(doubt.index, doubt.suggested) for doubt in result.suspects] == [(40, "退货")]
    assert result.agreement == pytest.approx(70 / 71)


def test_words_of_one_class_are_the_frequent_ones() -> None:
    segmented = words.segment_texts(["谁要退货 OK", "Ok,退货〔电话〕123"], stop=["谁"])

    assert segmented == [["要", "退货", "ok"], ["ok", "退货"]]
    assert words.find_telling_words(segmented, ["a", "a"]) == {"a": ["ok", "退货"]}
