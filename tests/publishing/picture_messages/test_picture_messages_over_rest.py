"""Picture messages, and articles with products, go over REST to the simulated platform."""

import base64
from typing import Any

from tests.conftest import Open
from tests.publishing.images.pictures import draw
from tests.publishing.rest import POSTS, open_publishing

PICTURE = "data:image/webp;base64," + base64.b64encode(draw("WEBP")).decode()
PNG = "data:image/png;base64," + base64.b64encode(draw("PNG")).decode()
MESSAGE: dict[str, Any] = {
    "article_type": "newspic",
    "title": "春茶上新",
    "text": "龙井到店\n欢迎品尝",
    "pictures": [PICTURE, PNG],
    "cover_crops": [{"ratio": "1_1", "x1": 0.0, "y1": 0.0, "x2": 0.5, "y2": 1.0}],
}


async def test_a_picture_message_is_previewed_and_published(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        post = await api.create(MESSAGE)
        preview = (await api.http.get(f"{POSTS}/{post}/preview")).text
        export = (await api.http.get(f"{POSTS}/{post}/export")).json()
        await api.schedule(post)
        published = await api.wait_for(post, "published")
        [message] = api.list_published()

    [article] = message.articles
    assert preview.count("<img") == 4  # both looks
    assert "龙井到店<br>欢迎品尝" in preview
    assert (export["content"], len(export["pictures"])) == ("龙井到店\n欢迎品尝", 2)
    assert "图片消息" in export["advice"]
    assert (article["article_type"], article["content"]) == ("newspic", "龙井到店\n欢迎品尝")
    assert len(article["image_info"]["image_list"]) == 2
    assert published["articles"][0]["pictures"] == [PICTURE, PNG]
    assert published["urls"] == message.urls


async def test_a_bad_picture_message_is_refused_before_the_call(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        broken = MESSAGE | {"text": "", "pictures": [PNG, "data:image/png;base64,AAAA"]}
        checked = (await api.http.post(f"{POSTS}/check", json={"articles": [broken]})).json()
        post = await api.create(broken)
        refused = await api.refuse(post, "submit", version=1)
        mixed = await api.http.post(
            POSTS, json={"author": "小林", "articles": [MESSAGE, {"source": "# 茶\n\n茶"}]}
        )
        too_many = await api.http.post(
            POSTS, json={"author": "小林", "articles": [MESSAGE | {"pictures": [PNG] * 21}]}
        )

    assert [finding["rule"] for finding in checked["articles"][0]["findings"]] == [
        "content", "image"
    ]  # fmt: skip
    assert refused == (
        422,
        "缺少文字：图片消息要配一段文字。\n"
        "图片 内嵌图片：不是能识别的图片（支持 jpg、png、gif、webp、bmp）。",
    )
    assert (mixed.status_code, mixed.json()["detail"][:12]) == (
        422,
        "图片消息要单独发布，不能"[:12],
    )
    assert too_many.status_code == 422
    assert api.platform.calls["/cgi-bin/draft/add"] == 0


async def test_several_articles_are_checked_and_previewed_each(open_service: Open) -> None:
    articles = [{"source": f"# 第{number}篇\n\n茶 {number}"} for number in range(1, 9)]
    async with open_publishing(open_service) as api:
        long = [*articles[:1], {"source": "茶", "title": "茶" * 33}]
        checked = (await api.http.post(f"{POSTS}/check", json={"articles": long})).json()
        post = await api.create(*articles)
        third = (await api.http.get(f"{POSTS}/{post}/preview?article=3")).text
        await api.schedule(post)
        await api.wait_for(post, "published")
        [message] = api.list_published()
        two = await api.create(*long)
        missing = await api.http.get(f"{POSTS}/{two}/preview?article=3")
        refused = await api.refuse(two, "submit", version=1)

    assert [len(each["findings"]) for each in checked["articles"]] == [0, 1]
    assert "<h1>第3篇</h1>" in third
    assert [article["title"] for article in message.articles] == [
        f"第{number}篇" for number in range(1, 9)
    ]
    assert (missing.status_code, missing.json()["detail"]) == (404, "这篇内容只有 2 篇文章。")
    assert refused == (422, "第 2 篇：标题有 33 个字，最多 32 个，请缩短。")


async def test_products_become_cards_of_the_platform(open_service: Open) -> None:
    article = {"source": "# 茶\n\n买[龙井](product:1001)或[红茶](product:1002/small)。"}
    async with open_publishing(open_service, sells_products=True) as api:
        post = await api.create(article)
        before = (await api.http.get(f"{POSTS}/{post}/export")).json()["content"]
        await api.schedule(post)
        await api.wait_for(post, "published")
        after = (await api.http.get(f"{POSTS}/{post}/export")).json()["content"]
        pictures = await api.create(MESSAGE | {"product_id": "1001"})
        await api.schedule(pictures)
        await api.wait_for(pictures, "published")
        with_product, with_cards = api.list_published()

    assert "【商品】龙井" in before
    assert with_cards.articles[0]["content"] == after
    assert after.count("<mp-common-product") == 2
    assert "data-product" not in after
    assert "product_key" in with_product.articles[0]["product_info"]["footer_product_info"]


async def test_an_account_without_a_shop_is_told_which_product(open_service: Open) -> None:
    article = {"source": "# 茶\n\n买[龙井](product:1001)。"}
    async with open_publishing(open_service, sells_products=False) as api:
        wrong = await api.create({"source": "# 茶\n\n买[龙井](product:longjing)。"})
        refused = await api.refuse(wrong, "submit", version=1)
        post = await api.create(article)
        await api.schedule(post)
        failed = await api.wait_for(post, "failed")

    assert refused[0] == 422
    assert refused[1].startswith("商品链接要写成 product:商品编号")
    assert failed["reason"].startswith("拿不到商品 1001 的卡片（这个公众号可能没有开通带货能力）。")
    assert api.platform.calls["/cgi-bin/draft/add"] == 0
