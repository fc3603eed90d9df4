"""Bodies of the endpoints for welcome texts."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.api.schemas.post_previews import FindingResponse
from app.api.schemas.posts import Name, Version
from app.api.schemas.touchpoints.menus import describe_findings
from app.api.schemas.touchpoints.reviews import ReviewResponse, to_review_fields
from app.touchpoints.review.values import ReviewedContent
from app.touchpoints.welcomes.checking import check_welcome
from app.touchpoints.welcomes.placement import read_text
from app.touchpoints.welcomes.values import WelcomeText

# Wider than a message: what is too long is a finding.
WelcomeWords = Annotated[str, StringConstraints(max_length=5_000)]
ChannelReference = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{16})?$")]


class WelcomeTextsRequest(BaseModel):
    """`reply` is for new followers, `scan` for followers who scan a code (empty: `reply`).

    {brand} and {hours} are filled. At most 2,048 bytes each.
    """

    reply: WelcomeWords
    scan: WelcomeWords = ""


class CreateWelcomeRequest(WelcomeTextsRequest):
    """A new welcome text: for the account, or for those who come by the code of a QR channel."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"author": "小林", "reply": "欢迎关注{brand}！"}]}
    )
    account: str = "default"
    author: Name
    channel: ChannelReference = ""


class EditWelcomeRequest(WelcomeTextsRequest):
    """The next version; `version` is the one that was read."""

    account: str = "default"
    editor: Name
    version: Version


class WelcomePreviewResponse(BaseModel):
    """The texts as followers read them now, with the slots filled."""

    reply: str
    scan: str


class WelcomeResponse(ReviewResponse):
    """A welcome text, where it stands, what is wrong with it, and how it reads.

    `is_effective`: the rules have the live version. False where somebody wrote the rules since.
    """

    channel: str
    reply: str
    scan: str
    is_effective: bool
    findings: list[FindingResponse]
    preview: WelcomePreviewResponse


class WelcomeListResponse(BaseModel):
    """A page of welcome texts, the last changed first."""

    welcomes: list[ReviewResponse]


def describe_welcome(
    item: ReviewedContent, *, filled: WelcomeText, is_effective: bool
) -> WelcomeResponse:
    """The response for a welcome text; `filled` has the slots filled."""
    text = read_text(item)
    fields: dict[str, Any] = to_review_fields(item) | {
        "channel": text.channel,
        "reply": text.reply,
        "scan": text.scan,
        "is_effective": is_effective,
        "findings": describe_findings(check_welcome(text)),
        "preview": WelcomePreviewResponse(reply=filled.reply, scan=filled.scan),
    }
    return WelcomeResponse(**fields)
