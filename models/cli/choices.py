"""Choices of options that several verbs have."""

from enum import StrEnum


class EncoderTask(StrEnum):
    """The tasks that a model over the encoder can be trained for."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    PAIRS = "pairs"
    CTR = "ctr"


class Tracker(StrEnum):
    """The services that record a training's curves."""

    TENSORBOARD = "tensorboard"
    WANDB = "wandb"
    MLFLOW = "mlflow"
    NONE = "none"


class Computation(StrEnum):
    """The dtypes in which an encoder computes."""

    FP32 = "fp32"
    BF16 = "bf16"


class TrainingPrecision(StrEnum):
    """The dtypes of a training; auto measures the first steps."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"
