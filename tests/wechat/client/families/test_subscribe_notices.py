"""Subscribe notices, against the simulator."""

import pytest

from app.simulator.families.subscribe_notices import NoticeStore
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.subscribe_notices import (
    NoticeCategories,
    NoticeCategory,
    NoticeKeyword,
    NoticeTemplate,
    NoticeTemplates,
    NoticeTitle,
    NoticeTitles,
    SubscribeNotices,
)
from app.wechat.client.families.templates import ProgramPage
from tests.wechat.client.support import SHOP, make_platform, open_client

DATA = {"character_string1": "A-1", "time3": "2026年1月1日"}


async def test_a_template_is_found_in_a_category_and_taken(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        notices = SubscribeNotices(client)
        categories = await notices.list_categories(SHOP)
        titles = await notices.list_titles(SHOP, [307], limit=1)
        keywords = await notices.list_keywords(SHOP, 1001)
        template_id = await notices.add(SHOP, 1001, [1, 3], "发货提醒")
        templates = await notices.list_all(SHOP)
        await notices.delete(SHOP, template_id)
        empty = await notices.list_all(SHOP)

    assert categories == NoticeCategories(data=(NoticeCategory(id=307, name="电商平台"),))
    title = NoticeTitle(tid=1001, title="订单发货提醒", type=2, category_id=307)
    assert titles == NoticeTitles(count=2, data=(title,))
    assert keywords.data[0] == NoticeKeyword(
        kid=1, name="订单号", example="20260101", rule="character_string"
    )
    assert templates.data == (
        NoticeTemplate(
            template_id=template_id, title="订单发货提醒",
            content="订单号:{{character_string1.DATA}}\n发货时间:{{time3.DATA}}",
            example="订单号:20260101\n发货时间:2026年1月1日", type=2,
        ),
    )  # fmt: skip
    assert empty == NoticeTemplates()


@pytest.mark.parametrize("page", ["https://shop.example/o/1", ProgramPage("wx9", "index"), ""])
async def test_a_notice_is_sent_once_for_each_consent(
    redis_url: str, page: str | ProgramPage
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        notices = SubscribeNotices(client)
        template_id = await notices.add(SHOP, 1001, [1, 3], "发货提醒")
        platform.account().store(NoticeStore).agree("oMei", template_id)
        await notices.send(SHOP, "oMei", template_id, DATA, page)
        with pytest.raises(ApiError) as refusal:
            await notices.send(SHOP, "oMei", template_id, DATA, page)

    assert platform.sent["oMei"] == [{"msgtype": "notice", "notice": DATA}]
    assert refusal.value.code == 43101


async def test_what_is_out_of_bounds_is_not_sent(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        notices = SubscribeNotices(client)
        with pytest.raises(InvalidField, match="kidList: 2 to 5 elements; there are 1"):
            await notices.add(SHOP, 1001, [1], "")
        with pytest.raises(InvalidField, match="sceneDesc: at most 15 characters; this has 16"):
            await notices.add(SHOP, 1001, [1, 2], "景" * 16)
        with pytest.raises(InvalidField, match="limit: from 1 to 30; this is 31"):
            await notices.list_titles(SHOP, [307], limit=31)
        with pytest.raises(InvalidField, match="ids: must not be empty"):
            await notices.list_titles(SHOP, [])
        with pytest.raises(InvalidField, match="touser: must not be empty"):
            await notices.send(SHOP, "", "T", DATA)

    assert platform.calls.total() == 0
