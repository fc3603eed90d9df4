"""What a customer-service message can be beside the messages of replies; each becomes a JSON body.

Texts, images, articles (news) and mini program cards are values of `app.messages`: they answer
followers, too. Page: /doc/service/api/customer/message/api_sendcustommessage.md; it tells no length
of titles and descriptions: the limits are those of article cards in `app.messages`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.messages.lengths import TEXT_BYTES
from app.wechat.client.errors import InvalidField
from app.wechat.client.request_values.validation import (
    BAD_ARTICLE_ID,
    BAD_LINK,
    BAD_PARAMETER,
    EMPTY_TEXT,
    LONG_CONTENT,
    LONG_DESCRIPTION,
    LONG_LINK,
    LONG_TITLE,
    check_bytes,
    check_characters,
    check_count,
    check_filled,
    check_media_id,
)

TITLE_CHARACTERS = 64
DESCRIPTION_CHARACTERS = 120
LINK_BYTES = 1_024
MOST_MENU_ITEMS = 10  # what fits on a phone; the platform names no limit


@dataclass(frozen=True, slots=True)
class CustomVoice:
    """A recording of the account's material."""

    kind: ClassVar[str] = "voice"
    media_id: str

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        check_media_id("voice.media_id", self.media_id)
        return {"media_id": self.media_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomVideo:
    """A video of the account's material, and the picture before it plays."""

    kind: ClassVar[str] = "video"
    media_id: str
    thumb_media_id: str
    title: str = ""
    description: str = ""

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        check_media_id("video.media_id", self.media_id)
        check_media_id("video.thumb_media_id", self.thumb_media_id)
        _check_heading("video", self.title, self.description)
        return {
            "media_id": self.media_id,
            "thumb_media_id": self.thumb_media_id,
            "title": self.title,
            "description": self.description,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomMusic:
    """Music at an address; `hq_url` is played over Wi-Fi, by default the same."""

    kind: ClassVar[str] = "music"
    url: str
    thumb_media_id: str
    title: str = ""
    description: str = ""
    hq_url: str = ""

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        hq_url = self.hq_url or self.url
        _check_link("music.musicurl", self.url)
        _check_link("music.hqmusicurl", hq_url)
        check_media_id("music.thumb_media_id", self.thumb_media_id)
        _check_heading("music", self.title, self.description)
        return {
            "title": self.title,
            "description": self.description,
            "musicurl": self.url,
            "hqmusicurl": hq_url,
            "thumb_media_id": self.thumb_media_id,
        }


@dataclass(frozen=True, slots=True)
class MpNews:
    """The articles of permanent material, by its media_id."""

    kind: ClassVar[str] = "mpnews"
    media_id: str

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        check_media_id("mpnews.media_id", self.media_id)
        return {"media_id": self.media_id}


@dataclass(frozen=True, slots=True)
class MpNewsArticle:
    """A published article, by the article_id that publishing gave."""

    kind: ClassVar[str] = "mpnewsarticle"
    article_id: str

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        check_filled("mpnewsarticle.article_id", self.article_id, BAD_ARTICLE_ID)
        return {"article_id": self.article_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMenu:
    """A question with answers to tap, id to text; a tap comes back as a text with the id."""

    kind: ClassVar[str] = "msgmenu"
    items: Mapping[str, str]
    head: str = ""
    tail: str = ""

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        check_count("msgmenu.list", len(self.items), MOST_MENU_ITEMS, BAD_PARAMETER)
        for number, (key, text) in enumerate(self.items.items()):
            check_filled(f"msgmenu.list[{number}].id", key, BAD_PARAMETER)
            check_filled(f"msgmenu.list[{number}].content", text, BAD_PARAMETER)
        whole = "\n".join([self.head, *self.items.values(), self.tail])
        check_bytes("msgmenu", whole, TEXT_BYTES, LONG_CONTENT)
        return {
            "head_content": self.head,
            "list": [{"id": key, "content": text} for key, text in self.items.items()],
            "tail_content": self.tail,
        }


@dataclass(frozen=True, slots=True)
class WxCard:
    """A coupon of the account (卡券), one without codes of the account's own."""

    kind: ClassVar[str] = "wxcard"
    card_id: str

    def render(self) -> dict[str, Any]:
        """The part of the body. Raises InvalidField."""
        check_filled("wxcard.card_id", self.card_id, BAD_PARAMETER)
        return {"card_id": self.card_id}


CustomContent = (
    CustomVoice | CustomVideo | CustomMusic | MpNews | MpNewsArticle | MessageMenu | WxCard
)


def build_content(content: CustomContent) -> dict[str, Any]:
    """`msgtype` and the part of that name. Raises InvalidField, which names field and limit."""
    return {"msgtype": content.kind, content.kind: content.render()}


def check_text(content: str) -> None:
    """The text of a message, with the AI label. Raises InvalidField."""
    check_filled("text.content", content, EMPTY_TEXT)
    check_bytes("text.content", content, TEXT_BYTES, LONG_CONTENT)


def _check_heading(kind: str, title: str, description: str) -> None:
    check_characters(f"{kind}.title", title, TITLE_CHARACTERS, LONG_TITLE)
    check_characters(f"{kind}.description", description, DESCRIPTION_CHARACTERS, LONG_DESCRIPTION)


def _check_link(field_name: str, url: str) -> None:
    check_bytes(field_name, url, LINK_BYTES, LONG_LINK)
    if not re.fullmatch(r"https?://\S+", url):
        raise InvalidField(field_name, "an address that begins with http:// or https://", BAD_LINK)
