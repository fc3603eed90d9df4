"""Template messages and one-off subscriptions, against the simulator."""

from dataclasses import replace

import pytest

from app.simulator.clock import Clock
from app.simulator.families.templates import TemplateStore
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.templates import (
    BlockedTemplate,
    Industries,
    Industry,
    ProgramPage,
    TemplateInfo,
    TemplateList,
    TemplateMessage,
    Templates,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

KEYWORDS = ("订单编号", "快递单号")
MESSAGE = TemplateMessage(
    openid="oMei", template_id="T", data={"keyword1": "A-1"}, url="https://shop.example/o/1"
)


async def test_a_template_is_taken_sent_and_deleted(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        templates = Templates(client)
        template_id = await templates.add(SHOP, "43000", KEYWORDS)
        all_templates = await templates.list_all(SHOP)
        sent = await templates.send(SHOP, replace(MESSAGE, template_id=template_id))
        await templates.delete(SHOP, template_id)
        with pytest.raises(ApiError) as refusal:
            await templates.send(SHOP, replace(MESSAGE, template_id=template_id))

    assert all_templates == TemplateList(
        template_list=(
            TemplateInfo(
                template_id=template_id, title="订单发货通知", primary_industry="行业",
                deputy_industry="1", content="{{keyword1.DATA}}\n{{keyword2.DATA}}",
            ),
        )
    )  # fmt: skip
    assert platform.sent["oMei"] == [{"msgtype": "template", "template": {"keyword1": "A-1"}}]
    assert (sent.msgid > 0, refusal.value.code) == (True, 40037)


async def test_a_repeated_client_id_sends_nothing_again(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        templates = Templates(client)
        template_id = await templates.add(SHOP, "43000", KEYWORDS)
        message = replace(MESSAGE, template_id=template_id, client_id="order-1")
        for _ in range(2):
            await templates.send(SHOP, message)

    assert len(platform.sent["oMei"]) == 1


async def test_what_the_platform_blocked_is_told(redis_url: str) -> None:
    platform = make_platform()
    platform.account().store(TemplateStore).block_next = 1

    async with open_client(redis_url, platform) as client:
        templates = Templates(client)
        template_id = await templates.add(SHOP, "43000", KEYWORDS)
        sent = await templates.send(SHOP, replace(MESSAGE, template_id=template_id))
        blocked = await templates.list_blocked(SHOP, sent.msgid)
        rest = await templates.list_blocked(SHOP, sent.msgid, largest_id=1)

    assert blocked.msginfo == (
        BlockedTemplate(
            id="1", tmpl_msg_id=str(sent.msgid), title="订单发货通知",
            content="{{keyword1.DATA}}\n{{keyword2.DATA}}", send_timestamp=1_700_000_000,
            openid="oMei",
        ),
    )  # fmt: skip
    assert (rest.msginfo, platform.sent["oMei"]) == ((), [])


async def test_industries_change_once_a_month(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        templates = Templates(client)
        await templates.set_industries(SHOP, "1", "4")
        with pytest.raises(ApiError) as too_soon:
            await templates.set_industries(SHOP, "1", "5")
        clock.turn(30 * 86_400)
        await templates.set_industries(SHOP, "1", "5")
        industries = await templates.get_industries(SHOP)

    assert too_soon.value.code == 43100
    assert industries == Industries(
        primary_industry=Industry(first_class="行业", second_class="1"),
        secondary_industry=Industry(first_class="行业", second_class="5"),
    )


async def test_a_category_template_needs_its_keywords(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await Templates(client).add(SHOP, "43000", ["生日"])

    assert refusal.value.code == 40246


async def test_who_left_gets_no_template(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        templates = Templates(client)
        template_id = await templates.add(SHOP, "TM00015")
        platform.unsubscribed("oMei")
        with pytest.raises(ApiError) as refusal:
            await templates.send(SHOP, replace(MESSAGE, template_id=template_id))

    assert refusal.value.code == 43004


async def test_a_visitor_gets_the_one_message_they_agreed_to(redis_url: str) -> None:
    platform = make_platform()
    platform.account().store(TemplateStore).consents.append("oVisitor 7")
    message = replace(MESSAGE, openid="oVisitor", data={"content": "您预约的商品到货了"})

    async with open_client(redis_url, platform) as client:
        templates = Templates(client)
        await templates.send_once(SHOP, message, 7, "到货提醒")
        with pytest.raises(ApiError) as refusal:
            await templates.send_once(SHOP, message, 7, "到货提醒")

    assert (len(platform.sent["oVisitor"]), refusal.value.code) == (1, 43101)


def test_a_message_opens_a_mini_program() -> None:
    message = replace(MESSAGE, url="", program=ProgramPage("wx9", "index"), client_id="c")

    assert message.to_body() == {
        "touser": "oMei",
        "template_id": "T",
        "data": {"keyword1": {"value": "A-1"}},
        "miniprogram": {"appid": "wx9", "pagepath": "index"},
        "client_msg_id": "c",
    }


async def test_what_is_out_of_bounds_is_not_sent(redis_url: str) -> None:
    platform = make_platform()
    content = {"content": "长" * 201}

    async with open_client(redis_url, platform) as client:
        templates = Templates(client)
        with pytest.raises(InvalidField, match="template_id: must not be empty"):
            await templates.send(SHOP, replace(MESSAGE, template_id=""))
        with pytest.raises(InvalidField, match="client_msg_id: at most 32 bytes; this has 33"):
            await templates.send(SHOP, replace(MESSAGE, client_id="a" * 33))
        with pytest.raises(InvalidField, match="title: at most 15 characters; this has 16"):
            await templates.send_once(SHOP, MESSAGE, 7, "题" * 16)
        with pytest.raises(InvalidField, match=r"data\.content: at most 200 characters"):
            await templates.send_once(SHOP, replace(MESSAGE, data=content), 7, "题")
        with pytest.raises(InvalidField, match="keyword_name_list: must not be empty"):
            await templates.add(SHOP, "43000", [" "])

    assert platform.calls.total() == 0
