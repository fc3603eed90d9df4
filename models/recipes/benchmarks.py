"""Recipes of the benchmarks' models and the headlines' model: files, options and folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.encoder.bundle import BENCHMARKS, ENGLISH_CLICKS, MODELS
from models.hub.sources import ALL_MPNET, Base
from models.recipes import fixes
from models.training.finetune import FinetuneConfig
from models.training.names import EncoderTaskName
from models.training.options import ClassificationOptions


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The training of one model: files (under the folder of data sets), options, target folder."""

    task: EncoderTaskName
    files: tuple[str, ...]
    options: ClassificationOptions
    folder: Path
    fix_labels: Callable[[Path, Path], Path] | None = None  # (file, folder) -> corrected copy
    beside: Base | None = None  # ctr: a second base, whose embeddings are joined


CLICKS = Recipe(
    task="ctr",
    files=("upworthy/train.jsonl",),
    options=ClassificationOptions(
        tuning=FinetuneConfig(method="head", epochs=20, batch=64), validate=15
    ),
    folder=MODELS / "ctr",
)
RECIPES: Mapping[str, Recipe] = {
    "smp2017": Recipe(
        task="intent",
        files=("smp2017/train.jsonl", "smp2017/dev.jsonl"),
        options=ClassificationOptions(
            tuning=FinetuneConfig(rank=16, epochs=8, batch=16), validate=5
        ),
        folder=BENCHMARKS / "smp2017",
    ),
    "banking77": Recipe(
        task="intent",
        files=("banking77/train.jsonl",),
        options=ClassificationOptions(tuning=FinetuneConfig(epochs=8), validate=5),
        folder=BENCHMARKS / "banking77",
    ),
    "clinc150": Recipe(
        task="intent",
        files=(
            "clinc150/train.jsonl",
            "clinc150/val.jsonl",
            "clinc150/oos_train.jsonl",
            "clinc150/oos_val.jsonl",
        ),
        options=ClassificationOptions(tuning=FinetuneConfig(epochs=5), validate=5),
        folder=BENCHMARKS / "clinc150",
    ),
    "triclue": Recipe(
        task="pairs",
        files=("triclue/train.jsonl", "triclue/dev.jsonl"),
        options=ClassificationOptions(
            tuning=FinetuneConfig(epochs=4, rate=5e-4),
            validate=5,
            denoise=True,
            trusted_labels=("1",),
            smoothing=0.05,
        ),
        folder=BENCHMARKS / "triclue",
        fix_labels=fixes.fix_triclue,
    ),
    "ctr": CLICKS,
    "ctr-english": replace(CLICKS, folder=ENGLISH_CLICKS, beside=ALL_MPNET),
}
