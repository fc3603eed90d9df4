"""Trains a model of headlines' click rates on A/B tests: impressions and clicks of each headline.

The target is a headline's log-odds of a click minus its test's mean, which removes what a test
shares (story, picture, hour, audience). Rates from few clicks weigh less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.data import corpus, files
from models.data.files import BadData
from models.data.kinds import KINDS
from models.encoder import bundle, embedding
from models.encoder.adapter import Adapter
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.encoder import Encoder
from models.encoder.regression import Linear
from models.metrics import clicks
from models.training import finetune
from models.training.finetune import Score
from models.training.head_bundle import TrainingResult
from models.training.options import ClassificationOptions, TrainingRun
from models.training.trainer import HeadTask, TrainableHead

NAME = "ctr"
NO_COLUMNS: Mapping[str, str] = {}
SPREAD = 0.25  # approximate spread of the log-odds, by which targets are divided


@dataclass(frozen=True)
class Headline:
    """One headline of a test with its impressions and clicks."""

    test: str
    text: str
    impressions: int
    clicks: int


def read_headlines(
    sources: Sequence[Path],
    columns: Mapping[str, str] = NO_COLUMNS,
    _: ReportProgress = ignore_progress,
) -> tuple[Headline, ...]:
    """Read headlines of tests. `columns` maps our column names to the files'.

    Raises BadData for a column that headlines don't have, for invalid counts, more clicks than
    impressions, or when no test has two headlines.
    """
    kind = KINDS[NAME].renamed(dict(columns))
    headlines = tuple(
        _parse_headline(source, row.line, row.values)
        for source in sources
        for row in files.read_table(source, kind.columns).rows
    )
    if len(headlines) == len({headline.test for headline in headlines}):
        source_names = ", ".join(map(str, sources))
        raise BadData(
            f"{source_names}: no test_id has two headlines; a headline is judged inside its test"
        )
    return headlines


def train_ctr(
    headlines: Sequence[Headline], options: ClassificationOptions, run: TrainingRun
) -> TrainingResult:
    """Train on all tests but `options.validate` percent of them, which choose the epoch."""
    config = options.tuning
    check = [h for h in headlines if corpus.is_held_out(h.test, options.validate)]
    learn = [h for h in headlines if not corpus.is_held_out(h.test, options.validate)]
    # A head alone is trained over the shipped encoder.
    shipped = bundle.load_shipped_adapter() if config.method == "head" else None
    encoder = Encoder(run.base, adapter=shipped)
    score = _build_score(check, encoder, run) if _has_different_rates(check) else None
    tuned = finetune.finetune_encoder(
        encoder, [build_task(learn, encoder)], config, score, run.checkpoint_dir
    )
    if tuned.changes:
        encoder = Encoder(run.base, adapter=Adapter(tuned.changes, sha256=""))
    return TrainingResult(
        head=tuned.heads[NAME],
        changes=tuned.changes,
        temperature=1.0,
        threshold=0.0,
        metrics=_validation_metrics(check, tuned.heads[NAME], encoder) if score else {},
        dtype=encoder.dtype,
        training_dtype=tuned.dtype,
    )


def _build_score(check: Sequence[Headline], encoder: Encoder, run: TrainingRun) -> Score:
    """The score of an epoch: the figures of the held-out tests."""
    tokens = encoder.tokenize([h.text for h in check])

    def score(trained: Encoder, heads: Mapping[str, TrainableHead]) -> dict[str, float]:
        figures = _click_figures(check, heads[NAME].predict(trained, tokens))
        if run.on_epoch:
            run.on_epoch(next(iter(figures.values())))
        return figures

    return score


def _validation_metrics(
    check: Sequence[Headline], head: Linear, encoder: Encoder
) -> dict[str, float]:
    logits = head(embedding.embed_texts(encoder, [h.text for h in check]))
    figures = _click_figures(check, logits)
    return {f"validation_{name}": round(value, 4) for name, value in figures.items()}


def build_task(headlines: Sequence[Headline], encoder: Encoder) -> HeadTask:
    """The training task: weighted least squares on `click_targets`."""
    click_log_odds, weights = click_targets(headlines)

    def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        error = (logits[:, 0] - click_log_odds[rows].to(logits.device)).square()
        weight = weights[rows].to(logits.device)
        return (error * weight).sum() / weight.sum()

    return HeadTask(NAME, encoder.tokenize([h.text for h in headlines]), 1, loss)


def click_targets(headlines: Sequence[Headline]) -> tuple[torch.Tensor, torch.Tensor]:
    """Targets (n,), log-odds minus the test's weighted mean in units of SPREAD; weights (n,) of
    mean 1.

    The variance of log-odds is about 1 / clicks + 1 / (impressions - clicks); a half is added to
    each count (Haldane 1956, Anscombe 1956), so that zero clicks stay finite.
    """
    clicked = torch.tensor([h.clicks + 0.5 for h in headlines])
    passed = torch.tensor([h.impressions - h.clicks + 0.5 for h in headlines])
    odds, weights = (clicked / passed).log(), 1 / (1 / clicked + 1 / passed)
    place = {name: i for i, name in enumerate(dict.fromkeys(h.test for h in headlines))}
    test = torch.tensor([place[h.test] for h in headlines])
    total = torch.zeros(len(place)).index_add(0, test, weights)
    mean = torch.zeros(len(place)).index_add(0, test, weights * odds) / total
    return (odds - mean[test]) / SPREAD, weights / weights.mean()


def _click_figures(headlines: Sequence[Headline], scores: torch.Tensor) -> dict[str, float]:
    shown_headlines = [
        clicks.ShownHeadline(h.test, h.impressions, h.clicks, score)
        for h, score in zip(headlines, scores[:, 0].tolist(), strict=True)
    ]
    all_figures = clicks.figures(shown_headlines)
    names = ("spearman", "pairwise_accuracy", "pairwise_accuracy_significant")
    return {name: value for name in names if (value := all_figures[name]) is not None}


def _has_different_rates(headlines: Sequence[Headline]) -> bool:
    """Whether any test has headlines that were clicked differently."""
    rates: dict[str, set[float]] = {}
    for h in headlines:
        rates.setdefault(h.test, set()).add(h.clicks / h.impressions)
    return any(len(different) > 1 for different in rates.values())


def _parse_headline(source: Path, line: int, values: Mapping[str, str]) -> Headline:
    try:
        impressions, clicked = int(values["impressions"]), int(values["clicks"])
    except ValueError:
        raise BadData(f"{source}, line {line}: impressions and clicks are whole numbers") from None
    if not 0 <= clicked <= impressions or not impressions:
        raise BadData(f"{source}, line {line}: {clicked} clicks of {impressions} impressions")
    return Headline(values["test_id"], values["headline"], impressions, clicked)
