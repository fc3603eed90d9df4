"""Drafts: what the platform stores, changes and refuses."""

from typing import Any

import pytest

from app.simulator.accounts.state import PlatformAccount
from tests.simulator.articles import add_draft, make_article
from tests.simulator.calling import ACCOUNT, PERSONAL, Caller, calling
from tests.simulator.uploads import add_picture, upload_article_picture

ADD, UPDATE = "/cgi-bin/draft/add", "/cgi-bin/draft/update"
GET, LIST = "/cgi-bin/draft/get", "/cgi-bin/draft/batchget"
COUNT, DELETE = "/cgi-bin/draft/count", "/cgi-bin/draft/delete"
SWITCH, CARD = "/cgi-bin/draft/switch", "/channels/ec/service/product/getcardinfo"


async def test_a_draft_is_stored_and_read() -> None:
    async with calling() as caller:
        article = await make_article(caller, author="梅", content_source_url="https://a.example/1")
        media_id = (await caller.ask(ADD, articles=[article]))["media_id"]
        answer = await caller.ask(GET, media_id=media_id)

    (item,) = answer["news_item"]
    assert item == {
        "article_type": "news",
        "title": "春茶",
        "author": "梅",
        "digest": "今年的春茶到了。",
        "content": "<p>今年的春茶到了。</p>",
        "content_source_url": "https://a.example/1",
        "thumb_media_id": article["thumb_media_id"],
        "thumb_url": item["thumb_url"],
        "show_cover_pic": 0,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
        "url": item["url"],
    }
    assert item["url"].startswith("http://mp.weixin.qq.com/s/draft-")


async def test_scripts_and_pictures_from_elsewhere_are_taken_out() -> None:
    async with calling() as caller:
        picture = await upload_article_picture(caller)
        content = (
            f'<p onclick="steal()">茶</p><img src="{picture}"><script>steal()</script>'
            '<img src="https://elsewhere.example/a.png"/>'
        )
        media_id = await add_draft(caller, content=content)
        answer = await caller.ask(GET, media_id=media_id)

    assert answer["news_item"][0]["content"] == f'<p>茶</p><img src="{picture}">'


async def test_without_a_digest_the_content_begins_it() -> None:
    async with calling() as caller:
        media_id = await add_draft(caller, content=f"<p>{'茶' * 30}</p><p>{'叶' * 30}</p>")
        answer = await caller.ask(GET, media_id=media_id)

    assert answer["news_item"][0]["digest"] == "茶" * 30 + "叶" * 24


async def test_several_articles_have_no_digests() -> None:
    async with calling() as caller:
        articles = [await make_article(caller, digest="摘要") for _ in range(2)]
        media_id = (await caller.ask(ADD, articles=articles))["media_id"]
        answer = await caller.ask(GET, media_id=media_id)

    assert [item["digest"] for item in answer["news_item"]] == ["", ""]


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"title": ""}, 44003),
        ({"title": "茶" * 33}, 45003),
        ({"title": "茶" * 32}, 0),
        ({"author": "梅" * 17}, 45110),
        ({"digest": "茶" * 129}, 45004),
        ({"content": ""}, 44004),
        ({"content": "茶" * 20_000}, 45002),
        ({"content": "茶" * 19_999}, 0),
        ({"content_source_url": "https://a.example/" + "a" * 1024}, 45005),
        ({"content_source_url": "ftp://a.example"}, 41039),
        ({"thumb_media_id": "nothing"}, 40007),
        ({"thumb_media_id": ""}, 40007),
        ({"pic_crop_235_1": "0.1945_0_1_0.5236"}, 0),
        ({"pic_crop_235_1": "1_0_0.5_0.5236"}, 53402),
        ({"pic_crop_1_1": "0,0,1,1"}, 53402),
        ({"article_type": "poem"}, 47001),
        ({"title": 7}, 47001),
        ({"product_info": {"footer_product_info": {"product_key": "guess"}}}, 53405),
        ({"product_info": {}}, 53405),
    ],
)
async def test_an_article_keeps_to_the_limits(changed: dict[str, Any], errcode: int) -> None:
    async with calling() as caller:
        code = await caller.code(ADD, articles=[await make_article(caller, **changed)])

    assert code == errcode


@pytest.mark.parametrize(
    ("articles", "errcode"),
    [([], 44003), ([{}] * 9, 45008), ({}, 47001), (None, 47001), (["茶"], 47001)],
)
async def test_a_draft_has_one_to_eight_articles(articles: Any, errcode: int) -> None:
    async with calling() as caller:
        code = await caller.code(ADD, articles=articles)

    assert code == errcode


async def test_escaped_characters_are_refused() -> None:
    async with calling() as caller:
        answer = await caller.http.post(
            f"{ADD}?access_token={caller.token}", content=rb'{"articles": [{"title": "\u8336"}]}'
        )

    assert answer.json()["errcode"] == 40033


async def test_temporary_media_make_no_cover() -> None:
    async with calling() as caller:
        media = await caller.upload("/cgi-bin/media/upload", b"\xff\xd8\xff", type="image")
        article = await make_article(caller, thumb_media_id=media["media_id"])
        code = await caller.code(ADD, articles=[article])

    assert code == 40007


