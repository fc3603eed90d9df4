"""Names of tasks, methods and objectives. Without torch: the command line lists them."""

from typing import Literal, get_args

EncoderTaskName = Literal["intent", "sentiment", "pairs", "ctr"]
TaskName = Literal["intent", "sentiment", "pairs", "ctr", "reply"]

Method = Literal["head", "full", "lora", "adalora", "ia3"]  # of encoders, and "head" alone
ReplyMethod = Literal["lora", "adalora", "prefix", "ia3", "full"]  # of generators
TrainingMethod = Literal[Method, ReplyMethod]
METHODS: tuple[Method, ...] = get_args(Method)
REPLY_METHODS: tuple[ReplyMethod, ...] = get_args(ReplyMethod)

ClickObjective = Literal["log_odds", "binomial", "squared", "pairs"]  # of click rates
Objective = Literal["mlm", "simcse"]  # of a training without labels
PretrainMethod = Literal["lora", "full"]

Tracker = Literal["tensorboard", "wandb", "mlflow", "none"]  # what records a training's curves
