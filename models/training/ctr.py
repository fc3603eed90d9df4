"""Learn what makes a headline clicked from A/B tests: impressions and clicks of each headline.

The target is a headline's log-odds of a click, less its test's: what a test shares (story,
picture, hour, audience) says nothing about the headline. Rates of few clicks weigh less.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.data import files
from models.data.files import BadData
from models.data.kinds import KINDS
from models.encoder import embedding
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.metrics import clicks
from models.training import finetune
from models.training.classification import Found, Watch, shipped
from models.training.finetune import Config
from models.training.trainer import Head, Task

NAME = "ctr"
SPREAD = 0.25  # of the target, about: the loss is in its units


@dataclass(frozen=True)
class Headline:
    """One headline of a test, as its readers took it."""

    test: str
    text: str
    impressions: int
    clicks: int


def read(sources: Sequence[Path]) -> list[Headline]:
    """Raises BadData for counts that are none."""
    found = [
        _headline(source, row.line, row.values)
        for source in sources
        for row in files.read(source, KINDS[NAME].columns).rows
    ]
    if len(found) == len({headline.test for headline in found}):
        told = ", ".join(map(str, sources))
        raise BadData(f"{told}: no test_id has two headlines; a headline is judged inside its test")
    return found


def train(
    headlines: Sequence[Headline], config: Config, base: Path, percent: int, keep: Path | None,
    watch: Watch | None = None,
) -> Found:  # fmt: skip
    """Learn from all tests but `percent` of them, which choose the epoch.

    `watch` hears each epoch's first figure; what it raises ends the training.
    """
    check = [h for h in headlines if _held_out(h.test, percent)]
    learn = [h for h in headlines if not _held_out(h.test, percent)]
    # A head alone sits over the shipped encoder, like every head.
    encoder = Encoder(base, adapter=shipped() if config.method == "head" else None)
    tokens = encoder.tokenize([h.text for h in check])

    def score(trained: Encoder, heads: Mapping[str, Head]) -> dict[str, float]:
        found = _figures(check, heads[NAME](embedding.encode(trained, tokens)))
        if watch:
            watch(next(iter(found.values())))
        return found

    useful = _tells(check)
    tuned = finetune.tune(encoder, [task(learn, encoder)], config, score if useful else None, keep)
    adapted = Encoder(base, adapter=Adapter(tuned.changes, sha256="")) if tuned.changes else encoder
    found = _figures(check, tuned.heads[NAME](embedding.encode(adapted, tokens))) if useful else {}
    told = {f"validation_{name}": round(value, 4) for name, value in found.items()}
    return Found(
        head=tuned.heads[NAME],
        changes=tuned.changes,
        mood=None,
        temperature=1.0,
        threshold=0.0,
        metrics=told,
        dtype=adapted.dtype,
        training_dtype=tuned.dtype,
    )


def task(headlines: Sequence[Headline], encoder: Encoder) -> Task:
    """Weighted least squares."""
    wanted, weights = targets(headlines)

    def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        error = (logits[:, 0] - wanted[rows].to(logits.device)).square()
        weight = weights[rows].to(logits.device)
        return (error * weight).sum() / weight.sum()

    return Task(NAME, encoder.tokenize([h.text for h in headlines]), 1, loss)


def targets(headlines: Sequence[Headline]) -> tuple[torch.Tensor, torch.Tensor]:
    """(n,) log-odds less the test's weighted mean, and (n,) weights of mean 1.

    The variance of log-odds is about 1 / clicks + 1 / (impressions - clicks); a half is added to
    each count (Haldane 1956, Anscombe 1956), so that no click at all stays finite.
    """
    clicked = torch.tensor([h.clicks + 0.5 for h in headlines])
    passed = torch.tensor([h.impressions - h.clicks + 0.5 for h in headlines])
    odds, weights = (clicked / passed).log(), 1 / (1 / clicked + 1 / passed)
    place = {name: i for i, name in enumerate(dict.fromkeys(h.test for h in headlines))}
    test = torch.tensor([place[h.test] for h in headlines])
    total = torch.zeros(len(place)).index_add(0, test, weights)
    mean = torch.zeros(len(place)).index_add(0, test, weights * odds) / total
    return (odds - mean[test]) / SPREAD, weights / weights.mean()


def _figures(headlines: Sequence[Headline], scores: torch.Tensor) -> dict[str, float]:
    shown = [
        clicks.Shown(h.test, h.impressions, h.clicks, score)
        for h, score in zip(headlines, scores[:, 0].tolist(), strict=True)
    ]
    found = clicks.figures(shown)
    names = ("spearman", "pairwise_accuracy", "pairwise_accuracy_significant")
    return {name: value for name in names if (value := found[name]) is not None}


def _tells(headlines: Sequence[Headline]) -> bool:
    """Whether any test has headlines that were clicked differently."""
    rates: dict[str, set[float]] = {}
    for h in headlines:
        rates.setdefault(h.test, set()).add(h.clicks / h.impressions)
    return any(len(different) > 1 for different in rates.values())


def _headline(source: Path, line: int, values: Mapping[str, str]) -> Headline:
    try:
        shown, clicked = int(values["impressions"]), int(values["clicks"])
    except ValueError:
        raise BadData(f"{source}, line {line}: impressions and clicks are whole numbers") from None
    if not 0 <= clicked <= shown or not shown:
        raise BadData(f"{source}, line {line}: {clicked} clicks of {shown} impressions")
    return Headline(values["test_id"], values["headline"], shown, clicked)


def _held_out(test: str, percent: int) -> bool:
    """The same answer for the same test, always."""
    return hashlib.sha256(test.encode()).digest()[0] * 100 < percent * 256
