"""A published post becomes items, which operators may change and a withdrawal hides."""

from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.marketing.events.item_repository import Items
from app.marketing.events.items import Item, ItemKind
from app.marketing.events.published_items import PublishedItems, name_item
from app.publishing.steps import PostSteps
from app.publishing.values import PostArticle
from tests.publishing.factories import ARTICLE, NOW, make_content, make_scheduled, make_service

HTML = PostArticle(title="冲泡", source="<p>水温 80 度。</p>", format="html", cover="https://a/b")


async def test_a_post_becomes_items_and_a_withdrawal_hides_them(engine: AsyncEngine) -> None:
    post = await make_scheduled(make_service(engine), make_content(ARTICLE, HTML))
    published, items = PublishedItems(engine, lambda: NOW + 9), Items(engine)
    before = await published.add_new()
    await PostSteps(engine).end(post, "publish", {"msg_data_id": "2247"}, "1")
    await PostSteps(engine).end(post, "result", {"urls": ["https://mp.weixin.qq.com/s/1"]})
    await set_state(engine, "published")

    counts = [await published.add_new() for _ in range(2)]
    first = await items.get("default", name_item(post.id, 1))
    second = await items.get("default", name_item(post.id, 2))
    await items.put([replace(first, tags=("绿茶",))])
    await published.add_new()
    changed = await items.get("default", first.id)
    await set_state(engine, "withdrawn")
    await published.add_new()
    hidden = await items.list_page("default")

    assert (before, counts, changed.tags) == (0, [1, 0], ("绿茶",))
    assert first == Item(
        account="default", id=f"post-{post.id}-1", kind=ItemKind.ARTICLE, title="春茶上新",
        text=ARTICLE.source, link="https://mp.weixin.qq.com/s/1", published=NOW,
        created=NOW + 9, changed=NOW + 9, msgid="2247_1",
    )  # fmt: skip
    assert (second.text.strip(), second.cover, second.link) == ("水温 80 度。", "https://a/b", "")
    assert [item.hidden for item in hidden] == [True, True]


async def set_state(engine: AsyncEngine, state: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(update(tables.posts).values(state=state, sent_at=NOW))
