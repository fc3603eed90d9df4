"""A comment of somebody in danger: the care text is the reply, and agents hear of it at once."""

import pytest
from structlog.testing import capture_logs

from app.inference.fakes import FakeWriter
from app.marketing.content.comment_care import REMARKS
from app.safety.care_texts import TEXTS
from tests.api.routes.marketing.copy_flow import GENERATE, create_brief, wait_until_finished
from tests.conftest import Open
from tests.service import Service, client

COMMENT = "真的不想活了，谁都救不了我"


async def test_the_reply_is_the_care_text_and_agents_find_the_comment_first(
    open_service: Open,
) -> None:
    writer = FakeWriter(answer="谢谢您的喜欢！")
    with capture_logs() as logs:
        async with open_service(writer=writer) as service, client(service) as http:
            brief = await create_brief(http, channel="comment_reply")
            order = {"author": "小林", "brief": brief, "count": 3, "comment": {"text": COMMENT}}
            response = await http.post(GENERATE, json=order)
            job = await wait_until_finished(http, response.json()["id"])
            query = {"state": "waiting"}
            waiting = (await http.get("/api/v1/conversations", params=query)).json()

    [variant] = job["variants"]
    assert variant["text"] in TEXTS["suicide"].variants
    assert (variant["form"], variant["is_clean"], writer.prompts) == ("care", True, [])
    assert variant["remark"] == REMARKS["life"]
    assert job["reading"] == {"mood": None, "kind": None, "care": "suicide"}
    [conversation] = waiting["conversations"]
    assert (conversation["reason"], conversation["priority"]) == ("care", 2)
    assert conversation["summary"] == (
        f"【危急】轻生，请立即查看\n文章留言：{COMMENT}\n"
        "请到文章的留言区找到这条留言并回复，这里回复不到本人。"
    )
    [alert] = [entry for entry in logs if entry["event"] == "care"]
    assert (alert["kind"], alert["urgency"], alert["conversation"]) == (
        "suicide", "life", conversation["id"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "apology"),
    [
        (
            "玫瑰刺没剪干净，手指头扎了个口子一直流血",
            "\n非常抱歉，让您有这样的体验。请私信告诉我们具体情况，我们来了解。",
        ),
        ("下楼摔了一跤，膝盖一直流血", ""),
    ],
)
async def test_an_injury_that_the_goods_caused_is_apologised_for_after_the_first_aid(
    huiyin: Service, comment: str, apology: str
) -> None:
    async with client(huiyin) as http:
        brief = await create_brief(http, channel="comment_reply")
        order = {"author": "小林", "brief": brief, "comment": {"text": comment}}
        response = await http.post(GENERATE, json=order)
        job = await wait_until_finished(http, response.json()["id"])

    [variant] = job["variants"]
    replies = [first_aid + apology for first_aid in TEXTS["injury"].variants]
    assert job["reading"] == {"mood": None, "kind": None, "care": "injury"}
    assert variant["text"] in replies
