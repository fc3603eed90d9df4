"""Trains the click model: the encoder, where a method changes it, then the head and its scale.

Of the rows that are learnt from, one fold of five chooses the head's penalty, and the scale is
fitted on it. The rows held out by `validate` choose nothing: the reported figures are theirs.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from models.data import corpus
from models.data.languages import guess_language
from models.encoder import embedding
from models.encoder.click_scale import ClickScale, ClickSource
from models.encoder.regression import Linear
from models.encoder.serving_dtype import choose_encoder_dtype
from models.training.clicks import calibration, figures
from models.training.clicks.design import build_design, choose_objective
from models.training.clicks.effects import fit_effects
from models.training.clicks.encoders import ClickEncoder, load_or_tune, load_shipped
from models.training.clicks.head import PENALTIES, HeadFit, Standardisation, fit_head
from models.training.clicks.rows import ClickRow
from models.training.clicks.split import split_rows
from models.training.head_bundle import TrainingResult
from models.training.names import ClickObjective
from models.training.options import ClassificationOptions, TrainingRun

CHECK_FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class EmbeddedRows:
    """Rows with their embeddings (n, F), and the objective of the head over them."""

    rows: Sequence[ClickRow]
    embeddings: torch.Tensor
    objective: ClickObjective

    def select(self, indices: Sequence[int]) -> "EmbeddedRows":
        """Some of the rows."""
        return replace(
            self,
            rows=[self.rows[i] for i in indices],
            embeddings=self.embeddings[list(indices)],
        )


def train_ctr(
    rows: Sequence[ClickRow], options: ClassificationOptions, run: TrainingRun
) -> TrainingResult:
    """Train on all rows but `options.validate` percent of the tests, which give the figures.

    Where all rows are an account's own, training continues from the shipped model.
    """
    learn, held_out = split_rows(rows, options.validate)
    check = [i for i in learn if _is_check(rows[i])]
    others = [rows[i] for i in learn if not _is_check(rows[i])]
    continues = all(row.account for row in rows)
    click_encoder = (
        load_shipped(run)
        if continues
        else load_or_tune(others, [rows[i] for i in check], options.tuning, run)
    )
    for encoder in click_encoder.parts:
        encoder.convert(choose_encoder_dtype(encoder, options.tuning.dtype).dtype)
    texts = [row.text for row in rows]
    embedded = EmbeddedRows(
        rows=rows,
        embeddings=embedding.embed_joined(click_encoder.parts, texts, run.progress),
        objective=options.click_objective or choose_objective(rows),
    )
    fit = _head_fit(options)
    head, scale = fit_head_and_scale(embedded, learn, check, fit, click_encoder)
    scores = head(embedded.embeddings)[:, 0].tolist()
    metrics = _report(rows, scores, scale, learn, held_out)
    if run.on_epoch and metrics and options.tuning.method == "head":
        run.on_epoch(next(iter(metrics.values())))
    return _to_result(click_encoder, options, embedded.objective, head, scale, metrics)


def fit_head_and_scale(
    embedded: EmbeddedRows,
    learn: Sequence[int],
    check: Sequence[int],
    fit: HeadFit,
    click_encoder: ClickEncoder,
) -> tuple[Linear, ClickScale]:
    """Choose the penalty on `check`, fit the scale there, then the head on all of `learn`."""
    begin = click_encoder.begin
    others = sorted(set(learn) - set(check))
    if not check or not others:  # too few rows to choose by
        check = others = list(learn)
    checked = embedded.select(check)
    trials = {
        penalty: _fit(embedded.select(others), replace(fit, penalty=penalty), begin)
        for penalty in PENALTIES
    }
    scores = {p: head(checked.embeddings)[:, 0].tolist() for p, head in trials.items()}
    penalty = max(scores, key=lambda p: calibration.explained_share(checked.rows, scores[p]))
    scale = calibration.fit_click_scale(checked.rows, scores[penalty])
    head = _fit(embedded.select(learn), replace(fit, penalty=penalty), begin)
    return head, _complete_scale(scale, embedded, learn, head, click_encoder)


def describe_sources(rows: Sequence[ClickRow]) -> tuple[ClickSource, ...]:
    """A source for each file and account."""
    groups: dict[tuple[str, str], list[ClickRow]] = {}
    for row in rows:
        groups.setdefault((row.source, row.account), []).append(row)
    return tuple(
        ClickSource(
            name=name,
            account=account,
            rows=len(some),
            impressions=round(sum(row.impressions for row in some)),
            languages=dict(Counter(filter(None, (guess_language(row.text) for row in some)))),
        )
        for (name, account), some in groups.items()
    )


def _fit(embedded: EmbeddedRows, fit: HeadFit, begin: Linear | None) -> Linear:
    moments = Standardisation.of(embedded.embeddings)
    design = build_design(moments.apply(embedded.embeddings), embedded.rows, embedded.objective)
    weight, level = fit_head(design, fit, moments.unfold(begin) if begin else None)
    return moments.fold(weight, level)


def _complete_scale(
    scale: ClickScale,
    embedded: EmbeddedRows,
    learn: Sequence[int],
    head: Linear,
    click_encoder: ClickEncoder,
) -> ClickScale:
    """The scale with the level of the account's own rows where there are some, the effects of
    features, and the sources of this training and of the model that it continues.
    """
    rows = [embedded.rows[i] for i in learn]
    scores = head(embedded.embeddings[list(learn)])[:, 0].tolist()
    own = [i for i, row in enumerate(rows) if row.account] or list(range(len(rows)))
    level = calibration.fit_level([rows[i] for i in own], [scores[i] for i in own], scale)
    earlier = click_encoder.begin_scale.sources if click_encoder.begin_scale else ()
    scale = replace(scale, level=level, sources=(*earlier, *describe_sources(embedded.rows)))
    return replace(scale, effects=fit_effects(rows, scores, scale)).rounded()


def _report(
    rows: Sequence[ClickRow],
    scores: Sequence[float],
    scale: ClickScale,
    learn: Sequence[int],
    held_out: Sequence[int],
) -> dict[str, float]:
    held_rows = [rows[i] for i in held_out]
    measured = figures.measure(held_rows, [scores[i] for i in held_out], scale)
    baselines = figures.compare_with_baselines([rows[i] for i in learn], held_rows)
    return {
        **{f"validation_{name}": round(value, 4) for name, value in measured.items()},
        **{f"baseline_{name}": round(value, 4) for name, value in baselines.items()},
    }


def _to_result(
    click_encoder: ClickEncoder,
    options: ClassificationOptions,
    objective: ClickObjective,
    head: Linear,
    scale: ClickScale,
    metrics: dict[str, float],
) -> TrainingResult:
    taps = click_encoder.encoder.taps
    layers = f"layers {taps[0]} to {taps[-1]}" if len(taps) > 1 else f"layer {taps[0]}"
    second = click_encoder.beside_base
    beside = f", beside those of {second.name} `{second.sha256[:12]}`," if second else ""
    tuned = (
        f", {options.tuning.method} of rank {options.tuning.rank}" if click_encoder.changes else ""
    )
    continued = ", continued from the shipped model" if click_encoder.begin else ""
    return TrainingResult(
        head=head,
        changes=click_encoder.changes,
        temperature=1.0,
        threshold=0.0,
        metrics=metrics,
        dtype=click_encoder.encoder.dtype,
        training_dtype=click_encoder.training_dtype,
        taps=taps,
        clicks=scale,
        beside=click_encoder.beside_base,
        method=f"head over {layers}{beside} by {objective}{tuned}{continued}",
    )


def _head_fit(options: ClassificationOptions) -> HeadFit:
    """The settings of the head's fit: those of the command, unless they are the encoder's."""
    tuning = options.tuning
    if tuning.method != "head":
        return HeadFit(seed=tuning.seed)
    rate = HeadFit.rate if tuning.rate is None else tuning.rate
    return HeadFit(rate=rate, batch=tuning.batch, epochs=tuning.epochs, seed=tuning.seed)


def _is_check(row: ClickRow) -> bool:
    return corpus.assign_fold(row.test or row.text, CHECK_FOLDS) == 0
