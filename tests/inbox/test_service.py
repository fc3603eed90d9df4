"""Who has the conversation: over a real Redis and PostgreSQL, with the clock handed in."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from app.errors import ConversationTaken, UnknownConversation
from app.inbox.agent_replies import AgentReplies
from app.inbox.queries import Inbox
from app.inbox.service import Handoffs, QueuePosition
from app.redis import keys
from tests.people import HALF_AN_HOUR, NOON, WISH, an_office, answer, later_message, wish

MEI = keys.user("default", "mei")
LAN = keys.user("default", "lan")


async def states(office: Handoffs, now: float) -> list[str | None]:
    holds = await office.active_handoffs([MEI, LAN], now)
    return [hold.state if hold else None for hold in holds]


async def test_a_follower_who_was_handed_over_waits_and_others_have_the_bot(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        before = await states(office, NOON)
        [hold] = await office.open([WISH], NOON)
        after = await office.active_handoffs([LAN, MEI], NOON)

    assert before == [None, None]
    assert after == [None, hold]
    assert (hold.state, hold.delivery, hold.until) == ("waiting", "wx1:1", NOON + HALF_AN_HOUR)


async def test_a_turn_that_is_tried_again_opens_nothing_twice(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [first], [second] = await asyncio.gather(
            office.open([WISH], NOON), office.open([WISH], NOON)
        )
        spoken = await Inbox(office.conversations.engine).read_messages(
            first.conversation, None, 10
        )

    assert first.conversation == second.conversation
    assert [message.text for message in spoken] == ["转人工"]


async def test_a_batch_opens_for_each_its_own_and_finds_what_is_open(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [first] = await office.open([WISH], NOON)
        later = NOON + 60
        lan, mei, zhu = await office.open([wish("lan"), wish("mei", "wx1:9"), wish("zhu")], later)
        whose = await office.active_handoffs([MEI, LAN, keys.user("default", "zhu")], later)
        spoken = await Inbox(office.conversations.engine).read_messages(mei.conversation, None, 10)

    assert (mei.conversation, mei.delivery) == (first.conversation, WISH.delivery)
    assert whose == [mei, lan, zhu]
    assert len({each.conversation for each in (lan, mei, zhu)}) == 3
    assert len(spoken) == 2  # what they wrote to it the second time, too


async def test_who_waits_has_a_place_behind_the_urgent_and_the_earlier(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [lan] = await office.open([wish("lan")], NOON)
        [mei] = await office.open([WISH], NOON + 1)
        [zhu] = await office.open([replace(wish("zhu"), priority=2)], NOON + 2)
        places = [await office.queue_position(hold, NOON + 3) for hold in (lan, mei, zhu)]
        await office.take(mei.conversation, "小王", NOON + 4)
        position = await office.queue_position(mei, NOON + 5)

    assert places == [
        QueuePosition(NOON, 1),
        QueuePosition(NOON + 1, 2),
        QueuePosition(NOON + 2, 0),
    ]
    assert position is None


async def test_of_two_agents_who_take_at_the_same_moment_one_has_it(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [opened] = await office.open([WISH], NOON)
        id_ = opened.conversation

        tried = await asyncio.gather(
            *(office.take(id_, agent, NOON) for agent in ("小王", "小李", "小陈")),
            return_exceptions=True,
        )
        [hold, _] = await office.active_handoffs([MEI, LAN], NOON)

    takers = [outcome.agent for outcome in tried if not isinstance(outcome, BaseException)]
    refused = [outcome for outcome in tried if isinstance(outcome, ConversationTaken)]
    assert (len(takers), len(refused)) == (1, 2)
    assert hold is not None
    assert (hold.state, hold.agent) == ("taken", takers[0])
    assert str(refused[0]).startswith(f"{takers[0]} has this conversation")


async def test_the_bot_comes_back_half_an_hour_after_the_last_thing_a_person_did(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        await office.take(hold.conversation, "小王", NOON + 60)
        await office.reply(hold.conversation, answer("您好"), NOON + 600)
        [handoff] = await office.add_follower_messages([(hold, (later_message(1),))], NOON + 2000)

        back_at = NOON + 600 + HALF_AN_HOUR
        history = [(await states(office, back_at + late))[0] for late in (-1, 0)]
        [late] = await office.add_follower_messages([(hold, (later_message(2),))], back_at)

    assert (handoff and handoff.until, history, late) == (back_at, ["taken", None], None)


async def test_who_still_writes_still_waits(redis_url: str, database_url: str) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        await office.add_follower_messages([(hold, (later_message(1),))], NOON + 1000)

        history = [(await states(office, NOON + 1000 + HALF_AN_HOUR + late))[0] for late in (-1, 0)]

    assert history == ["waiting", None]


async def test_when_a_person_gives_it_back_the_bot_answers_at_once(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        await office.take(hold.conversation, "小王", NOON + 1)
        with pytest.raises(ConversationTaken):
            await office.return_to_bot(hold.conversation, "小李", "", NOON + 2)
        back = await office.return_to_bot(hold.conversation, "小王", "再见", NOON + 3)
        again = await office.return_to_bot(hold.conversation, "小王", "再见", NOON + 4)

        whose = await states(office, NOON + 3)
        [late] = await office.add_follower_messages([(hold, (later_message(1),))], NOON + 3)
        spoken = await Inbox(office.conversations.engine).read_messages(hold.conversation, None, 10)

    assert (back.state, back.end_reason, again.closed_at) == ("closed", "returned", NOON + 3)
    assert (whose, late) == ([None, None], None)
    assert [(m.who, m.kind, m.text, m.state) for m in spoken] == [
        ("follower", "text", "转人工", ""),
        ("agent", "taken", "", ""),
        ("agent", "text", "再见", "queued"),
        ("agent", "returned", "", ""),
    ]


async def test_what_a_slower_process_says_of_before_does_not_count(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        conversation = await office.take(hold.conversation, "小王", NOON)
        await office.close(hold.conversation, "小李", NOON)

        await office._publish_changes([conversation], "taken", NOON)
        whose = await states(office, NOON)
        await office.open([wish("mei", "wx1:9")], NOON + 5)

        assert (whose, await states(office, NOON + 5)) == ([None, None], ["waiting", None])


async def test_a_redis_that_lost_everything_is_told_again(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        await office.take(hold.conversation, "小王", NOON)
        await office.open([wish("lan")], NOON)
        await office.redis.flushdb()

        lost = await states(office, NOON + 1)
        await office.redis.delete(keys.handoff(MEI))
        forgotten = await states(office, NOON + 2)
        await office.tidy(NOON + 3)

        assert [lost, forgotten, await states(office, NOON + 3)] == [
            ["taken", "waiting"],
            [None, "waiting"],
            ["taken", "waiting"],
        ]


async def test_while_redis_is_away_people_still_work_and_it_hears_of_it_later(
    redis_url: str, database_url: str
) -> None:
    async with (
        an_office(redis_url, database_url) as office,
        Redis.from_url("redis://127.0.0.1:1/0", decode_responses=True) as nobody,
    ):
        cut_off = Handoffs(nobody, office.conversations)
        [hold] = await office.open([WISH], NOON)

        await cut_off.take(hold.conversation, "小王", NOON + 1)
        await cut_off.reply(hold.conversation, answer("您好"), NOON + 2)
        await office.tidy(NOON + 3)

        assert await states(office, NOON + 3) == ["taken", None]


async def test_what_is_over_is_closed_and_counted(redis_url: str, database_url: str) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        await office.open([wish("lan")], NOON + 900)
        await office.tidy(NOON + HALF_AN_HOUR)

        [(conversation, unread)] = await Inbox(office.conversations.engine).page(
            "default", "missed", None, 10, NOON + HALF_AN_HOUR
        )
        counts = await office.conversations.count_by_state(NOON + HALF_AN_HOUR)

    assert (conversation.id, conversation.state, conversation.end_reason, unread) == (
        hold.conversation,
        "closed",
        "silence",
        1,
    )
    assert counts == {"waiting": 1, "taken": 0}


async def test_a_missed_one_is_opened_again_unless_a_newer_one_is_open(
    redis_url: str, database_url: str
) -> None:
    tomorrow = NOON + 50_000
    async with an_office(redis_url, database_url) as office:
        [missed] = await office.open([WISH], NOON)
        again = await office.take(missed.conversation, "小王", tomorrow)
        await office.close(missed.conversation, "小王", tomorrow)
        [newer] = await office.open([wish("mei", "wx1:9")], tomorrow)

        with pytest.raises(ConversationTaken, match="newer"):
            await office.take(missed.conversation, "小王", tomorrow)

    assert (again.state, again.end_reason, again.until) == ("taken", "", tomorrow + HALF_AN_HOUR)
    assert newer.conversation != missed.conversation


async def test_who_asks_again_after_the_bot_came_back_waits_anew(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        [first] = await office.open([WISH], NOON)
        [second] = await office.open([wish("mei", "wx1:9")], NOON + HALF_AN_HOUR)

        assert first.conversation != second.conversation
        assert await office.active_handoffs([MEI], NOON + HALF_AN_HOUR) == [second]


async def test_of_a_follower_who_left_nothing_stays(redis_url: str, database_url: str) -> None:
    async with an_office(redis_url, database_url) as office:
        [hold] = await office.open([WISH], NOON)
        await office.reply(hold.conversation, answer("您好"), NOON)
        [other] = await office.open([wish("lan")], NOON)
        await office.erase("default", "mei", NOON)

        engine = office.conversations.engine
        left = await Inbox(engine).page("", "", None, 10, NOON)
        with pytest.raises(UnknownConversation):
            await office.reply(hold.conversation, answer("在吗", "reply:2"), NOON)
        assert [conversation.id for conversation, _ in left] == [other.conversation]
        assert await Inbox(engine).read_messages(hold.conversation, None, 10) == []
        assert await AgentReplies(engine).lease_replies(NOON) == []
        assert await office.add_follower_messages([(hold, (later_message(1),))], NOON) == [None]
        assert await states(office, NOON) == [None, "waiting"]
        assert [name async for name in office.redis.scan_iter("*mei*")] == []


async def test_wechats_desk_says_who_has_it_and_when_it_is_over(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        await office.open([WISH], NOON)
        await office.wechat_agent_took("default", "mei", "test1@brand", NOON + 1)
        await office.wechat_agent_took("default", "lan", "test1@brand", NOON + 1)
        handoffs = await office.active_handoffs([MEI, LAN], NOON + 1)
        await office.wechat_agent_left("default", "mei", "test1@brand", NOON + 2)
        await office.wechat_agent_left("default", "nobody", "test1@brand", NOON + 2)

        assert [(h.state, h.desk, h.agent) for h in handoffs if h] == [
            ("taken", "wechat", "test1@brand"),
            ("taken", "wechat", "test1@brand"),
        ]
        assert await states(office, NOON + 2) == [None, "taken"]


async def test_many_users_are_asked_for_at_once(redis_url: str, database_url: str) -> None:
    users = [keys.user("default", f"o{n}") for n in range(64)]
    async with an_office(redis_url, database_url) as office:
        for number in range(0, 64, 2):
            await office.open([wish(f"o{number}")], NOON)

        holds = await office.active_handoffs(users, NOON)
        nobody = await office.active_handoffs([], NOON)

    assert [hold is not None for hold in holds] == [True, False] * 32
    assert nobody == []


async def test_what_a_batch_of_followers_wrote_is_kept_where_a_person_has_it(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        opened = await office.open([wish(name) for name in ("a", "b", "c")], NOON)
        await office.close(opened[1].conversation, "小王", NOON + 1)
        await office.erase("default", "c", NOON + 1)

        spoken = [(hold, (later_message(1), later_message(2))) for hold in opened]
        holds = await office.add_follower_messages(
            [*spoken, (opened[0], (later_message(3),)), spoken[0]], NOON + 2
        )
        message_keys = [
            [
                m.key
                for m in await Inbox(office.conversations.engine).read_messages(
                    h.conversation, None, 9
                )
            ]
            for h in opened
        ]

    later = [f"wx1:later-{number}" for number in (1, 2, 3)]
    assert [hold and hold.until for hold in holds] == [
        NOON + 2 + HALF_AN_HOUR, None, None, NOON + 2 + HALF_AN_HOUR, NOON + 2 + HALF_AN_HOUR,
    ]  # fmt: skip
    assert message_keys == [["wx1:a", *later], ["wx1:b", message_keys[1][1]], []]


async def test_an_unknown_conversation_is_said_to_be_so(database_url: str, redis_url: str) -> None:
    async with an_office(redis_url, database_url) as office:
        for act in (office.take("0" * 32, "小王", NOON), office.close("0" * 32, "小王", NOON)):
            with pytest.raises(UnknownConversation):
                await act
