"""Bodies of the briefs' endpoints."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.marketing.content.brief import Brief
from app.marketing.content.briefs import StoredBrief

Author = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
EXAMPLE: dict[str, Any] = {
    "account": "default",
    "author": "小林",
    "brief": {
        "product": "明前龙井",
        "facts": [
            {"name": "产地", "value": "杭州西湖龙井村", "source": "产品手册 2026 第 3 页"},
            {"name": "价格", "value": "50 克 168 元", "source": "价目表 2026-03"},
        ],
        "audience": "喜欢喝茶的上班族",
        "tone": "亲切，不夸张",
        "channel": "moments",
        "industry": "food",
        "must": ["龙井"],
        "must_not": ["降价"],
    },
}


class CreateBriefRequest(BaseModel):
    """A new brief and who wrote it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    author: Author
    brief: Brief


class EditBriefRequest(CreateBriefRequest):
    """The version that follows `version`."""

    version: Annotated[int, Field(ge=1, le=2**31 - 2)]


class BriefResponse(BaseModel):
    """A version of a brief."""

    id: str
    account: str
    version: int
    author: str
    created: float
    brief: Brief


class BriefListResponse(BaseModel):
    """Briefs in their latest versions."""

    briefs: list[BriefResponse]


def describe_brief(stored: StoredBrief) -> BriefResponse:
    """The response of a version."""
    return BriefResponse(**asdict(stored) | {"brief": stored.brief})
