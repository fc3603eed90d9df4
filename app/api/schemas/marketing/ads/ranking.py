"""Bodies of the endpoint that ranks texts by predicted and measured click rates."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.jobs.marketing import MeasuredText
from app.kit.field_faults import BilingualError
from app.kit.text import fold_to_letters

LONGEST = 1_000  # characters: a title and a description together
MOST_TEXTS = 200
Count = Annotated[int, Field(ge=0, le=10**12)]


class RankTextRequest(BaseModel):
    """A text, and what a campaign measured: impressions with their clicks, or with their rate."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, strip_whitespace=True)]
    impressions: Count | None = None
    clicks: Count | None = None
    rate: Annotated[float, Field(ge=0, le=1)] | None = None  # a share, not a percentage

    @model_validator(mode="after")
    def _check_counts(self) -> Self:
        if self.clicks is not None and self.rate is not None:
            raise BilingualError("has clicks and rate: give one of them", "clicks 和 rate 只写一个")
        measure = self.clicks if self.clicks is not None else self.rate
        if measure is None and self.impressions:
            raise BilingualError(
                f"has {self.impressions} impressions without clicks: give them too",
                f"有 {self.impressions} 次展示，却没有点击数：请一起写上",
            )
        if measure is not None and self.impressions is None:
            raise BilingualError(
                "has clicks or a rate without impressions, and only both say how sure it is",
                "有点击数或点击率，却没有展示数：两个都有才知道有多可靠",
            )
        if self.clicks is not None and self.clicks > (self.impressions or 0):
            raise BilingualError(
                f"has {self.clicks} clicks of {self.impressions} impressions",
                f"点击 {self.clicks} 次，多于展示 {self.impressions} 次",
            )
        return self

    @property
    def counts(self) -> MeasuredText:
        """The text with its counts; clicks are rounded where a rate came."""
        impressions = self.impressions or 0
        clicks = self.clicks if self.clicks is not None else round((self.rate or 0) * impressions)
        return MeasuredText(text=self.text, impressions=impressions, clicks=clicks)


def _accept_bare_text(content: Any) -> Any:
    return {"text": content} if isinstance(content, str) else content


def _refuse_duplicates(texts: list[RankTextRequest]) -> list[RankTextRequest]:
    rows: dict[str, int] = {}
    for row, each in enumerate(texts):
        first = rows.setdefault(fold_to_letters(each.text) or each.text, row)
        if first != row:
            raise BilingualError(
                f"texts[{first}] and texts[{row}] are the same text: add their counts, or leave one"
                " out",
                f"texts[{first}] 和 texts[{row}] 是同一条文案：请把数字合在一起，或去掉一条",
            )
    return texts


class RankAdsRequest(BaseModel):
    """Texts that are shown in the same place to the same people; a bare string has no counts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "texts": [
                        {"text": "明前龙井，手工采摘", "impressions": 100000, "clicks": 3000},
                        {"text": "龙井新茶到店", "impressions": 10, "clicks": 3},
                        "西湖龙井村的春天",
                    ]
                }
            ]
        },
    )
    account: str = "default"
    texts: Annotated[
        list[Annotated[RankTextRequest, BeforeValidator(_accept_bare_text)]],
        Field(min_length=2, max_length=MOST_TEXTS),
        AfterValidator(_refuse_duplicates),
    ]


class RankPredictionResponse(BaseModel):
    """What the click model says alone; it counts as much as `worth_impressions` impressions."""

    rate: float
    interval: tuple[float, float]
    worth_impressions: float


class RankCountsResponse(BaseModel):
    """What was measured; `weight` is its share in the combined rate, 0 to 1."""

    impressions: int
    clicks: int
    rate: float
    weight: float


class RankedTextResponse(BaseModel):
    """A text's place. `rate` with its 90 % `interval` combines prediction and counts; places go by
    the lower end of the interval. `counts` is null where nothing was measured.

    `better_than_next`: the probability that its rate is higher than that of the next; null for the
    last. `tied_with_next`: it is between 5 and 95 %, so the two can't be told apart.
    """

    rank: int
    row: int
    text: str
    rate: float
    interval: tuple[float, float]
    basis: Literal["prediction", "prediction_and_counts"]
    prediction: RankPredictionResponse
    counts: RankCountsResponse | None
    better_than_next: float | None
    tied_with_next: bool
    note: str


class RankTrustResponse(BaseModel):
    """How far predictions for texts in a language can be trusted: its share in the training of the
    click model, 0 to 1, and a Chinese sentence.
    """

    language: str
    language_share: float
    note: str


class RankAdsResponse(BaseModel):
    """The ranking, the best first. `leaders`: rows that may be the best: the first, and those that
    can't be told apart from it. `trust`: an entry for each language of the texts.
    """

    model: str
    trust: list[RankTrustResponse]
    leaders: list[int]
    ranking: list[RankedTextResponse]
