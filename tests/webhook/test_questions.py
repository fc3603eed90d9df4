"""Several questions in one message, gestures and a typed tap, over the webhook."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from app.db import tables
from app.dialogue.understanding.sentences import gestures
from app.dialogue.wording import kind_texts, slot_texts
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed, Intent
from app.simulator.callback.wechat import Outcome
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, Service, client, until

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
        reply = content(await Phone(wechat, "mei").say(f"你好，停车收费吗\n{SHIPPING}"))

        async def recorded() -> tuple[list[str], list[str]]:
            async with huiyin.engine.connect() as connection:
                gaps = await connection.execute(select(tables.gaps.c.text))
                rows = await connection.execute(select(tables.citations.c.source_id))
                return list(gaps.scalars()), list(rows.scalars())

        async def is_recorded() -> bool:
            return all(await recorded())

        await until(is_recorded)
        gaps, citations = await recorded()

    assert reply.startswith(f"停车两小时内免费。\n\n「{SHIPPING}」我")  # the rest goes by the hour
    assert (gaps, citations) == ([SHIPPING], ["park"])


async def test_a_misspelt_word_is_searched_as_meant_and_recorded_as_written(
    huiyin: Service,
) -> None:
    await teach(huiyin)
    unknown = "停扯位什么时候发货"
    async with huiyin.wechat() as wechat:
        mei = Phone(wechat, "mei")
        reply = content(await mei.say("停车收飞吗"))
        await mei.say(unknown)

    async def gaps() -> list[str]:
        async with huiyin.engine.connect() as connection:
            return list((await connection.execute(select(tables.gaps.c.text))).scalars())

    async def is_recorded() -> bool:
        return bool(await gaps())

    await until(is_recorded)
    assert reply == PARKING["answer"]
    assert await gaps() == [unknown]


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
        messages = ["[微笑][微笑]", "😀😀", "[捂脸]", "。。。", "👍"]
        answers = [content(await mei.say(text)) for text in messages]
    async with client(huiyin) as http:
        waiting = (await http.get("/api/v1/conversations")).json()["conversations"]

    light = {reply for replies in gestures.REPLIES.values() for reply in replies}
    assert set(answers) <= light
    assert waiting == []


async def test_the_link_to_an_answer_written_by_hand_is_a_tap(open_service: Open) -> None:
    async with open_service() as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        answers = [content(await mei.say(text)) for text in ("看回答", "看回答。", " 查看回答")]
        reply = content(await mei.say("看回答，" + SHIPPING))

    assert answers == [kind_texts.KINDS["tap"].first] * 3
    assert "回复「人工」" in reply


NAMES = {"运费": "ask_shipping_fee", "订位": "make_booking"}


class Shop(FakeClassifier):
    """Knows what needs a place, and what needs a day."""

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        return [
            self._named(text, each)
            for text, each in zip(texts, await super().classify(texts), strict=True)
        ]

    def _named(
        self, text: str, classification: Classification | ClassificationFailed
    ) -> Classification | ClassificationFailed:
        name = next((name for word, name in NAMES.items() if word in text), None)
        if name is None or isinstance(classification, ClassificationFailed):
            return classification
        intent = Intent(name, name, "店", "knowledge", ("我查一下。",))
        return replace(classification, intent=intent, in_scope=True)


async def test_the_answer_to_the_bots_question_is_read_with_it(open_service: Open) -> None:
    fee = {"id": "fee", "question": "新疆乌鲁木齐运费多少", "answer": "寄新疆每单 20 元。"}
    async with open_service(classifier=Shop()) as running, running.wechat() as wechat:
        async with client(running) as http:
            entries = {"account": "default", "entries": [fee]}
            await http.post("/api/v1/knowledge/entries", json=entries)
        mei, lei = Phone(wechat, "mei"), Phone(wechat, "lei")
        reply = content(await mei.say("运费多少"))
        answer = content(await mei.say("新疆乌鲁木齐"))
        await lei.say("运费多少")
        unknown = content(await lei.say("我在呼和浩特"))

    assert reply in slot_texts.SLOT_QUESTIONS["region"]
    assert answer == "好的，新疆乌鲁木齐。寄新疆每单 20 元。"
    assert unknown.startswith("好的，呼和浩特，记下了。")


async def test_a_booking_reaches_the_person_with_day_and_persons(open_service: Open) -> None:
    async with open_service(classifier=Shop()) as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        reply = content(await mei.say("我想订位"))
        answer = content(await mei.say("周六晚上6个人"))
        number = content(await mei.say("手机13812345678"))
        async with client(running) as http:
            [waiting] = (await http.get("/api/v1/conversations")).json()["conversations"]

    assert reply == "请问您打算哪天、几点来，一共几位呢？"
    assert answer.startswith("好的，周六晚上、6位，先记下，还没有订上。")
    assert number == "收到，手机号 138****5678 已经记下。同事接手时能直接看到。"
    assert "周六晚上、6人" in waiting["summary"]


async def test_a_number_is_acknowledged_kept_and_not_asked_for_again(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        mei = Phone(wechat, "mei")
        noted = content(await mei.say("20261125000123"))
        person = content(await mei.say("转人工"))
        async with client(huiyin) as http:
            [waiting] = (await http.get("/api/v1/conversations")).json()["conversations"]

    assert noted.startswith("收到，订单号 20261125000123 已经记下。")
    assert "订单号 20261125000123 也一并转给同事" in person
    assert "订单号 20261125000123" in waiting["summary"]
