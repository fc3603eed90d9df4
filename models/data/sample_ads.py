"""Invents ads with clicks whose true rates are known: for trying out the training of click models.

The log-odds of a click are a level, plus an effect of each part of the text, plus what parts do
together and the channel; the rest is chance. No real ad or count is in it.
"""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LEVEL = -3.4  # log-odds: 3.2 %
FEWEST, MOST = 300, 3000  # impressions of an ad
TEST_SHARE = 0.2  # rows of test.csv by rows of train.csv
HEADER = ("text", "impressions", "clicks", "channel", "true_rate")
CHANNELS = {"article": 0.2, "moments": 0.0, "menu": -0.3}
OPENINGS = {
    "": 0.0, "刚刚上架：": 0.15, "朋友都在问，": 0.3, "关于本店的通知：": -0.5, "周末去哪儿？": 0.2,
    "老顾客专享｜": 0.35, "店长推荐：": 0.1, "温馨提示：": -0.35, "你有多久没喝到": 0.4,
    "今天只说一件事：": 0.25,
}  # fmt: skip
FOR_WHOM = {
    "": 0.0, "上班族的": 0.1, "考研党的": 0.25, "带娃人的": 0.15, "老茶客的": -0.2, "一个人的": 0.3,
    "办公室的": -0.1, "两个人的": 0.2,
}  # fmt: skip
GOODS = {
    "明前龙井": 0.1, "手冲咖啡": 0.2, "桂花米酿": 0.05, "冷萃乌龙": 0.0, "抹茶拿铁": 0.25,
    "陈皮普洱": -0.15, "茉莉花茶": -0.05, "鲜榨橙汁": 0.0, "低糖豆乳": -0.1, "芝士奶盖": 0.3,
    "柠檬红茶": 0.05, "燕麦热饮": -0.1, "手工酸奶": 0.15, "杨梅冰饮": 0.2,
}  # fmt: skip
OFFERS = {
    "第二杯半价": 0.45, "满三十减五": 0.2, "免费试饮一周": 0.6, "新品到店": -0.1, "限量五十份": 0.3,
    "产地直送": -0.05, "换了新包装": -0.4, "加料不加价": 0.25, "会员积分翻倍": 0.05,
    "送一张书签": 0.1,
}  # fmt: skip
ENDINGS = {
    "": 0.0, "，欢迎光临": -0.15, "，今晚八点开始": 0.2, "，周五到周日": 0.05, "！": 0.05,
    "，点开看详情": -0.1, "，你选哪一种？": 0.3, "，详见门店公告": -0.3,
}  # fmt: skip
PARTS = (OPENINGS, FOR_WHOM, GOODS, OFFERS, ENDINGS)  # in the order of the text
TOGETHER = 0.4  # a question at the beginning and at the end; an official tone beside an offer


@dataclass(frozen=True, kw_only=True)
class SampleAd:
    """An ad with its counts, and the rate that the counts were drawn from."""

    text: str
    impressions: int
    clicks: int
    channel: str
    true_rate: float


def write_sample_ads(folder: Path, rows: int, seed: int) -> tuple[Path, Path]:
    """Write train.csv with `rows` ads and test.csv with a fifth as many others; their paths."""
    dice = np.random.default_rng(seed)
    ads = list(invent_ads(rows + round(rows * TEST_SHARE), dice))
    folder.mkdir(parents=True, exist_ok=True)
    files = (folder / "train.csv", folder / "test.csv")
    for file, some in zip(files, (ads[:rows], ads[rows:]), strict=True):
        _write_ads(file, some)
    return files


def invent_ads(count: int, dice: np.random.Generator) -> Iterator[SampleAd]:
    """Ads of random parts with random counts; no two have one text."""
    shape = [len(part) for part in PARTS]
    chosen = dice.choice(math.prod(shape), count, replace=False)
    for numbers in zip(*np.unravel_index(chosen, shape), strict=True):
        parts = [list(part)[number] for part, number in zip(PARTS, numbers, strict=True)]
        channel = list(CHANNELS)[int(dice.integers(len(CHANNELS)))]
        rate = 1 / (1 + math.exp(-_log_odds(parts, channel)))
        impressions = int(dice.integers(FEWEST, MOST))
        yield SampleAd(
            text="".join(parts),
            impressions=impressions,
            clicks=int(dice.binomial(impressions, rate)),
            channel=channel,
            true_rate=round(rate, 5),
        )


def _log_odds(parts: Sequence[str], channel: str) -> float:
    opening, _, _, offer, ending = parts
    sum_of_parts = sum(effects[part] for effects, part in zip(PARTS, parts, strict=True))
    both_ask = ("？" in opening or "你有多久" in opening) and "？" in ending
    is_official = "通知" in opening or "提示" in opening
    together = -TOGETHER * both_ask - TOGETHER * (is_official and OFFERS[offer] > 0)
    return LEVEL + sum_of_parts + together + CHANNELS[channel]


def _write_ads(file: Path, ads: list[SampleAd]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(HEADER)
        for ad in ads:
            table.writerow([getattr(ad, name) for name in HEADER])
