"""Bodies of the endpoints that fit ads to ad platforms and export them."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.kit.field_faults import BilingualError
from app.marketing.ads.fitting import AdText
from app.marketing.ads.platforms import AdPlatform

MOST_ADS = 200
DraftId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
PlatformName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
LandingUrl = Annotated[
    str, StringConstraints(max_length=4_000, pattern=r"^(https?://[^\s/]+\S*)?$")
]


class ExportAdRequest(BaseModel):
    """An ad. Without `url` that of the request is taken."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, StringConstraints(max_length=5_000)]
    description: Annotated[str, StringConstraints(max_length=5_000)] = ""
    url: LandingUrl = ""
    name: Annotated[str, StringConstraints(max_length=100)] = ""


class ExportAdsRequest(BaseModel):
    """Ads to write as the bulk sheet of a platform of `GET /api/v1/ads/platforms`: approved drafts
    by id, or texts, which are checked against the law; `by` signs for findings with a `reason`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "platform": "baidu_search",
                    "format": "xlsx",
                    "campaign": "春茶",
                    "group": "龙井",
                    "url": "https://shop.example/longjing",
                    "ads": [
                        {
                            "title": "明前龙井，西湖龙井村手工采摘",
                            "description": "50 克 168 元，清明前手工采摘。",
                        }
                    ],
                }
            ]
        },
    )
    account: str = "default"
    platform: PlatformName
    format: Literal["csv", "xlsx"] = "csv"
    campaign: Annotated[str, StringConstraints(max_length=200)] = ""
    group: Annotated[str, StringConstraints(max_length=200)] = ""
    url: LandingUrl = ""
    ads: Annotated[list[ExportAdRequest], Field(max_length=MOST_ADS)] = []
    drafts: Annotated[list[DraftId], Field(max_length=MOST_ADS)] = []
    by: Annotated[str, StringConstraints(max_length=64, strip_whitespace=True)] = ""
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if bool(self.ads) == bool(self.drafts):
            raise BilingualError(
                "give either ads or drafts, at least one of them",
                "ads 和 drafts 写其中一种，至少一条",
            )
        if len(set(self.drafts)) < len(self.drafts):
            raise BilingualError(
                "drafts has the same id twice: leave one out",
                "drafts 里有两个相同的编号：请去掉一个",
            )
        if bool(self.by) != bool(self.reason):
            raise BilingualError(
                "give by and reason together: who signs for the findings, and why",
                "by 和 reason 要一起写：谁为检查结果签字，为什么",
            )
        if self.drafts and self.by:
            raise BilingualError(
                "by and reason sign for ads given as texts: drafts are approved",
                "by 和 reason 是给直接写文字的广告签字用的：草稿已经审核过",
            )
        return self

    @property
    def texts(self) -> list[AdText]:
        """The ads with their landing URLs."""
        return [
            AdText(title=ad.title, description=ad.description, url=ad.url or self.url, name=ad.name)
            for ad in self.ads
        ]


class TextLimitResponse(BaseModel):
    """Lengths in the platform's unit; null: no limit. Longer than `visible` is cut on screens."""

    label: str
    least: int
    most: int | None
    visible: int | None
    forbidden: str


class AdPlatformResponse(BaseModel):
    """A platform's limits, where they were read and when, and the headers of its sheet.

    `unit` is what lengths are counted in. `confidence` in them is official for the platform's own
    pages. `columns_confidence`, in the headers, is none where no public page or sheet shows them.
    `least_titles`, `most_titles` and so on: how many of them make one ad.
    """

    id: str
    name: str
    unit: str
    title: TextLimitResponse
    description: TextLimitResponse
    least_titles: int
    most_titles: int
    least_descriptions: int
    most_descriptions: int
    headers: list[str]
    columns_note: str
    columns_source: str
    columns_confidence: Literal["official", "secondary", "none"]
    source: str
    checked: date
    confidence: Literal["official", "secondary"]


class AdPlatformListResponse(BaseModel):
    """All platforms."""

    platforms: list[AdPlatformResponse]


def describe_platform(platform_id: str, platform: AdPlatform) -> AdPlatformResponse:
    """The response of a platform."""
    content = platform.model_dump(exclude={"unit_width", "url_most", "columns"})
    titles, descriptions = platform.titles, platform.descriptions
    return AdPlatformResponse(
        id=platform_id,
        least_titles=titles.least,
        most_titles=titles.most,
        least_descriptions=descriptions.least,
        most_descriptions=descriptions.most,
        headers=[column.header for column in platform.columns],
        **{name: each for name, each in content.items() if name not in {"titles", "descriptions"}},
    )
