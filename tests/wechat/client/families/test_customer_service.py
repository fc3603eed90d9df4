"""Customer-service messages and the typing state, against the simulator."""

from typing import Any

import pytest

from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.wechat.client.errors import ApiError
from app.wechat.client.families.customer_service import CustomerServiceMessages, show_typing
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
