"""Types of the account's messages: text, image, article, mini program, transfer to an agent."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from app.messages import ai_label, lengths

BETWEEN = "\n\n"  # separates texts joined into one message


def _link(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r'[\s"<>]', url):
        raise ValueError("write a whole link, such as https://shop.example/a")
    return url


Link = Annotated[str, StringConstraints(max_length=1024), AfterValidator(_link)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
MediaId = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,128}$")]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Value):
    """A text message; with `ai_generated` the AI label is shown at its end."""

    type: Literal["text"] = "text"
    content: str
    ai_generated: bool = False

    def with_label(self) -> str:
        """The text as the follower reads it, with the AI label if needed."""
        return ai_label.add(self.content) if self.ai_generated else self.content


class ImageCard(_Value):
    """An image of the account's material; a temporary `media_id` is valid for three days."""

    type: Literal["image"]
    media_id: MediaId


class Article(_Value):
    """An article (图文); the platform allows one per message."""

    type: Literal["article"]
    title: Title
    description: Annotated[str, StringConstraints(max_length=120)] = ""
    url: Link
    picture: Link | Literal[""] = ""


class MiniProgram(_Value):
    """A mini program bound to the account; clients that can't run it open `url`."""

    type: Literal["mini_program"]
    title: Title
    appid: Annotated[str, StringConstraints(pattern=r"^wx[0-9a-f]{16}$")]
    page: Annotated[str, StringConstraints(pattern=r'^[^\s"<>]{1,256}$')]
    thumb_media_id: MediaId | Literal[""] = ""
    url: Link | Literal[""] = ""


class TransferToAgent(_Value):
    """A transfer to WeChat's desk, or there to the agent `account` (such as `test1@brand`)."""

    type: Literal["transfer"] = "transfer"
    account: str | None = None


RichMessage = ImageCard | Article | MiniProgram
Card = Annotated[RichMessage, Field(discriminator="type")]
Answer = Annotated[Text | RichMessage, Field(discriminator="type")]  # of an entry
Message = Annotated[Text | RichMessage | TransferToAgent, Field(discriminator="type")]
CARD: TypeAdapter[RichMessage] = TypeAdapter(Card)
ANSWER: TypeAdapter[Text | RichMessage] = TypeAdapter(Answer)
_MESSAGE: TypeAdapter[Text | RichMessage | TransferToAgent] = TypeAdapter(Message)


def to_json(message: Message | None) -> str:
    """The JSON in which a message is stored; "" for None."""
    return message.model_dump_json() if message else ""


def from_json(stored: str) -> Message | None:
    """The reverse of `to_json`. Raises pydantic.ValidationError."""
    return _MESSAGE.validate_json(stored) if stored else None


def answer_from_json(stored: str) -> Answer:
    """Parse the answer of an entry; "" (an erased entry) gives an empty text."""
    return ANSWER.validate_json(stored) if stored else Text(content="")


def as_plain_text(message: Message | None) -> str:
    """The message as plain text, for prompts, the inbox, records and summaries; "" for None."""
    match message:
        case Text():
            return message.with_label()
        case ImageCard():
            return "[图片]"
        case Article() | MiniProgram():
            return f"[{message.title}]"
        case TransferToAgent():
            return "[转人工]"
        case None:
            return ""


def join(texts: Sequence[Text], between: str = BETWEEN) -> Text:
    """Join one or more texts into one; each part keeps its AI label behind its own words."""
    *first, last = texts
    content = between.join([*(text.with_label() for text in first), last.content])
    return last.model_copy(update={"content": content})


def cut(text: Text, limit: int, more: str = "") -> tuple[Text | None, Text | None]:
    """Split a text like `lengths.cut`: the head ends with `more` and has at most `limit` bytes
    including the AI label, which both parts carry; None for an empty part.

    A labelled text isn't cut to less than `ai_label.LEAST` bytes: the head is None then.
    """
    if lengths.size(text.with_label()) <= limit:
        return text, None
    room = limit - lengths.size(more)
    if text.ai_generated:
        if room < ai_label.LEAST:
            return None, text
        room -= lengths.size(ai_label.LABEL)
    head, rest = lengths.cut(text.content.rstrip() if text.ai_generated else text.content, room)
    part = text.model_copy(update={"content": head + more})
    return part, text.model_copy(update={"content": rest}) if rest else None
