"""Invented ads: their counts follow the true rates, and no text is in both files."""

import csv
from pathlib import Path

import numpy as np

from models.data.sample_ads import HEADER, write_sample_ads


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_counts_follow_the_true_rates(tmp_path: Path) -> None:
    ads = read(write_sample_ads(tmp_path, rows=2000, seed=7)[0])

    expected = sum(int(ad["impressions"]) * float(ad["true_rate"]) for ad in ads)

    assert tuple(ads[0]) == HEADER
    assert abs(sum(int(ad["clicks"]) for ad in ads) / expected - 1) < 0.01
    assert np.std([float(ad["true_rate"]) for ad in ads]) > 0.01


def test_no_text_is_in_both_files(tmp_path: Path) -> None:
    train, test = (read(file) for file in write_sample_ads(tmp_path, rows=500, seed=7))

    texts = {ad["text"] for ad in train} | {ad["text"] for ad in test}

    assert (len(train), len(test), len(texts)) == (500, 100, 600)


def test_the_same_seed_gives_the_same_ads(tmp_path: Path) -> None:
    [first, _] = write_sample_ads(tmp_path / "a", rows=100, seed=1)
    [second, _] = write_sample_ads(tmp_path / "b", rows=100, seed=1)

    assert first.read_bytes() == second.read_bytes()
