"""Template messages and one-off subscriptions."""

from typing import Any

import pytest

from app.simulator.families.templates import TemplateStore
from tests.simulator.calling import Caller

SET_INDUSTRY = "/cgi-bin/template/api_set_industry"
GET_INDUSTRY = "/cgi-bin/template/get_industry"
ADD, LIST = "/cgi-bin/template/api_add_template", "/cgi-bin/template/get_all_private_template"
DELETE, SEND = "/cgi-bin/template/del_private_template", "/cgi-bin/message/template/send"
BLOCKED, ONCE = "/wxa/sec/queryblocktmplmsg", "/cgi-bin/message/template/subscribe"
DATA = {"keyword1": {"value": "7"}}


async def add_template(caller: Caller) -> str:
    """The id of a template with one keyword."""
    answer = await caller.ask(ADD, template_id_short="43000", keyword_name_list=["订单编号"])
    return str(answer["template_id"])


async def send(
    caller: Caller, template_id: str, openid: str = "mei", **more: Any
) -> dict[str, Any]:
    return await caller.ask(SEND, touser=openid, template_id=template_id, data=DATA, **more)


async def test_industries_change_once_a_month(caller: Caller) -> None:
    unset = await caller.get(GET_INDUSTRY)
    body = {"industry_id1": "1", "industry_id2": 4}
    codes = [await caller.code(SET_INDUSTRY, **body) for _ in range(2)]
    caller.clock.turn(30 * 86_400)
    await caller.log_in()
    codes.append(await caller.code(SET_INDUSTRY, **body))
    codes.append(await caller.code(SET_INDUSTRY, industry_id1=1, industry_id2=42))

    assert (unset, codes) == ({"errcode": 40102}, [0, 43100, 0, 40102])
    assert await caller.get(GET_INDUSTRY) == {
        "primary_industry": {"first_class": "行业", "second_class": "1"},
        "secondary_industry": {"first_class": "行业", "second_class": "4"},
    }


async def test_a_template_is_taken_listed_and_deleted(caller: Caller) -> None:
    template_id = await add_template(caller)

    listed = (await caller.get(LIST))["template_list"]
    codes = [await caller.code(DELETE, template_id=template_id) for _ in range(2)]

    assert listed == [
        {
            "template_id": template_id, "title": "订单发货通知", "primary_industry": "行业",
            "deputy_industry": "1", "content": "{{keyword1.DATA}}", "example": "",
        }
    ]  # fmt: skip
    assert codes == [0, 40037]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"template_id_short": "TM00015"}, 0),
        ({"template_id_short": "TM00015", "keyword_name_list": ["订单编号"]}, 40246),
        ({"template_id_short": "43000"}, 40246),
        ({"template_id_short": "43000", "keyword_name_list": ["颜色"]}, 40246),
        ({"template_id_short": "guess"}, 40037),
    ],
)
async def test_keywords_are_those_of_the_library(
    body: dict[str, Any], errcode: int, caller: Caller
) -> None:
    assert await caller.code(ADD, **body) == errcode


async def test_an_account_has_twenty_five_templates(caller: Caller) -> None:
    codes = [await caller.code(ADD, template_id_short="TM00015") for _ in range(26)]

    assert codes == [0] * 25 + [45026]


async def test_a_message_is_sent_once_for_its_client_id_in_ten_minutes(caller: Caller) -> None:
    caller.platform.interacted("mei", "message")
    template_id = await add_template(caller)

    answers = [await send(caller, template_id, client_msg_id="one") for _ in range(2)]
    caller.clock.turn(600)
    answers.append(await send(caller, template_id, client_msg_id="one"))
    answers += [await send(caller, template_id) for _ in range(2)]

    assert [answer["errcode"] for answer in answers] == [0] * 5
    message = {"msgtype": "template", "template": {"keyword1": "7"}}
    assert caller.platform.sent["mei"] == [message] * 4


async def test_who_does_not_follow_gets_no_template_message(caller: Caller) -> None:
    caller.platform.interacted("mei", "message")
    caller.platform.unsubscribed("mei")
    template_id = await add_template(caller)

    codes = [
        (await send(caller, template_id, "mei"))["errcode"],
        (await send(caller, template_id, "nobody"))["errcode"],
        (await send(caller, "guess", "mei"))["errcode"],
    ]

    assert codes == [43004, 40003, 40037]


async def test_blocked_messages_are_told_afterwards(caller: Caller) -> None:
    caller.platform.interacted("mei", "message")
    template_id = await add_template(caller)
    caller.platform.account().store(TemplateStore).block_next = 1
    msgid = str((await send(caller, template_id))["msgid"])

    answer = await caller.ask(BLOCKED, tmpl_msg_id=msgid, largest_id=0, limit=10)
    later = await caller.ask(BLOCKED, tmpl_msg_id=msgid, largest_id=1, limit=10)
    code = await caller.code(BLOCKED, tmpl_msg_id=msgid, largest_id=0, limit=101)

    assert answer["msginfo"] == [
        {
            "id": "1", "tmpl_msg_id": msgid, "title": "订单发货通知", "openid": "mei",
            "content": "{{keyword1.DATA}}", "send_timestamp": 1_700_000_000,
        }
    ]  # fmt: skip
    assert (later["msginfo"], code, caller.platform.sent["mei"]) == ([], 40097, [])


async def test_a_one_off_message_takes_its_consent(caller: Caller) -> None:
    caller.platform.account().store(TemplateStore).consents.append("mei 7")
    body = {"touser": "mei", "scene": 7, "title": "到货", "data": DATA}

    codes = [await caller.code(ONCE, **{**body, "scene": 8})]
    codes += [await caller.code(ONCE, **body) for _ in range(2)]

    assert (codes, len(caller.platform.sent["mei"])) == ([43101, 0, 43101], 1)
