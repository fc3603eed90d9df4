"""What people who took over answered, offered as the answer of an entry."""

import re
from dataclasses import dataclass

import structlog
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.agent_replies import AgentReply
from app.db.tables import conversation_messages as messages
from app.db.tables import conversations, turns
from app.dialogue.doubts import rejects
from app.dialogue.person_wish import asks_after_person, read_wish
from app.kit.lengths import clip
from app.knowledge import cards
from app.knowledge.gap_store import AgentAnswer, Met
from app.knowledge.gaps import Gaps, identity

log = structlog.get_logger()

LOOKED_AT = 12  # messages before the reply
BEFORE = 3  # turns before a person came
SHORTEST = 4  # characters of an answer: 好的 answers nothing
_PARTING = re.compile(r"^.{0,12}(?:您好|你好|在的|在呢|稍等|请问|收到|再见|不客气|为您服务)\W*$")
_ASKS = re.compile(r"[?？]\s*$")


@dataclass(frozen=True, slots=True)
class AgentAnswers:
    """Keeps the answer to a question with the questions that want one; not whose it was."""

    engine: AsyncEngine
    gaps: Gaps

    async def learn(self, reply: AgentReply) -> None:
        """Keep what was answered, where it answers a question; the same again changes nothing.

        Never raises: a reply goes out whatever becomes of this.
        """
        try:
            await self._learn(reply)
        except Exception:
            log.exception("agent_answer_lost")

    async def _learn(self, reply: AgentReply) -> None:
        question, answers = await self._question(reply)
        text = self.gaps.question(question)
        answer = clip("\n".join(answers))
        if not text or self.gaps.mask(answer) != answer:  # it speaks of this follower alone
            return
        account, gap = reply.account, identity(text)
        await self.gaps.store.add(account, [Met(gap, text, None, "", 0, {"handed_over": 0})])
        found = AgentAnswer(gap, answer, reply.agent, reply.at)
        await self.gaps.store.keep_answer(account, found)

    async def _question(self, reply: AgentReply) -> tuple[str, list[str]]:
        """The last question before the reply, and all that the agent answered to it."""
        conversation = reply.id.partition(":")[0]
        earlier = and_(messages.c.conversation == conversation, messages.c.number <= reply.number)
        newest = select(messages).where(earlier).order_by(messages.c.number.desc())
        async with self.engine.connect() as connection:
            rows = (await connection.execute(newest.limit(LOOKED_AT))).all()
            answers: list[str] = []
            for row in rows:
                if row.who == "agent" and row.kind == "text" and is_answer(row.text):
                    answers.insert(0, row.text)
                if (
                    row.who == "follower"
                    and row.kind in {"text", "voice"}
                    and is_question(row.text)
                ):
                    return (row.text, answers) if answers else ("", [])
            if not answers:
                return "", []
            opened = select(conversations.c.opened).where(conversations.c.id == conversation)
            at = (await connection.execute(opened)).scalar_one_or_none() or reply.at
            mine = and_(turns.c.account == reply.account, turns.c.openid == reply.openid)
            before = select(turns.c.said).where(mine, turns.c.received <= at)
            said = await connection.execute(before.order_by(turns.c.received.desc()).limit(BEFORE))
            return next((text for text in said.scalars() if is_question(text)), ""), answers


def is_question(text: str) -> bool:
    """Whether an entry could answer it; not a call for a person, or what is said of an answer."""
    if not text.strip() or asks_after_person(text) or rejects(text):
        return False
    return read_wish(text) not in {"asks", "refused"}


def is_answer(text: str) -> bool:
    """Whether it says something; not a greeting, a card, or a question back."""
    short = text.strip()
    says = len(short) >= SHORTEST and not _PARTING.match(short) and not _ASKS.search(short)
    return says and cards.read(short) is None