@pytest.mark.parametrize(("account", "errcode"), [(ACCOUNT, 0), (PERSONAL, 88000)])
async def test_comments_need_their_right(account: PlatformAccount, errcode: int) -> None:
    async with calling(account) as caller:
        article = await make_article(caller, need_open_comment=1)
        code = await caller.code(ADD, articles=[article])

    assert code == errcode


async def make_picture_message(caller: Caller, count: int = 1, **changed: Any) -> dict[str, Any]:
    pictures = [{"image_media_id": await add_picture(caller)}] * count
    message = {"article_type": "newspic", "title": "春茶", "content": "今年的春茶到了。"}
    return {**message, "image_info": {"image_list": pictures}, **changed}


@pytest.mark.parametrize(
    ("count", "changed", "errcode"),
    [
        (20, {}, 0),
        (21, {}, 40007),
        (0, {}, 40007),
        (1, {"image_info": {"image_list": [{"image_media_id": "nothing"}]}}, 40007),
        (1, {"content": '<img src="a.png">'}, 45166),
        (1, {"cover_info": {"crop_percent_list": [{"ratio": "1_1"}]}}, 53402),
        (1, {"cover_info": {"crop_percent_list": "1_1"}}, 47001),
        (
            1,
            {
                "cover_info": {
                    "crop_percent_list": [
                        {"ratio": "16_9", "x1": "0.166454", "y1": "0", "x2": "0.833545", "y2": "1"}
                    ]
                }
            },
            0,
        ),
    ],
)
async def test_a_picture_message_has_one_to_twenty_pictures(
    count: int, changed: dict[str, Any], errcode: int
) -> None:
    async with calling() as caller:
        message = await make_picture_message(caller, count, **changed)
        code = await caller.code(ADD, articles=[message])

    assert code == errcode


async def test_an_update_replaces_one_article() -> None:
    async with calling() as caller:
        articles = [await make_article(caller) for _ in range(2)]
        media_id = (await caller.ask(ADD, articles=articles))["media_id"]
        changed = await make_article(caller, title="秋茶")
        codes = [
            await caller.code(UPDATE, media_id=media_id, index=index, articles=value)
            for index, value in ((1, changed), (2, changed), (0, [changed]))
        ]
        codes.append(await caller.code(UPDATE, media_id="none", index=0, articles=changed))
        answer = await caller.ask(GET, media_id=media_id)

    assert codes == [0, 40114, 47001, 40007]
    assert [item["title"] for item in answer["news_item"]] == ["春茶", "秋茶"]


async def test_drafts_are_listed_those_changed_last_first() -> None:
    async with calling() as caller:
        ids = []
        for title in ("一", "二", "三"):
            ids.append(await add_draft(caller, title=title))
            caller.clock.turn(1)
        changed = await make_article(caller, title="一一")
        await caller.code(UPDATE, media_id=ids[0], index=0, articles=changed)
        page = await caller.ask(LIST, offset=0, count=2, no_content=1)
        counts = await caller.get(COUNT)

    items = [item["content"]["news_item"][0] for item in page["item"]]
    assert (page["total_count"], page["item_count"], counts) == (3, 2, {"total_count": 3})
    assert [(item["title"], "content" in item) for item in items] == [
        ("一一", False),
        ("三", False),
    ]
    assert [item["media_id"] for item in page["item"]] == [ids[0], ids[2]]


@pytest.mark.parametrize("count", [0, 21])
async def test_a_page_has_one_to_twenty_drafts(count: int) -> None:
    async with calling() as caller:
        code = await caller.code(LIST, offset=0, count=count)

    assert code == 40097


async def test_a_deleted_draft_is_gone() -> None:
    async with calling() as caller:
        media_id = await add_draft(caller)
        codes = [await caller.code(path, media_id=media_id) for path in (DELETE, DELETE, GET)]

    assert codes == [0, 40007, 40007]


async def test_the_draft_box_is_open() -> None:
    async with calling() as caller:
        query = {"access_token": caller.token, "checkonly": "1"}
        answers = [
            (await caller.http.post(SWITCH, params=parameters)).json()
            for parameters in (query, {"access_token": caller.token})
        ]

    assert answers == [{"errcode": 0, "errmsg": "ok", "is_open": 1}] * 2


async def test_a_product_card_goes_into_a_picture_message() -> None:
    async with calling() as caller:
        card = await caller.ask(CARD, product_id="100", article_type="newspic", card_type=3)
        product = {"footer_product_info": {"product_key": card["product_key"]}}
        message = await make_picture_message(caller, product_info=product)
        media_id = (await caller.ask(ADD, articles=[message]))["media_id"]
        answer = await caller.ask(GET, media_id=media_id)
        news = await caller.ask(CARD, product_id="100", article_type="news", card_type=0)

    assert answer["news_item"][0]["product_info"] == product
    assert news["DOM"].startswith("<mp-common-product ")


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"product_id": "tea", "article_type": "news", "card_type": 0}, 10170001),
        ({"product_id": "100", "article_type": "poem", "card_type": 0}, 10170002),
        ({"product_id": "100", "article_type": "news", "card_type": 3}, 10170003),
    ],
)
async def test_a_wrong_card_is_named(body: dict[str, Any], errcode: int) -> None:
    async with calling() as caller:
        code = await caller.code(CARD, **body)

    assert code == errcode
