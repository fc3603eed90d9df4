"""Articles that an account wrote: its drafts, and what was published or sent to followers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.simulator.accounts.state import AccountState, Body
from app.simulator.errcodes import Refused

ARTICLE_HOST = "http://mp.weixin.qq.com"
_CONTENT = ("content",)


@dataclass(kw_only=True)
class StoredDraft:
    """The articles of one draft, in their order."""

    articles: list[Body]
    urls: list[str]  # of the preview, one an article
    created_at: int
    updated_at: int


@dataclass
class DraftBox:
    """Drafts by media_id."""

    drafts: dict[str, StoredDraft] = field(default_factory=dict)
    is_open: bool = True  # of all accounts since 2022

    def find(self, media_id: str) -> StoredDraft:
        """A draft. Raises Refused with 40007."""
        draft = self.drafts.get(media_id)
        if draft is None:
            raise Refused(40007)
        return draft


@dataclass(kw_only=True)
class PublishedMessage:
    """Articles that followers can read."""

    article_id: str
    msg_data_id: int
    articles: list[Body]
    urls: list[str]
    published_at: float  # seconds since 1970; it isn't there before
    is_mass_sent: bool = False
    deleted: list[int] = field(default_factory=list)  # positions, from 0
    is_banned: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether no article of it is left."""
        return self.is_banned or len(self.deleted) == len(self.articles)

    def delete(self, number: int) -> None:
        """Delete the article of a number, from 1; 0: all. Raises Refused with 40114."""
        if not 0 <= number <= len(self.articles):
            raise Refused(40114)
        gone = range(len(self.articles)) if number == 0 else [number - 1]
        self.deleted = sorted({*self.deleted, *gone})


@dataclass
class PublishedArticles:
    """Published messages by article_id."""

    messages: dict[str, PublishedMessage] = field(default_factory=dict)

    def list_published(self, now: float) -> list[PublishedMessage]:
        """What is published at `now`, the newest first."""
        there = [each for each in self.messages.values() if each.published_at <= now]
        return sorted(there, key=lambda each: -each.published_at)

    def find(self, article_id: str, now: float) -> PublishedMessage:
        """What is published at `now`. Raises Refused with 53600."""
        message = self.messages.get(article_id)
        if message is None or message.published_at > now:
            raise Refused(53600)
        return message

    def find_by_data_id(self, msg_data_id: int, now: float) -> PublishedMessage:
        """The same by msg_data_id. Raises Refused with 88001."""
        for message in self.messages.values():
            if message.msg_data_id == msg_data_id and message.published_at <= now:
                return message
        raise Refused(88001)


def publish(
    account: AccountState, draft: StoredDraft, *, msg_data_id: int, published_at: float, mass: bool
) -> PublishedMessage:
    """Store what a draft becomes when it is published at a time."""
    message = PublishedMessage(
        article_id=account.next_id("article"),
        msg_data_id=msg_data_id,
        articles=draft.articles,
        urls=[make_article_url(account) for _ in draft.articles],
        published_at=published_at,
        is_mass_sent=mass,
    )
    account.store(PublishedArticles).messages[message.article_id] = message
    return message


def make_article_url(account: AccountState, path: str = "/s/") -> str:
    """A new address of an article."""
    return f"{ARTICLE_HOST}{path}{account.next_id('url')[:22]}"


def render_article(article: Mapping[str, Any], url: str, *, no_content: bool, **more: Any) -> Body:
    """An article as lists show it."""
    left_out = _CONTENT if no_content else ()
    fields = {name: value for name, value in article.items() if name not in left_out}
    return {**fields, "url": url, **more}


def render_item(name: str, key: str, items: list[Body], updated_at: float) -> Body:
    """A draft or a published message as lists show it."""
    return {
        name: key,
        "content": {"news_item": items},
        "update_time": int(updated_at),
    }
