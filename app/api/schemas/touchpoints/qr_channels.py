"""Bodies of the endpoints for QR channels."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.post_articles import Line
from app.api.schemas.posts import Name
from app.api.schemas.touchpoints.welcomes import WelcomeWords
from app.touchpoints.qr.channels import MOST_DAYS, QrChannel
from app.touchpoints.qr.statistics import ScanCounts

# Wider than the platform's limits: what it would refuse is answered with a sentence.
SceneText = Annotated[str, StringConstraints(max_length=2_000)]
SceneNumber = Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class CreateQrChannelRequest(BaseModel):
    """A new channel. `scene`: a text of 1 to 64 characters or a number; without one it is the id.

    `is_lasting`: the code never expires; an account has at most 100,000 of these, for good. Others
    are valid for `days`. `welcome` becomes a draft of what those read who come by the code.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "三圣桥店台卡", "scene": "ssq-table", "author": "小林"}]
        }
    )
    account: str = "default"
    name: Name
    scene: SceneNumber | SceneText | None = None
    is_lasting: bool = False
    days: Days = MOST_DAYS
    note: Line = ""
    author: Name
    welcome: WelcomeWords = ""


class RenewQrCodeRequest(BaseModel):
    """How long the new code is valid."""

    account: str = "default"
    days: Days = MOST_DAYS


class RetireQrChannelRequest(BaseModel):
    """Who takes the channel out of use."""

    account: str = "default"
    by: Name


class ScanCountsResponse(BaseModel):
    """`scans` counts every scan; `gained` those that made a follower, `lost` who of them left.

    `following` is the difference.
    """

    gained: int
    lost: int
    following: int
    scans: int


class QrChannelResponse(BaseModel):
    """A channel with its code: `image_address` is a picture, `url` what the picture holds.

    Times are seconds since 1970; `expires_at` is null for a lasting code.
    """

    id: str
    account: str
    name: str
    scene: str
    is_lasting: bool
    note: str
    author: str
    url: str
    image_address: str
    expires_at: float | None
    is_expired: bool
    created: float
    retired_at: float | None
    retired_by: str
    welcome: str  # id of its welcome text; "" for none
    counts: ScanCountsResponse


class QrChannelListResponse(BaseModel):
    """A page of channels, the latest first."""

    channels: list[QrChannelResponse]


class DayCountsResponse(ScanCountsResponse):
    """The counts of one day in the account's zone; `following` is the day's difference."""

    day: date


class QrStatisticsResponse(BaseModel):
    """The days with an event, and their sum."""

    zone: str
    days: list[DayCountsResponse]
    total: ScanCountsResponse


def describe_channel(
    channel: QrChannel, counts: ScanCounts, now: float, welcome: str
) -> QrChannelResponse:
    """The response for a channel; `welcome` is the id of its welcome text."""
    fields: dict[str, Any] = asdict(channel) | {
        "image_address": channel.image_address,
        "is_expired": channel.is_expired(now),
        "welcome": welcome,
        "counts": describe_counts(counts),
    }
    return QrChannelResponse(**{name: fields[name] for name in QrChannelResponse.model_fields})


def describe_counts(counts: ScanCounts) -> ScanCountsResponse:
    """The response for counts."""
    return ScanCountsResponse(**asdict(counts), following=counts.following)


def describe_day(day: date, counts: ScanCounts) -> DayCountsResponse:
    """The response for one day."""
    return DayCountsResponse(**asdict(counts), following=counts.following, day=day)
