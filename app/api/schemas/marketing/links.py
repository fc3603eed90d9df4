"""Bodies of the endpoint that makes links that count."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.kit.field_faults import BilingualError
from app.marketing.events.rows import Name

LINK_EXAMPLE: dict[str, Any] = {
    "url": "https://shop.example.com/longjing",
    "item": "longjing-50g",
    "campaign": "spring",
    "openids": ["oMei"],
}
MOST_LINKS = 1_000


class MakeLinksRequest(BaseModel):
    """A link for each follower; without `openids` one for everybody. Good for `days`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [LINK_EXAMPLE]})
    account: str = "default"
    url: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    openids: Annotated[
        list[Annotated[Name, StringConstraints(min_length=1)]], Field(max_length=MOST_LINKS)
    ] = []
    days: Annotated[int, Field(ge=1, le=366)] = 90
    kind: Literal["click", "view", "exposure"] = "click"
    item: Name = ""
    campaign: Name = ""
    experiment: Name = ""
    variant: Name = ""
    recommendation: Name = ""
    strategy: Name = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.variant and not self.experiment:
            raise BilingualError(
                "a variant is of an experiment: give both",
                "方案（variant）属于某个实验：请同时写 experiment",
            )
        return self


class CountingLinkResponse(BaseModel):
    """A link; `openid` is "" where it is for everybody."""

    openid: str
    address: str


class MakeLinksResponse(BaseModel):
    """The links, in the order of `openids`, and until when they are good (s since 1970)."""

    links: list[CountingLinkResponse]
    expires: int
