"""What several verbs let one choose from."""

from enum import StrEnum


class EncoderTask(StrEnum):
    """What a model over the encoder can be trained for."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    PAIRS = "pairs"
    CTR = "ctr"


class Tracker(StrEnum):
    """Where the curves of a training go."""

    TENSORBOARD = "tensorboard"
    WANDB = "wandb"
    MLFLOW = "mlflow"
    NONE = "none"


class Computation(StrEnum):
    """What an encoder computes in."""

    FP32 = "fp32"
    BF16 = "bf16"


class TrainingPrecision(StrEnum):
    """What a training computes in; auto measures."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"
