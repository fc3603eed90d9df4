"""The port to the training of an account's own click model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.errors import Refusal


class ClickTrainingFailed(Refusal):
    """A click model could not be trained or stored; the message says why."""

    status = 500
    name = "click_training_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantText:
    """A variant of an ended test: how many followers saw the text, and how many clicked."""

    text: str
    test: str  # texts of one test were shown to the same people
    impressions: int
    clicks: int
    channel: str  # title or copy


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickModelTrial:
    """A new click model of an account beside the model in use, on the latest tests.

    current_figures, new_figures: name -> value; neither model has learnt from these tests.
    """

    current: str  # version of the model in use
    new: str
    current_figures: Mapping[str, float]
    new_figures: Mapping[str, float]
    later_tests: int
    is_passed: bool  # no loss of the new one is higher: it is the model in use from now on


class ClickTrainer(Protocol):
    """Trains an account's own click model."""

    async def train_clicks(self, account: str, texts: Sequence[VariantText]) -> ClickModelTrial:
        """Continue the shipped model with the account's texts, in the order in which their tests
        ended; use the new model from now on unless it is worse. Raises ClickTrainingFailed.
        """
        ...
