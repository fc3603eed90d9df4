"""Recipes of the benchmarks' models and the headlines' model: files, options and folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.encoder.bundle import BENCHMARKS, ENGLISH_CLICKS, MODELS
from models.hub.sources import ALL_MPNET, Base
from models.recipes import fixes
from models.training.finetune import FinetuneConfig
from models.training.names import EncoderTaskName
from models.training.options import ClassificationOptions


@dataclass(frozen=True)
class Recipe:
    """The training of one model: files (under the folder of data sets), options, target folder."""

    task: EncoderTaskName
    files: tuple[str, ...]
    options: ClassificationOptions
    folder: Path
    fix_labels: Callable[[Path, Path], Path] | None = None  # (file, folder) -> corrected copy
    beside: Base | None = None  # ctr: a second base, whose embeddings are joined


RECIPES: Mapping[str, Recipe] = {
    "smp2017": Recipe(
        "intent",
        ("smp2017/train.jsonl", "smp2017/dev.jsonl"),
        ClassificationOptions(tuning=FinetuneConfig(rank=16, epochs=8, batch=16), validate=5),
        BENCHMARKS / "smp2017",
    ),
    "banking77": Recipe(
        "intent",
        ("banking77/train.jsonl",),
        ClassificationOptions(tuning=FinetuneConfig(epochs=8), validate=5),
        BENCHMARKS / "banking77",
    ),
    "clinc150": Recipe(
        "intent",
        (
            "clinc150/train.jsonl",
            "clinc150/val.jsonl",
            "clinc150/oos_train.jsonl",
            "clinc150/oos_val.jsonl",
        ),
        ClassificationOptions(tuning=FinetuneConfig(epochs=5), validate=5),
        BENCHMARKS / "clinc150",
    ),
    "triclue": Recipe(
        "pairs",
        ("triclue/train.jsonl", "triclue/dev.jsonl"),
        ClassificationOptions(
            tuning=FinetuneConfig(epochs=4, rate=5e-4),
            validate=5,
            denoise=True,
            trusted_labels=("1",),
            smoothing=0.05,
        ),
        BENCHMARKS / "triclue",
        fixes.fix_triclue,
    ),
    "ctr": Recipe(
        "ctr",
        ("upworthy/train.jsonl",),
        ClassificationOptions(
            tuning=FinetuneConfig(method="head", epochs=20, batch=64), validate=15
        ),
        MODELS / "ctr",
    ),
    "ctr-english": Recipe(
        "ctr",
        ("upworthy/train.jsonl",),
        ClassificationOptions(
            tuning=FinetuneConfig(method="head", epochs=20, batch=64), validate=15
        ),
        ENGLISH_CLICKS,
        beside=ALL_MPNET,
    ),
}
