"""What agents wrote, handed to whoever delivers it: over a real PostgreSQL."""

import asyncio

from app.inbox.agent_replies import AgentReplies
from app.inbox.queries import Inbox
from tests.people import NOON, WISH, an_office, answer, wish


async def test_replies_reach_each_follower_in_order_and_each_asker_once(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        out = AgentReplies(office.conversations.engine)
        mei = (await office.open([WISH], NOON))[0].conversation
        lan = (await office.open([wish("lan")], NOON))[0].conversation
        for number, id_ in enumerate([mei, mei, lan]):
            await office.reply(id_, answer(f"第{number}句", f"reply:{number}"), NOON)

        both = await asyncio.gather(out.lease_replies(NOON), out.lease_replies(NOON))
        waiting = await out.lease_replies(NOON + 59)
        again = await out.lease_replies(NOON + 60)
        await out.mark_kept(again[0].number)
        following = await out.lease_replies(NOON + 61)

    leased = sorted(reply.text for replies in both for reply in replies)
    assert (leased, waiting) == (["第0句", "第2句"], [])
    assert [reply.id for reply in again] == [f"{mei}:reply:0", f"{lan}:reply:2"]
    assert [(r.account, r.openid, r.agent, r.text) for r in following] == [
        ("default", "mei", "小王", "第1句")
    ]


async def test_a_later_conversation_waits_for_the_farewell_of_the_one_before(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        out = AgentReplies(office.conversations.engine)
        first = (await office.open([WISH], NOON))[0].conversation
        await office.return_to_bot(first, "小王", "再见", NOON)
        second = (await office.open([wish("mei", "wx1:9")], NOON + 1))[0].conversation
        await office.reply(second, answer("又见面了"), NOON + 2)

        batches = []
        while replies := await out.lease_replies(NOON + 3):
            batches.append([reply.text for reply in replies])
            await out.mark_kept(replies[0].number)

    assert batches == [["再见"], ["又见面了"]]


async def test_what_became_of_a_reply_stands_in_the_conversation(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        engine = office.conversations.engine
        id_ = (await office.open([WISH], NOON))[0].conversation
        reply = await office.reply(id_, answer("您好"), NOON)
        await AgentReplies(engine).mark_kept(reply.number)

        spoken = await Inbox(engine).read_messages(id_, None, 10)

    assert [(m.name, m.text, m.state) for m in spoken] == [
        ("", "转人工", ""),
        ("小王", "您好", "kept"),
    ]
