"""Train what is shipped for the message path: one adapter, and over it both heads.

Both tasks share the low-rank layers, so that one pass of the encoder serves both; the embedding
that comes with it is the one that retrieval uses.
"""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch

from models.data import corpus
from models.encoder import adapter as adapters
from models.encoder import bundle, embedding, heads
from models.encoder.dtypes import Preference
from models.encoder.encoder import Encoder
from models.encoder.heads import Manifest
from models.encoder.regression import Linear
from models.hub.sources import E5_SMALL
from models.recipes.shipped import intent_head
from models.recipes.shipped import intents as intent
from models.recipes.shipped import moods as sentiment
from models.training import finetune
from models.training.finetune import Tuned


@dataclass(frozen=True)
class Config:
    """Everything a run depends on besides the data."""

    intents: intent.Config = field(default_factory=intent.Config)
    moods: sentiment.Config = field(default_factory=sentiment.Config)
    tuning: finetune.Config = field(default_factory=lambda: finetune.Config(rank=24))

    @classmethod
    def in_dtype(cls, dtype: Preference) -> "Config":
        """The shipped settings, with every training in `dtype`."""
        config = cls()
        cleaning = config.intents.cleaning
        teaching = replace(cleaning.panel.teaching, dtype=dtype)
        cleaning = replace(cleaning, panel=replace(cleaning.panel, teaching=teaching))
        intents = replace(config.intents, cleaning=cleaning)
        return cls(intents, config.moods, replace(config.tuning, dtype=dtype))


def train(
    data: Path, base: Path, date: str, kept_in: Path, config: Config | None = None
) -> list[Manifest]:
    """Write adapter, heads and manifests into models/intent and models/sentiment.

    The head of intents is not the one that serves: `intent_head` fits that one near it.
    `kept_in` keeps what is found on the way: an interrupted run goes on from there.
    """
    config = config or Config()
    asked = intent.material(data, base, config.intents, kept_in)
    calibrated = intent.trial(asked, base, config.intents, config.tuning, kept_in / "trial")
    print(f"  {calibrated.metrics}", flush=True)
    felt = sentiment.material(data, config.moods)

    tuned = learn(asked, felt, base, config, kept_in / "joint")
    adapter = adapters.write(bundle.INTENT / adapters.FILE, tuned.changes, E5_SMALL)
    adapted = Encoder(base, adapter=adapter)
    moods = tuned.heads[sentiment.NAME]
    mood = sentiment.calibrate(
        _logits(adapted, moods, felt.reviews_held_out),
        _logits(adapted, moods, felt.questions_held_out),
        felt,
        config.moods,
    )
    method = (
        f"LoRA of rank {config.tuning.rank} shared by intent and sentiment, and a linear head; "
        f"{config.tuning.epochs} epochs"
    )
    common = {
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.tie,
        "adapter_sha256": adapter.sha256,
        "method": method,
        "seed": config.tuning.seed,
        "date": date,
        "dtype": adapted.dtype,
        "training_dtype": tuned.dtype,
    }
    read = asdict(calibrated) | {"task": intent.NAME, "labels": asked.labels, "data": asked.sizes}
    felt_read = asdict(mood) | {
        "task": sentiment.NAME,
        "labels": sentiment.LABELS,
        "threshold": 0.0,
        "data": {
            "reviews": len({row.text for row in felt.reviews}),
            "reviews_held_out": len(felt.reviews_held_out),
            "questions": len(felt.questions),
        },
    }
    return [
        _write(intent_head.JOINT, tuned.heads[intent.NAME], common | read),
        _write(bundle.SENTIMENT, moods, common | felt_read),
    ]


def learn(
    asked: intent.Material, felt: sentiment.Material, base: Path, config: Config, keep: Path
) -> Tuned:
    """Both tasks' batches in turn."""
    encoder = Encoder(base)
    tasks = [asked.task(encoder, range(len(asked.samples))), felt.task(encoder, config.moods)]
    return finetune.tune(encoder, tasks, config.tuning, folder=keep)


def _write(folder: Path, head: Linear, facts: dict[str, object]) -> Manifest:
    return heads.write(folder, head.weight, head.bias, facts)


def _logits(encoder: Encoder, head: Linear, rows: list[corpus.Row]) -> torch.Tensor:
    return head(embedding.embed(encoder, [row.text for row in rows]))
