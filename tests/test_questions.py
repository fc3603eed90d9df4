"""Several questions in one message, gestures and a typed tap, over the webhook."""

from sqlalchemy import select

from app.db import tables
from app.dialogue import gestures, templates
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, Service, client, until
from tests.simulator.phone import Phone
from tests.simulator.wechat import Outcome

PARKING = {"id": "park", "question": "停车收费吗", "answer": "停车两小时内免费。"}


async def teach(running: Service) -> None:
    async with client(running) as http:
        taught = await http.post(
            "/api/v1/knowledge/entries", json={"account": "default", "entries": [PARKING]}
        )
    assert taught.status_code == 200


def content(outcome: Outcome) -> str:
    assert outcome.reply is not None
    return outcome.reply.content


async def test_each_question_of_a_message_is_answered_and_the_unknown_one_recorded(
    huiyin: Service,
) -> None:
    await teach(huiyin)
    async with huiyin.wechat() as wechat:
        said = content(await Phone(wechat, "mei").say(f"你好，停车收费吗\n{SHIPPING}"))

        async def recorded() -> list[str]:
            async with huiyin.engine.connect() as connection:
                return list((await connection.execute(select(tables.gaps.c.text))).scalars())

        async def is_recorded() -> bool:
            return bool(await recorded())

        await until(is_recorded)
        gaps = await recorded()
    async with huiyin.engine.connect() as connection:
        cited = (await connection.execute(select(tables.citations.c.cited))).scalars().all()

    assert said == (
        f"停车两小时内免费。\n\n关于「{SHIPPING}」，我这边暂时没有查到，回复「人工」可以请同事确认。"
    )
    assert (gaps, cited) == ([SHIPPING], ["park"])


async def test_a_greeting_with_a_question_is_answered_as_the_question(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        mei = Phone(wechat, "mei")
        answers = [
            content(await mei.say(text))
            for text in (
                f"你好 {SHIPPING}",
                f"在吗\n{SHIPPING}",
                f"您好{SHIPPING}",
                f"亲，{SHIPPING}",
            )
        ]

    assert answers == [SHIPPED] * 4


async def test_emoji_and_marks_get_a_light_reply_and_fetch_nobody(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        mei = Phone(wechat, "mei")
        said = ["[微笑][微笑]", "😀😀", "[捂脸]", "。。。", "👍"]
        answers = [content(await mei.say(text)) for text in said]
    async with client(huiyin) as http:
        waiting = (await http.get("/api/v1/conversations")).json()["conversations"]

    light = {reply for replies in gestures.REPLIES.values() for reply in replies}
    assert set(answers) <= light
    assert waiting == []


async def test_the_link_to_an_answer_written_by_hand_is_a_tap(open_service: Open) -> None:
    async with open_service() as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        answers = [content(await mei.say(text)) for text in ("看回答", "看回答。", " 查看回答")]
        asked = content(await mei.say("看回答，" + SHIPPING))

    assert answers == [templates.KINDS["tap"][0]] * 3
    assert asked == SHIPPED
