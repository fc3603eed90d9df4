"""Customer-service messages and the typing state, against the simulator."""

from typing import Any

import pytest

from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.customer_service import CustomerServiceMessages, show_typing
from app.wechat.client.families.desk.kf_accounts import KfAccounts
from app.wechat.client.request_values.customer_messages import (
    CustomContent,
    CustomMusic,
    CustomVideo,
    CustomVoice,
    MessageMenu,
    MpNews,
    MpNewsArticle,
    WxCard,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

CARD = MiniProgram(
    type="mini_program", title="下单", appid="wx0123456789abcdef", page="pages/index",
    url="https://shop.example",
)  # fmt: skip


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (Text(content="您好"), {"msgtype": "text", "text": {"content": "您好"}}),
        (
            Text(content="您好", ai_generated=True),
            {
                "msgtype": "text",
                "text": {"content": "您好（内容由AI生成）"},
                "aimsgcontext": {"is_ai_msg": 1},
            },
        ),
        (ImageCard(type="image", media_id="M"), {"msgtype": "image", "image": {"media_id": "M"}}),
        (
            Article(type="article", title="新品", url="https://shop.example/a"),
            {
                "msgtype": "news",
                "news": {
                    "articles": [
                        {
                            "title": "新品", "description": "",
                            "url": "https://shop.example/a", "picurl": "",
                        }
                    ]
                },
            },
        ),
    ],
)  # fmt: skip
async def test_a_message_reaches_the_follower(
    redis_url: str, message: Message, body: dict[str, Any]
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        await CustomerServiceMessages(client).send(SHOP, "oMei", message)

    assert platform.sent["oMei"] == [{"touser": "oMei"} | body]


CONTENTS: dict[str, tuple[CustomContent, dict[str, Any]]] = {
    "voice": (CustomVoice("M"), {"media_id": "M"}),
    "video": (
        CustomVideo(media_id="M", thumb_media_id="T", title="冲泡", description="三分钟"),
        {"media_id": "M", "thumb_media_id": "T", "title": "冲泡", "description": "三分钟"},
    ),
    "music": (
        CustomMusic(url="https://shop.example/a.mp3", thumb_media_id="T", title="采茶"),
        {
            "title": "采茶", "description": "", "musicurl": "https://shop.example/a.mp3",
            "hqmusicurl": "https://shop.example/a.mp3", "thumb_media_id": "T",
        },
    ),
    "mpnews": (MpNews("M"), {"media_id": "M"}),
    "mpnewsarticle": (MpNewsArticle("A"), {"article_id": "A"}),
    "msgmenu": (
        MessageMenu(head="满意吗？", items={"1": "满意", "2": "不满意"}, tail="谢谢"),
        {
            "head_content": "满意吗？",
            "list": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}],
            "tail_content": "谢谢",
        },
    ),
    "wxcard": (WxCard("C"), {"card_id": "C"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONTENTS)
async def test_every_other_kind_reaches_the_follower_in_the_agents_name(
    redis_url: str, kind: str
) -> None:
    platform = make_platform()
    content, part = CONTENTS[kind]

    async with open_client(redis_url, platform) as client:
        await KfAccounts(client).add(SHOP, "mei@shop", "小美")
        await CustomerServiceMessages(client).send(SHOP, "oMei", content, kf_account="mei@shop")

    assert platform.sent["oMei"] == [
        {
            "touser": "oMei", "msgtype": kind, kind: part,
            "customservice": {"kf_account": "mei@shop"},
        }
    ]  # fmt: skip


async def test_a_mini_program_with_a_picture_is_a_card(redis_url: str) -> None:
    platform = make_platform()
    card = CARD.model_copy(update={"thumb_media_id": "T"})

    async with open_client(redis_url, platform) as client:
        await CustomerServiceMessages(client).send(SHOP, "oMei", card)

    assert platform.sent["oMei"][0]["miniprogrampage"] == {
        "title": "下单", "appid": "wx0123456789abcdef", "pagepath": "pages/index",
        "thumb_media_id": "T",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "field", "limit", "code"),
    [
        (Text(content=" "), "text.content", "must not be empty", 44004),
        (Text(content="您" * 683), "text.content", "at most 2,048 bytes; this has 2,049", 45002),
        (CustomVoice(""), "voice.media_id", "must be a media_id of the platform", 40007),
        (MpNews("a b"), "mpnews.media_id", "must be a media_id of the platform", 40007),
        (
            CustomVideo(media_id="M", thumb_media_id=""),
            "video.thumb_media_id", "must be a media_id of the platform", 40007,
        ),
        (
            CustomVideo(media_id="M", thumb_media_id="T", title="茶" * 65),
            "video.title", "at most 64 characters; this has 65", 45003,
        ),
        (
            CustomMusic(url="https://a.example/b", thumb_media_id="T", description="茶" * 121),
            "music.description", "at most 120 characters; this has 121", 45004,
        ),
        (
            CustomMusic(url="https://a.example/" + "b" * 1_007, thumb_media_id="T"),
            "music.musicurl", "at most 1,024 bytes; this has 1,025", 45005,
        ),
        (
            CustomMusic(url="https://a.example/b", hq_url="ftp://a", thumb_media_id="T"),
            "music.hqmusicurl", "an address that begins with http:// or https://", 41039,
        ),
        (MpNewsArticle(""), "mpnewsarticle.article_id", "must not be empty", 53600),
        (MessageMenu(items={}), "msgmenu.list", "1 to 10 elements; there are 0", 47003),
        (MessageMenu(items={"1": ""}), "msgmenu.list[0].content", "must not be empty", 47003),
        (
            MessageMenu(items={"1": "好"}, head="茶" * 683),
            "msgmenu", "at most 2,048 bytes; this has 2,054", 45002,
        ),
        (WxCard(""), "wxcard.card_id", "must not be empty", 47003),
    ],
)  # fmt: skip
async def test_what_the_platform_would_refuse_is_named_before_the_call(
    redis_url: str, message: Message | CustomContent, field: str, limit: str, code: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField) as refusal:
            await CustomerServiceMessages(client).send(SHOP, "oMei", message)

    invalid = refusal.value
    assert (invalid.field, invalid.limit, invalid.code) == (field, limit, code)
    assert platform.calls == {}


