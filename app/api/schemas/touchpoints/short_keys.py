"""Bodies of the endpoints for short keys."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.post_articles import Line
from app.api.schemas.posts import Name
from app.touchpoints.qr.short_keys import StoredShortKey
from app.wechat.client.families.shorten import LONGEST_SECONDS


class CreateShortKeyRequest(BaseModel):
    """A text of up to 4 KB, and for how many seconds its key is valid: 30 days at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"long_data": "https://shop.example/?from=poster", "author": "小林"}]
        }
    )
    account: str = "default"
    # Wider than the platform's limit: what is too long is answered with a sentence.
    long_data: Annotated[str, StringConstraints(max_length=20_000)]
    seconds: Annotated[int, Field(ge=1, le=LONGEST_SECONDS)] = LONGEST_SECONDS
    note: Line = ""
    author: Name


class ShortKeyResponse(BaseModel):
    """A short key that was made here. Times are seconds since 1970."""

    account: str
    short_key: str
    long_data: str
    note: str
    author: str
    created: float
    expires_at: float


class ShortKeyListResponse(BaseModel):
    """A page of short keys, the latest first."""

    short_keys: list[ShortKeyResponse]


class LongDataResponse(BaseModel):
    """What the platform says a key stands for: `created` in seconds since 1970."""

    short_key: str
    long_data: str
    created: int
    seconds_left: int


def describe_short_key(key: StoredShortKey) -> ShortKeyResponse:
    """The response for a short key."""
    return ShortKeyResponse(**asdict(key))
