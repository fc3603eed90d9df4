"""Items of published posts: an item an article, hidden once the post is withdrawn."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, String, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import items, posts
from app.marketing.events.item_repository import make_item_row
from app.marketing.events.items import Item, ItemKind
from app.publishing.rows import read_post
from app.publishing.steps import PostSteps
from app.publishing.titles import name_item as name_article
from app.publishing.values import Post, PostArticle, PostItem, PostState, TextMessage

AT_ONCE = 50  # posts
LONGEST_TEXT = 20_000  # characters
_TAG = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class PublishedItems:
    """Makes items of posts; what an operator changed in one stays. Safe from several workers."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add_new(self) -> int:
        """Add the items of posts that have none yet, and hide those of withdrawn posts; how many
        posts were added.
        """
        await self._hide_withdrawn()
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(_select_new_posts())).all()
        for row in rows:
            await self._add(read_post(row))
        return len(rows)

    async def _add(self, post: Post) -> None:
        steps = PostSteps(self.engine)
        number = await steps.find_msg_data_id(post)
        result = await steps.find(post, "result")
        urls = list(result.answer.get("urls", ())) if result else []
        links = [*urls, *[""] * len(post.articles)]
        rows = [
            make_item_row(self._build_item(post, at, article, links[at - 1], number))
            for at, article in enumerate(post.articles, start=1)
        ]
        async with self.engine.begin() as connection:
            await connection.execute(insert(items).on_conflict_do_nothing(), rows)

    def _build_item(
        self, post: Post, at: int, article: PostItem, link: str, number: int | None
    ) -> Item:
        text, cover = _read_text(article)
        now = self.clock()
        return Item(
            account=post.account, id=name_item(post.id, at), kind=ItemKind.ARTICLE,
            title=name_article(article), text=text[:LONGEST_TEXT], link=link,
            cover=cover if cover.startswith(("https://", "http://")) else "",
            published=post.sent_at, created=now, changed=now,
            msgid=f"{number}_{at}" if number else "",
        )  # fmt: skip

    async def _hide_withdrawn(self) -> None:
        withdrawn = exists().where(
            posts.c.account == items.c.account,
            items.c.id == name_first_item(posts.c.id),
            posts.c.state == PostState.WITHDRAWN.value,
        )
        # By the first item, then all of the post: its articles are withdrawn together.
        firsts = select(items.c.account, items.c.id).where(items.c.hidden.is_(False), withdrawn)
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(firsts.limit(AT_ONCE))).all()
        for row in rows:
            theirs = items.c.id.startswith(row.id.removesuffix("1"), autoescape=True)
            statement = update(items).where(items.c.account == row.account, theirs)
            async with self.engine.begin() as connection:
                await connection.execute(statement.values(hidden=True, changed=self.clock()))


def _read_text(article: PostItem) -> tuple[str, str]:
    """What an article says, without the tags of HTML, and the address of its cover."""
    if isinstance(article, TextMessage):
        return article.text, ""
    if not isinstance(article, PostArticle):
        return article.text, article.pictures[0]
    text = _TAG.sub(" ", article.source) if article.format == "html" else article.source
    return text, article.cover


def name_item(post: str, at: int) -> str:
    """The id of the item of a post's article, counted from 1."""
    return f"post-{post}-{at}"


def name_first_item(post: Column[str]) -> ColumnElement[str]:
    """The id of the first item, as an expression of SQL."""
    return func.concat(literal("post-", String), post, literal("-1", String))


def _select_new_posts() -> Select[Any]:
    first = exists().where(
        items.c.account == posts.c.account, items.c.id == name_first_item(posts.c.id)
    )
    is_sent = (posts.c.state == PostState.PUBLISHED.value) & posts.c.sent_at.is_not(None)
    # A text message is nothing to open, so it is no item.
    kind = func.coalesce(posts.c.articles[0]["article_type"].as_string(), "news")
    is_new = is_sent & ~first & (kind != "text")
    return select(posts).where(is_new).order_by(posts.c.sent_at).limit(AT_ONCE)