async def test_an_agents_name_is_checked_here_and_by_the_platform(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        messages = CustomerServiceMessages(client)
        with pytest.raises(InvalidField) as malformed:
            await messages.send(SHOP, "oMei", CustomVoice("M"), kf_account="mei")
        with pytest.raises(ApiError) as unknown:
            await messages.send(SHOP, "oMei", CustomVoice("M"), kf_account="mei@shop")

    assert (malformed.value.field, malformed.value.code) == ("kf_account", 65404)
    assert unknown.value.code == 65401


async def test_a_mini_program_without_a_picture_is_a_link(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        await CustomerServiceMessages(client).send(SHOP, "oMei", CARD)

    (sent,) = platform.sent["oMei"]
    assert sent["text"]["content"].startswith('<a href="https://shop.example"')


async def test_a_message_can_not_transfer(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(TypeError):
            await CustomerServiceMessages(client).send(SHOP, "oMei", TransferToAgent())


async def test_after_five_messages_the_platform_takes_no_more(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        messages = CustomerServiceMessages(client)
        for _ in range(5):
            await messages.send(SHOP, "oMei", Text(content="您好"))
        with pytest.raises(ApiError) as refusal:
            await messages.send(SHOP, "oMei", Text(content="您好"))

    assert refusal.value.code == 45047
    assert refusal.value.meaning is not None
    assert refusal.value.meaning.reaction == "next message"


async def test_typing_is_shown_and_taken_back(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        messages = CustomerServiceMessages(client)
        await messages.set_typing(SHOP, "oMei")
        is_shown = platform.is_typing("oMei")
        await messages.set_typing(SHOP, "oMei", "CancelTyping")

    assert (is_shown, platform.is_typing("oMei")) == (True, False)


async def test_typing_that_can_not_be_shown_is_no_error(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        await show_typing(CustomerServiceMessages(client), SHOP, "oStranger")

    assert platform.typed == []
