"""Trains the shipped adapter, with the joint intent head and the sentiment head over it.

Both tasks share the low-rank layers, so that one pass of the encoder serves both heads and gives
the embedding.
"""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch

from models.data import corpus
from models.encoder import adapter as adapters
from models.encoder import bundle, embedding, heads
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.encoder.heads import HeadManifest
from models.encoder.precision import Preference
from models.encoder.regression import Linear
from models.hub.sources import E5_SMALL
from models.recipes.shipped import intent_head
from models.recipes.shipped import intents as intent
from models.recipes.shipped import moods as sentiment
from models.training import finetune
from models.training.finetune import FinetuneResult


@dataclass(frozen=True)
class JointConfig:
    """Everything a run depends on besides the data."""

    intents: intent.IntentConfig = field(default_factory=intent.IntentConfig)
    moods: sentiment.SentimentConfig = field(default_factory=sentiment.SentimentConfig)
    tuning: finetune.FinetuneConfig = field(
        default_factory=lambda: finetune.FinetuneConfig(rank=24)
    )

    @classmethod
    def in_dtype(cls, dtype: Preference) -> "JointConfig":
        """The shipped settings, with every training in `dtype`."""
        config = cls()
        cleaning = config.intents.cleaning
        teaching = replace(cleaning.panel.teaching, dtype=dtype)
        cleaning = replace(cleaning, panel=replace(cleaning.panel, teaching=teaching))
        intents = replace(config.intents, cleaning=cleaning)
        return cls(intents, config.moods, replace(config.tuning, dtype=dtype))


def train_joint(
    data: Path, base: Path, date: str, cache_dir: Path, config: JointConfig | None = None
) -> list[HeadManifest]:
    """Train and write adapter, heads and manifests into models/intent and models/sentiment.

    The intent head goes to models/intent/joint; `intent_head` fits the one that serves near it.
    `cache_dir` stores intermediate results, from which an interrupted run continues.
    """
    config = config or JointConfig()
    intent_data = intent.build_intent_data(data, base, config.intents, cache_dir)
    calibrated = intent.run_trial(
        intent_data, base, config.intents, config.tuning, cache_dir / "trial"
    )
    print(f"  {calibrated.metrics}", flush=True)
    sentiment_data = sentiment.build_sentiment_data(data, config.moods)

    tuned = train_both_tasks(intent_data, sentiment_data, base, config, cache_dir / "joint")
    adapter = adapters.write_adapter(bundle.INTENT / adapters.FILE, tuned.changes, E5_SMALL)
    adapted = Encoder(base, adapter=adapter)
    common = _common_facts(config, adapter, adapted, tuned, date)
    mood = _calibrate_sentiment(adapted, tuned, sentiment_data, config)
    return [
        _write_head(
            intent_head.JOINT,
            tuned.heads[intent.NAME],
            common | _intent_facts(intent_data, calibrated),
        ),
        _write_head(
            bundle.SENTIMENT,
            tuned.heads[sentiment.NAME],
            common | _sentiment_facts(sentiment_data, mood),
        ),
    ]


def train_both_tasks(
    intent_data: intent.IntentTrainingData,
    sentiment_data: sentiment.SentimentTrainingData,
    base: Path,
    config: JointConfig,
    checkpoint_dir: Path,
) -> FinetuneResult:
    """Fine-tune the base encoder on both tasks at once."""
    encoder = Encoder(base)
    tasks = [
        intent_data.build_task(encoder, range(len(intent_data.samples))),
        sentiment_data.build_task(encoder, config.moods),
    ]
    return finetune.finetune_encoder(encoder, tasks, config.tuning, folder=checkpoint_dir)


def _common_facts(
    config: JointConfig, adapter: Adapter, adapted: Encoder, tuned: FinetuneResult, date: str
) -> dict[str, object]:
    """The fields that both manifests have alike."""
    return {
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.fingerprint,
        "adapter_sha256": adapter.sha256,
        "method": f"LoRA of rank {config.tuning.rank} shared by intent and sentiment, and a linear "
        f"head; {config.tuning.epochs} epochs",
        "seed": config.tuning.seed,
        "date": date,
        "dtype": adapted.dtype,
        "training_dtype": tuned.dtype,
    }


def _intent_facts(
    of: intent.IntentTrainingData, calibrated: intent.TrialCalibration
) -> dict[str, object]:
    facts = {"task": intent.NAME, "labels": of.labels, "data": of.sizes}
    return asdict(calibrated) | facts


def _sentiment_facts(
    of: sentiment.SentimentTrainingData, calibrated: sentiment.SentimentCalibration
) -> dict[str, object]:
    return asdict(calibrated) | {
        "task": sentiment.NAME,
        "labels": sentiment.LABELS,
        "threshold": 0.0,
        "data": {
            "reviews": len({row.text for row in of.reviews}),
            "reviews_held_out": len(of.reviews_held_out),
            "questions": len(of.questions),
        },
    }


def _calibrate_sentiment(
    adapted: Encoder,
    tuned: FinetuneResult,
    of: sentiment.SentimentTrainingData,
    config: JointConfig,
) -> sentiment.SentimentCalibration:
    head = tuned.heads[sentiment.NAME]
    return sentiment.calibrate_sentiment(
        _compute_logits(adapted, head, of.reviews_held_out),
        _compute_logits(adapted, head, of.questions_held_out),
        of,
        config.moods,
    )


def _write_head(folder: Path, head: Linear, facts: dict[str, object]) -> HeadManifest:
    return heads.write_head(folder, head.weight, head.bias, facts)


def _compute_logits(
    encoder: Encoder, head: Linear, rows: list[corpus.LabelledText]
) -> torch.Tensor:
    return head(embedding.embed_texts(encoder, [row.text for row in rows]))
