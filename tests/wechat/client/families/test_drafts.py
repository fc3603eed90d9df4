"""Drafts of articles and picture messages, against the simulator."""

from dataclasses import replace
from typing import Any

import pytest

from app.wechat.client.core import PlatformClient
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.drafts import (
    DraftCount,
    DraftItem,
    DraftPage,
    Drafts,
    DraftSwitch,
)
from app.wechat.client.families.material import Materials
from app.wechat.client.request_values.articles import (
    ArticleImageId,
    ArticleImages,
    ArticleList,
    CoverCrop,
    DraftArticle,
    StoredArticle,
)
from tests.wechat.client.families.files import COVER
from tests.wechat.client.support import SHOP, make_platform, open_client

ARTICLE = DraftArticle(
    title="春季新品", content="<p>你好</p>", author="小回", thumb_media_id="COVER",
    content_source_url="https://shop.example/a",
    crop_235_1=CoverCrop(0.1945, 0, 1, 0.5236), crop_1_1=CoverCrop(0, 0, 0.425532, 1),
)  # fmt: skip
NOW = 1_700_000_000


async def with_cover(client: PlatformClient, article: DraftArticle = ARTICLE) -> DraftArticle:
    """The article with a cover that the platform has."""
    cover = await Materials(client).add(SHOP, "image", COVER)
    return replace(article, thumb_media_id=cover.media_id)


