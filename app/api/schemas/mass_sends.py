"""Bodies of the endpoints for mass sends: their speed, the frequency cap, single messages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.replies import Revision
from app.publishing.frequency.policy import FrequencyRules

Openid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Source = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Field200 = Annotated[str, StringConstraints(max_length=200)]


class MassSpeedRequest(BaseModel):
    """A level: 0 sends 800,000 messages a minute, 1 600,000, 2 450,000, 3 300,000, 4 100,000."""

    account: str = "default"
    speed: Annotated[int, Field(ge=0, le=4)]


class MassSpeedResponse(BaseModel):
    """The level, and how many 10,000 messages a minute the platform sends now."""

    speed: int
    realspeed: int


class FrequencyCapRequest(BaseModel):
    """An account's frequency cap. `revision` is the one read before; 0 before the first."""

    account: str = "default"
    rules: FrequencyRules
    revision: Revision


class FrequencyCapResponse(BaseModel):
    """The cap, its revision, and how many followers have had their share this month."""

    account: str
    rules: FrequencyRules
    revision: int
    capped_followers: int


class MarketingMessageRequest(BaseModel):
    """A template, or without `template_id` a text as a customer-service message.

    `source` names the message: with the same one a follower is sent nothing again.
    """

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    openid: Openid
    source: Source
    template_id: Annotated[str, StringConstraints(max_length=64)] = ""
    data: dict[Field200, Field200] = Field({}, max_length=20)
    url: Annotated[str, StringConstraints(max_length=1_000)] = ""
    text: Annotated[str, StringConstraints(max_length=2_000)] = ""


class MarketingMessageResponse(BaseModel):
    """What was sent."""

    source: str
    kind: str
