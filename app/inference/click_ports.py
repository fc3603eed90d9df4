"""The port to the click model: predicted click rates, and the words behind them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

NO_FEATURES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickPrediction:
    """The predicted click rate of one text, 0 to 1, with its 90 % interval.

    The interval covers what a text doesn't tell: audience, placement, day. Texts that are shown
    side by side share these, so a comparison (`beats`) is surer than the rates.
    """

    rate: float
    low: float
    high: float
    log_odds: float  # of a click
    text_error: float  # standard deviation of log_odds between texts shown side by side
    language: (
        str  # guessed from the characters: zh, ja, ko, en for Latin letters, "" without letters
    )
    model: str  # the version that predicted

    def beats(self, other: "ClickPrediction") -> float:
        """P(this text has the higher click rate than `other` where both are shown alike)."""
        spread = math.hypot(self.text_error, other.text_error) or math.inf
        return (1 + math.erf((self.log_odds - other.log_odds) / spread / math.sqrt(2))) / 2


@dataclass(frozen=True, slots=True)
class WordEffect:
    """A word of a text; `effect`: what it adds to the log-odds of a click, negative: takes."""

    word: str
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSource:
    """Rows that a click model was trained on. `account`: whose experiments they are; "": public."""

    name: str
    account: str
    rows: int
    languages: Mapping[str, int]  # language -> rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickTraining:
    """What the click model of version `model` was trained on, when, and its card's figures."""

    model: str
    date: str  # ISO 8601
    sources: tuple[TrainingSource, ...]
    figures: Mapping[str, float]

    @property
    def languages(self) -> dict[str, float]:
        """The share of the rows in each language, the most frequent first."""
        names = {name for source in self.sources for name in source.languages}
        shares = {name: self.language_share(name) for name in names}
        return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))

    def account_share(self, account: str) -> float:
        """The share of the rows that come from this account's experiments, 0 to 1."""
        return self._share(sum(s.rows for s in self.sources if s.account == account))

    def language_share(self, language: str) -> float:
        """The share of the rows in this language, 0 to 1."""
        return self._share(sum(s.languages.get(language, 0) for s in self.sources))

    def _share(self, rows: int) -> float:
        return rows / max(1, sum(source.rows for source in self.sources))


class ClickPredictor(Protocol):
    """Predicts click rates by the click model in force for an account, its own or the common one;
    methods take whole batches.

    `features`: values of the features that a model may have learnt (channel, segment, hour,
    position), the same for all texts; unknown ones have no effect.
    """

    async def predict_clicks(
        self, account: str, texts: Sequence[str], features: Mapping[str, str] = NO_FEATURES
    ) -> list[ClickPrediction]:
        """One prediction per text, in order, all by one model. Raises WorkerFailed."""
        ...

    async def explain_clicks(
        self, account: str, texts: Sequence[str]
    ) -> list[tuple[WordEffect, ...]]:
        """The words of each text, in order, with their effects: a pass for every word."""
        ...

    async def describe_training(self, account: str) -> ClickTraining:
        """The data that the model in force was trained on."""
        ...

    async def describe_english_training(self, account: str) -> ClickTraining | None:
        """The same of the larger model for English texts; None: the one in force predicts them."""
        ...
