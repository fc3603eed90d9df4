"""Writes the bundle of a trained encoder with its head: adapter, head, manifest and card."""

from dataclasses import dataclass
from pathlib import Path

from models.encoder import adapter as adapters
from models.encoder import bundle, heads
from models.encoder.click_scale import ClickScale
from models.encoder.heads import BesideBase, HeadManifest
from models.encoder.precision import Dtype
from models.encoder.regression import Linear
from models.hub import describe
from models.hub.describe import BaseFacts
from models.training import card, message_heads
from models.training.care_head import TrainedCareHead
from models.training.comment_head import TrainedCommentHead
from models.training.finetune import Changes, FinetuneConfig


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """A trained model before it is written."""

    head: Linear
    changes: Changes  # {}: only the head was trained, over the shipped encoder
    mood: Linear | None = None  # sentiment head over the changed encoder, for the message path
    temperature: float
    threshold: float
    metrics: dict[str, float]
    dtype: Dtype  # of the encoder that the metrics are of
    training_dtype: Dtype
    care: TrainedCareHead | None = None  # over the changed encoder, for the message path
    comment: TrainedCommentHead | None = None  # the same, for followers' comments
    taps: tuple[int, ...] = ()  # see Encoder
    clicks: ClickScale | None = None
    beside: BesideBase | None = None
    method: str = ""  # a description; "": that of the tuning


@dataclass(frozen=True)
class BundleFacts:
    """The manifest's fields that don't come from the training's result."""

    task: str
    names: list[str]  # of the classes
    sizes: dict[str, int]  # file -> rows
    tuning: FinetuneConfig
    date: str


def write_bundle(
    about: BundleFacts, result: TrainingResult, base: Path, folder: Path
) -> HeadManifest:
    """Write a bundle into `folder`: adapter, head, manifest and card; sentiment, care and
    comment heads where the result has them. `base`: folder of the base's weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base_facts = describe.read_base_facts(base)
    adapter_sha256 = _write_adapter(result, base_facts, folder)
    common = {
        "base": base_facts.name,
        "base_sha256": base_facts.fingerprint,
        "adapter_sha256": adapter_sha256,
        "seed": about.tuning.seed,
        "date": about.date,
        "data": about.sizes,
        "dtype": result.dtype,
        "taps": result.taps,
        "training_dtype": result.training_dtype,
    }
    if result.mood:
        message_heads.write_sentiment_head(result.mood, common, folder / "sentiment")
    if result.care:
        message_heads.write_care_head(result.care, common, folder / "care")
    if result.comment:
        message_heads.write_comment_head(result.comment, common, folder / "comment")
    manifest = heads.write_head(folder, result.head.weight, result.head.bias, common | {
        "task": about.task,
        "labels": about.names,
        "method": _describe_method(about.tuning, result),
        "temperature": result.temperature,
        "threshold": result.threshold,
        "metrics": result.metrics,
        "clicks": result.clicks,
        "beside": result.beside,
    })  # fmt: skip
    card.write_card(manifest, folder)
    return manifest


def _write_adapter(result: TrainingResult, base: BaseFacts, folder: Path) -> str:
    """The hash of the adapter under the head: written into `folder`, or without changes the shipped
    one. "": a head over taps of the bare base.
    """
    if result.changes:
        return adapters.write_adapter(folder / adapters.FILE, result.changes, base).sha256
    return "" if result.taps else bundle.load_shipped_adapter().sha256


def _describe_method(tuning: FinetuneConfig, result: TrainingResult) -> str:
    if result.method:
        return result.method
    if not result.changes:
        return "logistic regression over the shipped encoder"
    return f"{tuning.method} of rank {tuning.rank}, {tuning.epochs:g} epochs"
