"""An account's own experiments continue from the shipped model."""

import csv
from pathlib import Path

import pytest
import torch

from models.encoder import heads
from models.encoder.bundle import MODELS
from models.encoder.click_model import ClickModel
from models.hub.fetch import ensure_base
from models.hub.sources import E5_SMALL
from models.training.clicks.rows import of_account, read_click_rows
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.options import ClassificationOptions, TrainingRun

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]


def test_own_experiments_set_the_level_and_keep_what_was_learnt(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(["text", "campaign", "impressions", "clicks"])
        for number in range(12):
            table.writerow([f"春茶免费试饮第{number}天", f"c{number}", 1000, 120])
            table.writerow([f"关于第{number}天营业的通知", f"c{number}", 1000, 60])
    rows = of_account(read_click_rows([file]), "default")
    tuning = FinetuneConfig(method="head", epochs=5, batch=64, dtype="fp32")
    run = TrainingRun(base=ensure_base())

    manifest = ENCODER_TASKS["ctr"].train(
        rows, ClassificationOptions(tuning=tuning), run, tmp_path / "out", "2026-12-01"
    )

    places = (MODELS / "ctr", tmp_path / "out")
    shipped, own = (heads.Head.read(place, E5_SMALL) for place in places)
    predicted = ClickModel.load(tmp_path / "out").predict([row.text for row in rows])
    assert manifest.clicks is not None
    assert [source.account for source in manifest.clicks.sources] == ["", "default"]
    assert manifest.clicks.sources[1].languages == {"zh": 24}
    assert 0.07 < sum(each.rate for each in predicted) / len(predicted) < 0.11
    assert torch.cosine_similarity(shipped.weight, own.weight).item() > 0.5
