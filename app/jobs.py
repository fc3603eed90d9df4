"""What api processes ask of workers, as typed values. JSON on the wire, never pickle."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Kind = Literal[
    "text", "voice", "image", "video", "location", "link", "file", "subscribe", "scan", "click"
]


class _Job(BaseModel):
    model_config = ConfigDict(frozen=True)


class Talk(_Job):
    """A follower said or did something. `id` is the delivery's: appid and MsgId."""

    type: Literal["talk"] = "talk"
    id: str
    account: str
    openid: str
    kind: Kind
    text: str = ""
    received: float  # seconds since 1970


class Forget(_Job):
    """A follower left: the platform wants all of their data erased."""

    type: Literal["forget"] = "forget"
    id: str
    account: str
    openid: str


class Classify(_Job):
    """The CMS asks for intents of texts."""

    type: Literal["classify"] = "classify"
    waiter: str
    texts: list[str]


class Preview(_Job):
    """The CMS asks what the bot would say; nothing is remembered."""

    type: Literal["preview"] = "preview"
    waiter: str
    account: str
    openid: str
    text: str


Mail = Annotated[Talk | Forget, Field(discriminator="type")]
Ask = Annotated[Classify | Preview, Field(discriminator="type")]
MAIL: TypeAdapter[Talk | Forget] = TypeAdapter(Mail)
ASK: TypeAdapter[Classify | Preview] = TypeAdapter(Ask)
