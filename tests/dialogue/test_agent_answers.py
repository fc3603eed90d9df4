"""Which question a person's answer is kept with, on a real PostgreSQL."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.dialogue.gaps.agent_answers import AgentAnswers
from app.inbox.agent_replies import AgentReply
from app.inbox.repository import Conversations
from app.inbox.states import NewConversation
from app.inference.fakes import FakeClassifier
from app.knowledge.entries.repository import EntryStore
from app.knowledge.gaps.agent_answers import read_answers
from app.knowledge.gaps.repository import GapStore
from app.knowledge.gaps.service import Gaps
from app.knowledge.service import Knowledge

DOG, PARKING = "能带狗吗", "门口能停车吗"
YES = "可以的，牵好绳子就行。"
OPENED = 10_000.0

Line = tuple[str, str] | tuple[str, str, str]  # who, text, and the source of the bot's answer


def turn(key: str, text: str, source: str, received: float) -> dict[str, object]:
    return {
        "id": key, "account": "tea", "openid": "mei", "text": text, "answer": "", "source": source,
        "model": "", "received": received, "latency_ms": 1.0,
    }  # fmt: skip


async def learnt(
    engine: AsyncEngine,
    *lines: Line,
    before: tuple[tuple[str, str, float], ...] = (),
    apart: float = 60.0,
) -> dict[str, str]:
    """What is kept of a conversation of these lines, so many seconds apart.

    before: what the follower wrote to the bot: text, source and seconds before the hand-over.
    """
    opening = NewConversation(
        account="tea",
        openid="mei",
        delivery="d0",
        desk="inbox",
        reason="asked",
        title="",
        summary="",
    )
    [conversation] = await Conversations(engine).open([opening], OPENED)
    knowledge = Knowledge(store=EntryStore(engine), search=FakeClassifier())
    gaps = Gaps(GapStore(engine), knowledge, lambda text: text)
    learner = AgentAnswers(engine, gaps)
    rows = [
        turn(f"b{n}", follower_text, source, OPENED - ago)
        for n, (follower_text, source, ago) in enumerate(before)
    ]
    replies = []
    async with engine.begin() as connection:
        for number, (who, text, *source) in enumerate(lines, 1):
            at = OPENED + apart * number
            kind = "image" if text == "[image]" else "text"
            row = {
                "conversation": conversation.id,
                "key": f"d{number}",
                "who": who,
                "name": "",
                "kind": kind,
                "text": text,
                "state": "",
                "at": at,
                "leased": 0.0,
                "number": number,
            }
            await connection.execute(insert(tables.conversation_messages).values(**row))
            rows += [turn(f"d{number}", text, each, at) for each in source]
            if who == "agent":
                name = f"{conversation.id}:d{number}"
                replies.append(
                    AgentReply(
                        number=number,
                        id=name,
                        account="tea",
                        openid="mei",
                        agent="小王",
                        text=text,
                        at=at,
                    )
                )
        if rows:
            await connection.execute(insert(tables.turns), rows)
    for reply in replies:
        await learner.learn(reply)
    async with engine.connect() as connection:
        gap = tables.gaps
        texts = {row.id: row.text for row in await connection.execute(select(gap.c.id, gap.c.text))}
    answers = await read_answers(gaps.store.engine, "tea")
    return {texts[answer.gap]: answer.text for answer in answers.values()}


ME, BOT, HER = "follower", "bot", "agent"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(ME, DOG), (HER, "您好"), (HER, YES), (HER, "猫也行的。")], {DOG: f"{YES}\n猫也行的。"}),
        # A line that asks nothing belongs to the question beside it.
        ([(ME, "周末我们一家来"), (ME, DOG), (HER, YES)], {f"周末我们一家来，{DOG}": YES}),
        ([(ME, DOG), (HER, "是大狗吗？"), (ME, "一只柯基"), (HER, YES)], {f"{DOG}，一只柯基": YES}),
        # To which of two questions is the answer?
        ([(ME, DOG), (ME, PARKING), (HER, YES)], {}),
        ([(ME, DOG), (HER, "稍等"), (ME, PARKING), (HER, YES)], {}),
        ([(ME, DOG), (ME, DOG + "？"), (HER, YES)], {DOG + "？": YES}),
        # Each to its own.
        ([(ME, DOG), (HER, YES), (ME, PARKING), (HER, "门口不能停车。")],
         {DOG: YES, PARKING: "门口不能停车。"}),
        # What follows thanks answers nothing.
        ([(ME, DOG), (HER, YES), (ME, "好的谢谢"), (HER, "明天我们休息一天。")], {DOG: YES}),
        ([(ME, "订单 TH10240003"), (HER, "已经发出来了。")], {}),
        ([(ME, DOG), (ME, "[image]"), (HER, YES)], {}),
        # The bot has answered while they waited.
        ([(ME, DOG, "knowledge"), (BOT, "可以。"), (HER, "今天人有点多哦。")], {}),
        ([(ME, DOG, "knowledge"), (BOT, "可以。"), (ME, PARKING, "choices"), (BOT, "相近的有："),
          (HER, "门口不能停车。")], {PARKING: "门口不能停车。"}),
    ],
)  # fmt: skip
async def test_an_answer_is_kept_with_the_question_since_the_last_answer(
    engine: AsyncEngine, lines: list[Line], expected: dict[str, str]
) -> None:
    assert await learnt(engine, *lines) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (((PARKING, "knowledge", 300), (DOG, "unsure", 60)), {DOG: YES}),
        (((PARKING, "unsure", 300), (DOG, "unsure", 60)), {}),
        (((PARKING, "unsure", 300), (DOG, "knowledge", 60)), {DOG: YES}),
        (((DOG, "unsure", 300), ("不对", "template", 60)), {}),
        (((DOG, "unsure", 7200),), {}),
    ],
)
async def test_who_only_called_for_a_person_had_asked_the_bot(
    engine: AsyncEngine, before: tuple[tuple[str, str, float], ...], expected: dict[str, str]
) -> None:
    assert await learnt(engine, (ME, "转人工", "handoff"), (HER, YES), before=before) == expected


async def test_a_line_that_came_with_the_answer_was_not_read(engine: AsyncEngine) -> None:
    lines = ((ME, DOG), (HER, YES), (ME, PARKING), (HER, "猫也行的。"))

    assert await learnt(engine, *lines, apart=1.0) == {}
