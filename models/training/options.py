"""Options of trainings: as a command gives them, and as the training of a head takes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.precision import Preference
from models.training.finetune import FinetuneConfig
from models.training.names import ClickObjective, ReplyMethod, Tracker, TrainingMethod

EpochCallback = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """The settings of `python -m models train`; each task takes those that it has."""

    method: TrainingMethod
    rank: int
    epochs: float  # 0: the task's own number
    batch: int  # rows; 0: the task's own number
    accumulate: int  # batches a step
    rate: float | None  # None: the method's own rate
    dropout: float
    consistency: float  # R-Drop's alpha
    smoothing: float  # of labels
    patience: int  # epochs without a better score; 0: never stop
    validate: int  # percent of the rows
    denoise: bool
    balance: bool
    longest: int  # tokens of a question with its answer
    seed: int
    tracker: Tracker
    dtype: Preference
    message_path: bool  # see ClassificationOptions
    click_objective: ClickObjective | None = None


@dataclass(frozen=True, kw_only=True)
class ClassificationOptions:
    """The options of a training of an encoder with a head."""

    tuning: FinetuneConfig = field(default_factory=FinetuneConfig)
    validate: int = 10  # percent of the rows
    denoise: bool = False
    trusted_labels: tuple[str, ...] = ()  # classes whose labels `denoise` doesn't doubt
    balance: bool = False  # weigh a class by one over the root of its size
    smoothing: float = 0.1
    refuse_at_most: float = 0.05  # share of in-scope validation texts below the threshold
    message_path: bool = False  # intents for the bot: also trains sentiment and care heads
    click_objective: ClickObjective | None = None  # ctr; None: the one that suits the rows


@dataclass(frozen=True, kw_only=True)
class ReplyOptions:
    """The options of a generator's training."""

    method: ReplyMethod = "lora"
    rank: int = 16
    virtual_tokens: int = 20  # of prefix tuning
    epochs: float = 3
    batch: int = 4  # pairs
    accumulate: int = 4  # batches a step
    rate: float | None = None  # None: reply_methods.RATES
    warm_up: float = 0.06  # share of all steps; then linear decay to 0
    weight_decay: float = 0.01
    patience: int = 2  # validations without a better loss before it stops; 0: never
    validate: int = 10  # percent of the pairs
    longest: int = 512  # tokens of a question with its answer
    system: str = ""  # system prompt of every pair; "": the template's own
    seed: int = 7
    tracker: str = "none"  # tensorboard, wandb, mlflow
    dtype: Preference = "auto"  # fp32, or autocast to bf16; auto measures the first steps


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """What one training starts from, and whom it tells of its progress."""

    base: Path  # folder of the base's converted weights
    beside: Path | None = None  # ctr: of a second base, whose embeddings are joined
    checkpoint_dir: Path | None = None  # an interrupted run continues from the checkpoints in it
    on_epoch: EpochCallback | None = None  # gets each epoch's score; what it raises ends the run
    progress: ReportProgress = ignore_progress
