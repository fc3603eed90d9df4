"""Trains a classifier of texts or pairs: an adapter of the encoder with a head, or a head alone."""

from collections.abc import Mapping
from dataclasses import replace

from torch.nn.functional import cross_entropy

from models.encoder import bundle, embedding, regression
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.hub.sources import E5_SMALL
from models.training import comment_head, finetune, message_heads, validation
from models.training.denoise import denoise_rows
from models.training.finetune import FinetuneResult
from models.training.head_bundle import TrainingResult
from models.training.labelled_rows import LabelledRows, split_rows, weigh_rows
from models.training.options import ClassificationOptions, TrainingRun
from models.training.trainer import HeadTask, TrainableHead, weighted_cross_entropy
from models.training.validation import ValidationResult

CS = (0.003, 0.01, 0.03, 0.1, 0.3)  # C of logistic regression, when only a head is trained


def train_classifier(
    task: str, rows: LabelledRows, options: ClassificationOptions, run: TrainingRun
) -> TrainingResult:
    """Train on all rows but a validation part, which chooses the epoch and calibrates."""
    learn, check = split_rows(rows, options.validate, options.tuning.seed)
    if not check.texts:
        run.progress("no row is left to validate on: the model has no figures; give more rows")
    if options.denoise:
        learn = denoise_rows(learn, options.trusted_labels, run)
    if options.tuning.method == "head":
        return _train_head(task, learn, check, options, run)
    return _train_adapter(task, learn, check, options, run)


def _train_head(
    task: str,
    learn: LabelledRows,
    check: LabelledRows,
    options: ClassificationOptions,
    run: TrainingRun,
) -> TrainingResult:
    """Train a head over the shipped encoder, which the message path runs anyway."""
    encoder = Encoder(run.base, adapter=bundle.load_shipped_adapter())
    x = embedding.embed_tokens(encoder, learn.tokens(encoder), run.progress)
    check_x = embedding.embed_tokens(encoder, check.tokens(encoder), run.progress)
    weights = weigh_rows(learn, balance=options.balance)
    fitted = [regression.fit_logistic(x, learn.labels, len(learn.names), c, weights) for c in CS]
    # By likelihood, not accuracy: on few rows several heads get all right, and a tie would be
    # won by the most regularised one.
    losses = [float(cross_entropy(head(check_x), check.labels)) for head in fitted]
    best = fitted[losses.index(min(losses))] if len(check.texts) else fitted[len(CS) // 2]
    logits = best(check_x)
    if run.on_epoch and len(check.labels):
        run.on_epoch(validation.compute_accuracy(logits, check.labels))
    tuned = FinetuneResult({}, encoder.dtype, {task: best})
    validated = validation.validate_logits(logits, check, options.refuse_at_most)
    return _build_result(task, tuned, encoder, validated)


def _train_adapter(
    task: str,
    learn: LabelledRows,
    check: LabelledRows,
    options: ClassificationOptions,
    run: TrainingRun,
) -> TrainingResult:
    encoder = Encoder(run.base)
    tokens = check.tokens(encoder)

    def score(trained: Encoder, heads: Mapping[str, TrainableHead]) -> dict[str, float]:
        logits = heads[task].predict(trained, tokens)
        accuracy = validation.compute_accuracy(logits, check.labels)
        if run.on_epoch:
            run.on_epoch(accuracy)
        return {"accuracy": accuracy}

    tuned = finetune.finetune_encoder(
        encoder,
        _build_tasks(task, learn, encoder, options),
        options.tuning,
        score if tokens else None,
        run.checkpoint_dir,
    )
    adapted = Encoder(run.base, adapter=Adapter(tuned.changes, sha256=""))
    logits = tuned.heads[task](embedding.embed_tokens(adapted, tokens))
    validated = validation.validate_logits(logits, check, options.refuse_at_most)
    result = _build_result(task, tuned, adapted, validated)
    if result.mood is None:
        return result
    return replace(
        result,
        care=message_heads.train_care_head_beside(adapted, learn),
        comment=comment_head.train_comment_head_beside(adapted),
    )


def _build_tasks(
    task: str, rows: LabelledRows, encoder: Encoder, options: ClassificationOptions
) -> list[HeadTask]:
    """The head's own task; for the message path also that of sentiment, which bases other than the
    shipped one don't have.
    """
    weights = weigh_rows(rows, balance=options.balance)
    loss = weighted_cross_entropy(rows.labels, weights, options.smoothing)
    tasks = [HeadTask(task, rows.tokens(encoder), len(rows.names), loss)]
    on_shipped_base = encoder.facts.fingerprint == E5_SMALL.fingerprint
    if options.message_path and task == "intent" and on_shipped_base:
        tasks.append(message_heads.build_sentiment_task(rows, encoder))
    return tasks


def _build_result(
    task: str, tuned: FinetuneResult, encoder: Encoder, validated: ValidationResult
) -> TrainingResult:
    return TrainingResult(
        head=tuned.heads[task],
        changes=tuned.changes,
        mood=tuned.heads.get(message_heads.SENTIMENT) if task == "intent" else None,
        temperature=validated.temperature,
        threshold=validated.threshold,
        metrics=validated.metrics,
        dtype=encoder.dtype,
        training_dtype=tuned.dtype,
    )
