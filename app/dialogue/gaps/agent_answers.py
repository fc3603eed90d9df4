"""Learns from agents: stores an agent's answer with the gap that it answers, as a suggestion."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import conversation_messages as messages
from app.db.tables import conversations, turns
from app.dialogue.gaps.doubts import is_rejection
from app.dialogue.turn import UNANSWERED_SOURCES
from app.dialogue.understanding.person_wish import asks_after_person, read_wish
from app.dialogue.understanding.sentences import clarity, sentence_kinds
from app.inbox.agent_replies import AgentReply
from app.kit.text import fold_to_letters
from app.knowledge.gaps.agent_answers import store_answer
from app.knowledge.gaps.service import Gaps, make_gap_id
from app.knowledge.gaps.values import AgentAnswer, SeenQuestion
from app.messages.lengths import clip

log = structlog.get_logger()

LOOKED_AT = 12  # messages before the reply
BEFORE = 3  # turns before the handoff
RECENT = 1800.0  # seconds: a question before that is of another conversation
SHORTEST = 4  # characters of an answer: 好的 answers nothing
READ_WITHIN = 2.0  # seconds: an agent can't have read a message that is newer
WORDS = frozenset({"text", "voice"})  # kinds of messages with text
# A turn of these sources has left the question to the agent.
LEFT_TO_PERSON = UNANSWERED_SOURCES | {"choices", "handoff", "person", "care", "failure", "slot"}
_PARTING = re.compile(r"^.{0,12}(?:您好|你好|在的|在呢|稍等|请问|收到|再见|不客气|为您服务)\W*$")
_QUESTION_AT_END = re.compile(r"[?？]\s*$")


@dataclass(slots=True)
class ConversationLines:
    """The follower's messages since the last answer, and the agent's replies to them."""

    follower_lines: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    @property
    def question(self) -> str:
        """The follower's lines without courtesies, joined by commas; "" unless just one line asks,
        since the answer may be to any.
        """
        lines = {
            fold_to_letters(line): line for line in self.follower_lines if not is_manners(line)
        }  # each once
        asking = [line for line in lines.values() if is_question(line)]
        return "，".join(lines.values()) if len(asking) == 1 else ""


@dataclass(frozen=True, slots=True)
class AgentAnswers:
    """Stores agents' answers with gaps, without the follower."""

    engine: AsyncEngine
    gaps: Gaps

    async def learn(self, reply: AgentReply) -> None:
        """Store the reply as the answer to a gap, where it answers a question. Idempotent.

        Never raises, so that the reply is sent in any case.
        """
        try:
            await self._store_answer(reply)
        except Exception:
            log.exception("agent_answer_lost")

    async def _store_answer(self, reply: AgentReply) -> None:
        if not is_answer(reply.text):
            return
        async with connect_to_read(self.engine) as connection:
            lines = await self._load_lines(connection, reply)
        text = self.gaps.question(lines.question)
        answer = clip("\n".join(lines.answers))
        if not text or self.gaps.mask(answer) != answer:  # with personal data of this follower
            return
        account, gap = reply.account, make_gap_id(text)
        await self.gaps.store.add(account, [SeenQuestion(gap, text, 0, {"handed_over": 0})])
        agent_answer = AgentAnswer(gap, answer, reply.agent, reply.at)
        await store_answer(self.gaps.store.engine, account, agent_answer)

    async def _load_lines(
        self, connection: AsyncConnection, reply: AgentReply
    ) -> ConversationLines:
        """Load the lines since the last answer; where the follower only called for a person since
        the handoff, the questions before it.
        """
        conversation = reply.id.partition(":")[0]
        earlier = and_(messages.c.conversation == conversation, messages.c.number <= reply.number)
        newest = select(messages).where(earlier).order_by(messages.c.number.desc())
        rows = (await connection.execute(newest.limit(LOOKED_AT))).all()
        keys = [row.key for row in rows if row.who == "follower"]
        source_query = select(turns.c.id, turns.c.source).where(turns.c.id.in_(keys))
        sources = {row.id: row.source for row in await connection.execute(source_query)}
        lines, is_first = _since_last_answer(rows, sources)
        if is_first and len(rows) < LOOKED_AT and all(map(is_manners, lines.follower_lines)):
            lines.follower_lines = await self._load_earlier_questions(
                connection, reply, conversation
            )
        return lines

    async def _load_earlier_questions(
        self, connection: AsyncConnection, reply: AgentReply, conversation: str
    ) -> list[str]:
        """Load the questions before the handoff, oldest first: the last one, and those before it
        that the bot left open.
        """
        opening_query = select(conversations.c.opened_at).where(conversations.c.id == conversation)
        at = (await connection.execute(opening_query)).scalar_one_or_none() or reply.at
        mine = and_(turns.c.account == reply.account, turns.c.openid == reply.openid)
        recent = and_(mine, turns.c.received <= at, turns.c.received >= at - RECENT)
        newest = select(turns.c.text, turns.c.source).where(recent)
        rows = await connection.execute(newest.order_by(turns.c.received.desc()).limit(BEFORE))
        questions: list[str] = []
        for message_text, source in rows:
            is_open = source in LEFT_TO_PERSON
            if not is_manners(message_text) and (is_open or not questions):
                questions.insert(0, message_text)
            if not is_open:
                break
        return questions


def _since_last_answer(
    rows: Sequence[Any], sources: Mapping[str, str]
) -> tuple[ConversationLines, bool]:
    """The lines from the newest row back to the last answer, and whether there was no answer.

    rows: newest first. sources: of the turns, by the row's key.
    """
    lines = ConversationLines()
    for row in rows:
        if row.who == "follower":
            if row.kind not in WORDS or row.at > rows[0].at - READ_WITHIN:
                return (
                    ConversationLines(),
                    False,
                )  # the answer may be to a picture, or to what came before
            if sources.get(row.key, "person") not in LEFT_TO_PERSON:
                return lines, False
            lines.follower_lines.insert(0, row.text)
        elif row.who == "agent" and row.kind == "text" and is_answer(row.text):
            if lines.follower_lines:
                return lines, False
            lines.answers.insert(0, row.text)
    return lines, True


def is_manners(text: str) -> bool:
    """Whether the text asks nothing: greeting, thanks, call for a person, rejected answer."""
    if not fold_to_letters(text) or asks_after_person(text) or is_rejection(text):
        return True
    polite = sentence_kinds.is_greeting(text) or sentence_kinds.is_closing(text)
    return polite or read_wish(text) in {"asks", "refused"}


def is_question(text: str) -> bool:
    """Whether the text is a question or request that an entry could answer."""
    return not is_manners(text) and clarity.sort_message(text) in {"question", "request"}


def is_answer(text: str) -> bool:
    """Whether an agent's text says something; not a greeting, or a question back."""
    short = text.strip()
    return (
        len(short) >= SHORTEST and not _PARTING.match(short) and not _QUESTION_AT_END.search(short)
    )
