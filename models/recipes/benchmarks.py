"""Recipes of the benchmarks' models and the headlines' model: files, options and folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.recipes import fixes
from models.training.classification import ClassificationOptions
from models.training.finetune import FinetuneConfig

FOLDER = Path(__file__).parents[1] / "benchmarks"


@dataclass(frozen=True)
class Recipe:
    """The training of one model: files (under the folder of data sets), options, target folder."""

    task: str
    files: tuple[str, ...]
    options: ClassificationOptions
    folder: Path
    fix_labels: Callable[[Path, Path], Path] | None = None  # (file, folder) -> corrected copy


RECIPES: Mapping[str, Recipe] = {
    "smp2017": Recipe(
        "intent",
        ("smp2017/train.jsonl", "smp2017/dev.jsonl"),
        ClassificationOptions(tuning=FinetuneConfig(rank=16, epochs=8, batch=16), validate=5),
        FOLDER / "smp2017",
    ),
    "banking77": Recipe(
        "intent",
        ("banking77/train.jsonl",),
        ClassificationOptions(tuning=FinetuneConfig(epochs=8), validate=5),
        FOLDER / "banking77",
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
        FOLDER / "clinc150",
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
        FOLDER / "triclue",
        fixes.fix_triclue,
    ),
    "ctr": Recipe(
        "ctr",
        ("upworthy/train.jsonl",),
        ClassificationOptions(tuning=FinetuneConfig(rank=16, epochs=4, rate=4e-4, dropout=0.1)),
        FOLDER.parent / "ctr",
    ),
}
