"""Subscribe notices: public templates, the account's own, and sending with consent."""

from typing import Any

import pytest

from app.simulator.families.subscribe_notices import NoticeStore
from tests.simulator.calling import Caller

PATH = "/wxaapi/newtmpl"
SEND = "/cgi-bin/message/subscribe/bizsend"


async def add_template(caller: Caller) -> str:
    answer = await caller.ask(f"{PATH}/addtemplate", tid="1001", kidList=[1, 3])
    return str(answer["priTmplId"])


async def test_public_templates_are_found_by_category(caller: Caller) -> None:
    categories = (await caller.get(f"{PATH}/getcategory"))["data"]
    titles = await caller.get(f"{PATH}/getpubtemplatetitles", ids="2,307", start="1", limit="1")
    keywords = await caller.get(f"{PATH}/getpubtemplatekeywords", tid="1001")

    assert categories == [{"id": 307, "name": "电商平台"}]
    assert titles == {
        "errcode": 0, "count": 2,
        "data": [{"tid": 1002, "title": "到货通知", "type": 2, "categoryId": "307"}],
    }  # fmt: skip
    assert [keyword["kid"] for keyword in keywords["data"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "query", "errcode"),
    [
        ("getpubtemplatetitles", {"ids": "307", "limit": "31"}, 40097),
        ("getpubtemplatetitles", {"ids": "307", "limit": "0"}, 40097),
        ("getpubtemplatetitles", {"ids": "307", "start": "-1"}, 40097),
        ("getpubtemplatekeywords", {"tid": "7"}, 40037),
    ],
)
async def test_a_wrong_search_is_refused(
    name: str, query: dict[str, str], errcode: int, caller: Caller
) -> None:
    assert await caller.get(f"{PATH}/{name}", **query) == {"errcode": errcode}


async def test_a_template_is_taken_listed_and_deleted(caller: Caller) -> None:
    template_id = await add_template(caller)

    listed = (await caller.get(f"{PATH}/gettemplate"))["data"]
    codes = [await caller.code(f"{PATH}/deltemplate", priTmplId=template_id) for _ in range(2)]

    assert listed == [
        {
            "priTmplId": template_id, "title": "订单发货提醒", "type": 2,
            "content": "订单号:{{character_string1.DATA}}\n发货时间:{{time3.DATA}}",
            "example": "订单号:20260101\n发货时间:2026年1月1日",
        }
    ]  # fmt: skip
    assert codes == [0, 40037]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"tid": "7", "kidList": [1, 2]}, 40037),
        ({"tid": "1001", "kidList": [1]}, 47001),
        ({"tid": "1001", "kidList": [1, 9]}, 47001),
        ({"tid": "1001", "kidList": "1,2"}, 47001),
    ],
)
async def test_a_template_has_two_to_five_of_its_keywords(
    body: dict[str, Any], errcode: int, caller: Caller
) -> None:
    assert await caller.code(f"{PATH}/addtemplate", **body) == errcode


async def test_each_consent_is_good_for_one_notice(caller: Caller) -> None:
    template_id = await add_template(caller)
    caller.platform.account().store(NoticeStore).agree("mei", template_id)
    body = {"touser": "mei", "template_id": template_id, "data": {"time3": {"value": "今天"}}}

    codes = [await caller.code(SEND, **{**body, "data": "今天"})]
    codes += [await caller.code(SEND, **body) for _ in range(2)]
    codes.append(await caller.code(SEND, **{**body, "template_id": "guess"}))

    assert codes == [47001, 0, 43101, 40037]
    assert caller.platform.sent["mei"] == [{"msgtype": "notice", "notice": {"time3": "今天"}}]
