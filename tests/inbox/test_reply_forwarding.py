"""What becomes of an agent's reply, from the inbox to the outbox and back."""

import pytest
from sqlalchemy import select

from app.db import tables
from app.delivery.outbox import Outbox
from app.inbox.agent_replies import AgentReplies, AgentReply
from app.inbox.queries import Inbox
from app.inbox.reply_forwarding import ReplyForwarder
from app.inbox.service import Handoffs
from app.messages.values import as_plain_text
from tests.people import NOON, WISH, an_office, answer, wish

WEEK = 7 * 24 * 3600.0


async def learn_nothing(_: AgentReply) -> None:
    """No gap is answered here."""


def make_forwarder(office: Handoffs, *, may_push: bool = True) -> ReplyForwarder:
    engine = office.conversations.engine
    return ReplyForwarder(
        replies=AgentReplies(engine),
        outbox=Outbox(engine),
        may_push=lambda *_: may_push,
        learn=learn_nothing,
    )


async def reply_states(office: Handoffs, conversation: str) -> list[tuple[str, str]]:
    """State and refusal of the agents' replies in a conversation."""
    stored_messages = await Inbox(office.conversations.engine).read_messages(conversation, None, 10)
    return [(m.state, m.refusal) for m in stored_messages if m.who == "agent"]


async def open_and_reply(office: Handoffs, text: str = "您好") -> str:
    """A conversation in which an agent has replied: its id."""
    conversation = (await office.open([WISH], NOON))[0].conversation
    await office.reply(conversation, answer(text), NOON)
    return conversation


@pytest.mark.parametrize("may_push", [True, False])
async def test_a_reply_waits_in_the_outbox_and_is_sent_when_that_is_sent(
    redis_url: str, database_url: str, may_push: bool
) -> None:
    async with an_office(redis_url, database_url) as office:
        conversation = await open_and_reply(office)
        forwarder = make_forwarder(office, may_push=may_push)
        await forwarder.forward_replies()
        [message] = (await forwarder.outbox.read_pending([("default", "mei")]))["default", "mei"]
        in_outbox = await reply_states(office, conversation)
        await forwarder.outbox.reserve({message.id: None}, "wx1:2")
        await forwarder.forward_replies()
        reserved = await reply_states(office, conversation)
        await forwarder.outbox.mark_sent(["wx1:2"])
        await forwarder.forward_replies()
        in_the_end = await reply_states(office, conversation)

    assert message.id == f"{conversation}:reply:1"
    assert (as_plain_text(message.message), message.due is not None) == ("您好", may_push)
    assert [in_outbox, reserved, in_the_end] == [[("kept", "")], [("kept", "")], [("sent", "")]]


async def test_a_reply_whose_follower_is_gone_is_refused(redis_url: str, database_url: str) -> None:
    async with an_office(redis_url, database_url) as office:
        conversation, forwarder = await open_and_reply(office), make_forwarder(office)
        await forwarder.forward_replies()
        await forwarder.outbox.drop(f"{conversation}:reply:1", "unreachable")
        await forwarder.forward_replies()
        states = await reply_states(office, conversation)

    assert states == [("refused", "unreachable")]


async def test_a_reply_that_could_not_be_sent_for_a_week_is_refused(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        conversation, forwarder = await open_and_reply(office), make_forwarder(office)
        await forwarder.forward_replies()
        await forwarder.outbox.tidy(NOON + WEEK - 1)
        await forwarder.forward_replies()
        before = await reply_states(office, conversation)
        await forwarder.outbox.tidy(NOON + WEEK + 1)
        await forwarder.forward_replies()
        afterwards = await reply_states(office, conversation)

    assert (before, afterwards) == ([("kept", "")], [("refused", "expired")])


async def test_a_reply_keeps_its_state_when_its_sent_outbox_message_is_deleted(
    redis_url: str, database_url: str
) -> None:
    async with an_office(redis_url, database_url) as office:
        conversation, forwarder = await open_and_reply(office), make_forwarder(office)
        await forwarder.forward_replies()
        await forwarder.outbox.reserve({f"{conversation}:reply:1": None}, "wx1:2")
        await forwarder.outbox.mark_sent(["wx1:2"])
        await forwarder.forward_replies()
        await forwarder.outbox.tidy(NOON + WEEK + 1)
        await forwarder.forward_replies()
        states = await reply_states(office, conversation)

    assert states == [("sent", "")]


async def test_a_reply_that_fails_holds_up_no_other(redis_url: str, database_url: str) -> None:
    async def fail_for_mei(reply: AgentReply) -> None:
        if reply.openid == "mei":
            raise ValueError("a bug")

    async with an_office(redis_url, database_url) as office:
        await open_and_reply(office)
        lan = (await office.open([wish("lan")], NOON))[0].conversation
        await office.reply(lan, answer("在的"), NOON)
        engine = office.conversations.engine
        forwarder = ReplyForwarder(
            replies=AgentReplies(engine),
            outbox=Outbox(engine),
            may_push=lambda *_: True,
            learn=fail_for_mei,
        )
        with pytest.raises(ValueError, match="a bug"):
            await forwarder.forward_replies()
        async with engine.connect() as connection:
            stored_openids = set(
                (await connection.execute(select(tables.outbox.c.openid))).scalars()
            )
        states = await reply_states(office, lan)

    assert (stored_openids, states) == ({"mei", "lan"}, [("kept", "")])
