"""Train the sentiment head: reviews say what positive and negative are, and what customers
ask in a shop, nearly always calmly, says how wide neutral is.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models import corpus, heads, regression
from models.base.sources import E5_SMALL
from models.corpus import Row
from models.encoder import Encoder
from models.heads import Manifest

FOLDER = Path(__file__).parent
LABELS = ["negative", "positive"]
SETS = ("hotel", "waimai", "shopping")
QUESTION = re.compile(
    r"[?？吗呢么]|什么|多少|怎么|怎样|几[天点号个件时]|哪|能不能|是不是|有没有|可不可以"
)


@dataclass(frozen=True)
class Config:
    """Everything a run depends on besides the data."""

    seed: int = 7
    texts_a_set: int = 4000  # half of them positive; fewer where a set hasn't so many
    longest: int = 80  # characters; what followers write is shorter still
    questions: int = 3000
    cs: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1)
    neutral_questions: float = 0.85  # asked of the band on questions learnt from


def train(data: Path, encoder: Encoder, date: str, config: Config | None = None) -> Manifest:
    """Write head.safetensors and manifest.json beside this file."""
    config = config or Config()
    learn, hold = corpus.split(sample(data, config))
    asked, _ = corpus.split(questions(data, config))
    print(f"sentiment: {len(learn)} reviews, {len(asked)} questions", flush=True)
    x, y = corpus.embed(encoder, [row.text for row in learn], print), _targets(learn)
    held, truth = corpus.embed(encoder, [row.text for row in hold]), _targets(hold)
    # C and temperature on every fifth row, so that the held-out reviews stay untouched.
    inner = torch.arange(len(x)) % 5 == 0
    tried = {c: regression.fit(x[~inner], y[~inner], 2, c) for c in config.cs}
    right = {c: float((m(x[inner]).argmax(1) == y[inner]).float().mean()) for c, m in tried.items()}
    best = max(right, key=lambda c: right[c])
    print(f"  C by validation accuracy: {right}, chosen {best}", flush=True)
    inner_logits = tried[best](x[inner])
    heat = regression.temperature(inner_logits, y[inner])
    final = regression.fit(x, y, 2, best)
    calm = _positive(final(corpus.embed(encoder, [row.text for row in asked])), heat)
    low, high = band(calm, _positive(inner_logits, heat), y[inner], config.neutral_questions)
    p = _positive(final(held), heat)
    outside = (p < low) | (p > high)
    return heads.write(FOLDER, final.weight, final.bias, {
        "task": "sentiment",
        "labels": LABELS,
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.wheel.sha256,
        "adapter_sha256": encoder.adapter_sha256,
        "method": f"logistic regression, C={best}; neutral is a band of P(positive)",
        "seed": config.seed,
        "date": date,
        "data": {"reviews": len(learn), "reviews_held_out": len(hold), "questions": len(asked)},
        "temperature": heat,
        "threshold": 0.0,
        "neutral": (low, high),
        "metrics": {
            "held_out_accuracy_two_classes": round(_mean((p > 0.5).long() == truth), 4),
            "held_out_accuracy_outside_the_band": round(
                _mean((p > high).long()[outside] == truth[outside]), 4
            ),
            "held_out_share_outside_the_band": round(_mean(outside), 4),
        },
    })  # fmt: skip


def sample(data: Path, config: Config) -> list[Row]:
    """As many positive as negative reviews of each set, each text once."""
    rng = np.random.default_rng(config.seed)
    chosen: list[Row] = []
    for name in SETS:
        rows = corpus.read(data / "sentiment" / f"{name}.train.jsonl")
        rows = list({row.text: row for row in rows if len(row.text) <= config.longest}.values())
        sides = [[row for row in rows if row.label == label] for label in ("0", "1")]
        count = min(config.texts_a_set // 2, *map(len, sides))
        for side in sides:
            chosen += [side[i] for i in rng.permutation(len(side))[:count]]
    return chosen


def questions(data: Path, config: Config) -> list[Row]:
    """What customers ask before and after buying; its intent labels aren't used."""
    rows = [row for row in corpus.cic(data) if QUESTION.search(row.text)]
    rows = list({row.text: row for row in rows}.values())
    order = np.random.default_rng(config.seed).permutation(len(rows))[: config.questions]
    return [rows[i] for i in order]


def band(
    calm: torch.Tensor, reviews: torch.Tensor, truth: torch.Tensor, share: float
) -> tuple[float, float]:
    """The band that holds `share` of the questions and leaves most reviews rightly named."""
    tails = torch.linspace(0, 1 - share, 31)  # share of questions below the band
    tried = [
        (float(calm.quantile(float(tail))), float(calm.quantile(min(1.0, float(tail) + share))))
        for tail in tails
    ]

    def rightly_named(edges: tuple[float, float]) -> float:
        low, high = edges
        return _mean(torch.where(truth == 1, reviews > high, reviews < low))

    low, high = max(tried, key=rightly_named)
    return round(low, 3), round(high, 3)


def _positive(logits: torch.Tensor, heat: float) -> torch.Tensor:
    return (logits / heat).softmax(1)[:, LABELS.index("positive")]


def _targets(rows: list[Row]) -> torch.Tensor:
    return torch.tensor([int(row.label) for row in rows])


def _mean(right: torch.Tensor) -> float:
    return float(right.float().mean())
