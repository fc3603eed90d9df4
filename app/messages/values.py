"""Answers that are no text: a picture, an article, a mini program.

On its way an answer is one string, so that a session, a delivery and the outbox need know nothing
of cards: a card is written as a mark in it, and read again where messages are made.
"""

import json
import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

_MARK = re.compile("\u27e6card (.{1,1900})\u27e7", re.DOTALL)


def _link(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r'[\s"<>]', url):
        raise ValueError("write a whole link, such as https://shop.example/a")
    return url


Link = Annotated[str, StringConstraints(max_length=1024), AfterValidator(_link)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
MediaId = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,128}$")]


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Image(_Card):
    """A picture of the account's material; a temporary `media_id` is good for three days."""

    type: Literal["image"]
    media_id: MediaId


class Article(_Card):
    """图文. The platform shows one a message."""

    type: Literal["article"]
    title: Title
    description: Annotated[str, StringConstraints(max_length=120)] = ""
    url: Link
    picture: Link | Literal[""] = ""


class MiniProgram(_Card):
    """A mini program that is bound to the account; `url` is opened where it can't run."""

    type: Literal["mini_program"]
    title: Title
    appid: Annotated[str, StringConstraints(pattern=r"^wx[0-9a-f]{16}$")]
    page: Annotated[str, StringConstraints(pattern=r'^[^\s"<>]{1,256}$')]
    thumb_media_id: MediaId | Literal[""] = ""
    url: Link | Literal[""] = ""


Card = Annotated[Image | Article | MiniProgram, Field(discriminator="type")]
CARD: TypeAdapter[Image | Article | MiniProgram] = TypeAdapter(Card)


def write(card: Image | Article | MiniProgram) -> str:
    """The mark that stands for it."""
    return f"\u27e6card {json.dumps(card.model_dump(), ensure_ascii=False)}\u27e7"


def read(text: str) -> Image | Article | MiniProgram | None:
    """The card that this text is, or None."""
    mark = _MARK.fullmatch(text.strip())
    try:
        return CARD.validate_json(mark[1]) if mark else None
    except ValueError:
        return None


def spoken(text: str) -> str:
    """The text for those who read no cards: a prompt, a person's inbox, a summary."""
    card = read(text)
    match card:
        case None:
            return text
        case Image():
            return "[图片]"
        case Article() | MiniProgram():
            return f"[{card.title}]"


def defused(text: str) -> str:
    """Text of others, in which nothing shall be a card."""
    return text.replace("\u27e6", "[").replace("\u27e7", "]")