async def test_an_article_is_stored_as_it_was_written(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        drafts, article = Drafts(client), await with_cover(client)
        draft = await drafts.add(SHOP, [article])
        stored = await drafts.get(SHOP, draft.media_id)

    (item,) = stored.news_item
    assert stored == ArticleList(
        news_item=(
            StoredArticle(
                title="春季新品", author="小回", digest="你好", content="<p>你好</p>",
                content_source_url="https://shop.example/a",
                thumb_media_id=article.thumb_media_id, thumb_url=item.thumb_url, url=item.url,
            ),
        ),
        create_time=NOW,
        update_time=NOW,
    )  # fmt: skip


async def test_a_picture_message_has_images_and_a_crop(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        drafts, image = Drafts(client), await Materials(client).add(SHOP, "image", COVER)
        card = await drafts.get_product_card(SHOP, "1001", "newspic", 1)
        message = DraftArticle(
            title="三张图", content="看图", article_type="newspic",
            image_media_ids=(image.media_id,) * 3, product_key=card.product_key,
            cover_crops=(("1_1", CoverCrop(0.166454, 0, 0.833545, 1)),),
        )  # fmt: skip
        draft = await drafts.add(SHOP, [message])
        stored = await drafts.get(SHOP, draft.media_id)

    images = ArticleImages(image_list=(ArticleImageId(image_media_id=image.media_id),) * 3)
    assert [item.image_info for item in stored.news_item] == [images]


def test_an_article_is_sent_without_what_is_empty() -> None:
    message = DraftArticle(
        title="图", content="看图", article_type="newspic", image_media_ids=("A",),
        cover_crops=(("2.35_1", CoverCrop(0, 0.25, 1, 0.75)),), product_key="K",
        need_open_comment=True,
    )  # fmt: skip

    assert ARTICLE.to_body() == {
        "article_type": "news", "title": "春季新品", "content": "<p>你好</p>", "author": "小回",
        "content_source_url": "https://shop.example/a", "thumb_media_id": "COVER",
        "need_open_comment": 0, "only_fans_can_comment": 0,
        "pic_crop_235_1": "0.1945_0_1_0.5236", "pic_crop_1_1": "0_0_0.425532_1",
    }  # fmt: skip
    crop = {"ratio": "2.35_1", "x1": "0", "y1": "0.25", "x2": "1", "y2": "0.75"}
    assert message.to_body() == {
        "article_type": "newspic", "title": "图", "content": "看图",
        "need_open_comment": 1, "only_fans_can_comment": 0,
        "image_info": {"image_list": [{"image_media_id": "A"}]},
        "cover_info": {"crop_percent_list": [crop]},
        "product_info": {"footer_product_info": {"product_key": "K"}},
    }  # fmt: skip


async def test_drafts_are_listed_changed_and_deleted(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        drafts, article = Drafts(client), await with_cover(client)
        draft = await drafts.add(SHOP, [article, replace(article, title="第二篇")])
        await drafts.update(SHOP, draft.media_id, replace(article, title="改过"), index=1)
        page = await drafts.list_page(SHOP)
        count = await drafts.count(SHOP)
        await drafts.delete(SHOP, draft.media_id)
        with pytest.raises(ApiError) as refusal:
            await drafts.get(SHOP, draft.media_id)

    items = page.item[0].content.news_item
    assert page == DraftPage(
        total_count=1,
        item_count=1,
        item=(
            DraftItem(
                media_id=draft.media_id, content=ArticleList(news_item=items), update_time=NOW
            ),
        ),
    )
    assert [(item.title, item.content) for item in items] == [("春季新品", ""), ("改过", "")]
    assert (count, refusal.value.code) == (DraftCount(total_count=1), 40007)


async def test_every_account_has_the_draft_box(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        switched = await Drafts(client).switch(SHOP)
        opened = await Drafts(client).switch(SHOP, check_only=False)

    assert switched == opened == DraftSwitch(is_open=True)


async def test_a_product_card_is_a_key_and_a_dom(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        card = await Drafts(client).get_product_card(SHOP, "1001")
        with pytest.raises(InvalidField, match="product_id: must not be empty"):
            await Drafts(client).get_product_card(SHOP, "")

    assert card.product_key in card.DOM


@pytest.mark.parametrize(
    ("changes", "message", "code"),
    [
        ({"title": " "}, "title: must not be empty", 44003),
        ({"title": "题" * 33}, "title: at most 32 characters; this has 33", 45003),
        ({"author": "名" * 17}, "author: at most 16 characters; this has 17", 45110),
        ({"digest": "摘" * 129}, "digest: at most 128 characters; this has 129", 45004),
        ({"content": ""}, "content: must not be empty", 44004),
        ({"content": "文" * 20_000}, "content: at most 19999 characters; this has 20000", 45002),
        (
            {"content_source_url": "https://x/" + "a" * 1024},
            "content_source_url: at most 1,024 bytes; this has 1,034",
            45005,
        ),
        ({"content_source_url": "ftp://x"}, "content_source_url: must begin with https://", 41039),
        ({"thumb_media_id": ""}, "thumb_media_id: must be a media_id of the platform", 40007),
        ({"crop_1_1": CoverCrop(0.5, 0, 0.5, 1)}, "crop_1_1: 0 <= x1 < x2 <= 1", 53402),
        ({"article_type": "newspic"}, "image_media_ids: 1 to 20 elements; there are 0", 40007),
        (
            {"article_type": "newspic", "image_media_ids": ("A",) * 21},
            "image_media_ids: 1 to 20 elements; there are 21",
            40007,
        ),
    ],
)
async def test_what_the_platform_would_refuse_is_named_before_the_call(
    redis_url: str, changes: dict[str, Any], message: str, code: int
) -> None:
    platform, article = make_platform(), replace(ARTICLE, **changes)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField) as refusal:
            await Drafts(client).add(SHOP, [ARTICLE, article])
        with pytest.raises(InvalidField):
            await Drafts(client).update(SHOP, "DRAFT", article)

    assert str(refusal.value).startswith(f"articles[1].{message}")
    assert (refusal.value.code, platform.calls.total()) == (code, 0)


@pytest.mark.parametrize("index", [-1, 8])
async def test_an_article_of_a_draft_has_one_of_eight_places(redis_url: str, index: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match=f"index: from 0 to 7; this is {index}") as refusal:
            await Drafts(client).update(SHOP, "DRAFT", ARTICLE, index)

    assert refusal.value.code == 40114


@pytest.mark.parametrize(("count", "code"), [(0, 44003), (9, 45008)])
async def test_a_draft_has_one_to_eight_articles(redis_url: str, count: int, code: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField) as refusal:
            await Drafts(client).add(SHOP, [ARTICLE] * count)

    assert refusal.value.code == code
