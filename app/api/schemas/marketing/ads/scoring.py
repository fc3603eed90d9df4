"""Bodies of the ads' endpoints: texts, and their predicted click rates."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_TEXTS = 50
LONGEST = 300  # characters of a text: twice the longest title of an ad platform

AdText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
AdLanguage = Literal["zh", "en", "ja", "ko"]
FeatureName = Literal["channel", "segment", "hour", "position"]
FeatureValue = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ScoreAdsRequest(BaseModel):
    """Texts to score. `language` is guessed from each text where it is left out; `features`: what
    a model trained on such columns may use.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"texts": ["春茶上新，今晚八点开抢", "新品通知"]}]},
    )
    account: str = "default"
    texts: Annotated[list[AdText], Field(min_length=1, max_length=MOST_TEXTS)]
    language: AdLanguage | None = None
    features: dict[FeatureName, FeatureValue] = {}


class WordEffectResponse(BaseModel):
    """A word of the text; `effect`: what it adds to the log-odds of a click."""

    word: str
    effect: float


class AdScoreResponse(BaseModel):
    """A text's predicted click rate, 0 to 1, with its 90 % interval.

    `words_for` raise it, `words_against` lower it, strongest first. `language_share`: the share of
    the training in this language; `note` says in Chinese how far the prediction can be trusted.
    """

    text: str
    rate: float
    interval: tuple[float, float]
    words_for: list[WordEffectResponse]
    words_against: list[WordEffectResponse]
    language: str
    language_share: float
    note: str


class ScoreAdsResponse(BaseModel):
    """The texts in the order of the request. `account_share`: the share of the training of `model`
    that comes from this account's experiments.
    """

    model: str
    account_share: float
    texts: list[AdScoreResponse]
