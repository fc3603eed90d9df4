"""Click models from files, over a small random base."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.encoder import heads
from models.encoder.bundle import load_own_adapter
from models.encoder.heads import HeadManifest
from models.training.clicks.rows import ClickRow, of_account
from models.training.clicks.train import describe_sources
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.names import ClickObjective
from models.training.options import ClassificationOptions, TrainingRun
from tests.models.tiny import FACTS, tiny

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]

TAILS = "什么时候发货能便宜点吗天地人"
RATES = {"甲乙": 0.06, "丙丁": 0.02}
TESTS = [
    {"test_id": f"t{number}{tail}", "headline": f"{word}{tail}{other}", "impressions": 1000,
     "clicks": round(1000 * rate)}
    for number, (tail, other) in enumerate(zip(TAILS * 3, TAILS[1:] * 4, strict=False))
    for word, rate in RATES.items()
]  # fmt: skip
SINGLES = [{name: row[name] for name in ("headline", "impressions", "clicks")} for row in TESTS]
PAIRS = [
    {"sentence1": f"甲乙{a}{b}", "sentence2": f"丙丁{a}{b}", "label": "1"}
    for a, b in zip(TAILS * 3, TAILS[1:] * 4, strict=False)
]
HEAD = ClassificationOptions(
    tuning=FinetuneConfig(method="head", epochs=20, batch=8, rate=3e-2), validate=30
)
LORA = replace(HEAD, tuning=FinetuneConfig(rank=4, epochs=3, batch=8, rate=5e-3, dtype="fp32"))


def train(
    folder: Path,
    rows: list[dict[str, object]] | list[dict[str, str]],
    options: ClassificationOptions,
) -> HeadManifest:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    task = ENCODER_TASKS["ctr"]
    run = TrainingRun(base=tiny(folder / "tiny"))
    return task.train(
        task.read([file], {}, run.progress), options, run, folder / "out", "2026-12-01"
    )


@pytest.mark.parametrize("options", [HEAD, LORA])
def test_counts_in_tests_are_learnt_from(tmp_path: Path, options: ClassificationOptions) -> None:
    manifest = train(tmp_path, TESTS, options)

    adapter = load_own_adapter(tmp_path / "out", FACTS)
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    scale = manifest.clicks
    assert manifest == heads.read_manifest(tmp_path / "out")
    assert heads.Head.load(tmp_path / "out", FACTS, adapter).manifest.taps == (2,)
    assert scale is not None
    assert manifest.metrics["validation_pairwise_accuracy"] > 0.9
    assert manifest.metrics["validation_pair_log_loss_gain"] > 0.2
    assert manifest.metrics["baseline_plain_mean_pairwise_accuracy_significant"] == 0.5
    assert "| baseline_ridge_pairwise_accuracy_significant |" in card
    assert "| rows.jsonl | public | 84 | 84,000 | zh 84 |" in card
    assert scale.level == pytest.approx(np.log(0.035 / 0.965), abs=0.15)


@pytest.mark.parametrize("objective", [None, "squared", "binomial"])
def test_counts_without_tests_are_learnt_from(
    tmp_path: Path, objective: ClickObjective | None
) -> None:
    manifest = train(tmp_path, SINGLES, replace(HEAD, click_objective=objective))

    assert manifest.metrics["validation_rank_correlation"] > 0.7
    assert manifest.metrics["validation_log_loss_gain"] > 0
    assert (objective or "binomial") in manifest.method


def test_pairs_are_learnt_from(tmp_path: Path) -> None:
    manifest = train(tmp_path, PAIRS, HEAD)

    assert manifest.metrics["validation_pairwise_accuracy"] > 0.9
    assert manifest.method == "head over layer 2 by pairs"


def test_rates_are_learnt_from_with_their_channel(tmp_path: Path) -> None:
    rows = [
        {"text": row["headline"], "rate": RATES[str(row["headline"])[:2]] * factor, "channel": name}
        for row in TESTS
        for name, factor in (("article", 1.5), ("poster", 0.5))
    ]

    scale = train(tmp_path, rows, HEAD).clicks

    assert scale is not None
    assert scale.effects["channel"]["article"] > 0.2 > -0.2 > scale.effects["channel"]["poster"]


def test_the_manifest_says_whose_rows_were_learnt_from() -> None:
    public = ClickRow(text="A tea", test="1", impressions=100, clicks=1, source="public.csv")
    [own] = of_account([replace(public, text="春茶", source="own.csv")], "default")

    sources = describe_sources([public, public, own])

    assert [(s.name, s.account, s.rows, s.impressions, s.languages) for s in sources] == [
        ("public.csv", "", 2, 200, {"en": 2}),
        ("own.csv", "default", 1, 100, {"zh": 1}),
    ]
