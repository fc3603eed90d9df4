"""Followers' letters: opened together, judged in one batch, answered one by one, sealed."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

import structlog

from app import accounts
from app.accounts import Accounts
from app.db.turns import TurnLog
from app.dialogue import explain, followups, memory, orders, service, slots, templates
from app.dialogue.orders import Ask, Look
from app.dialogue.riding import ride
from app.dialogue.tools import Tools
from app.inference.ports import Classifier, Judgement, Unreadable
from app.jobs import MAIL, Forget, Talk
from app.kit import metrics
from app.knowledge.base import Knowledge
from app.knowledge.values import Hit
from app.sessions import keys, store
from app.sessions.mailbox import Given, Mailboxes
from app.settings import Settings

log = structlog.get_logger()

Entry = tuple[str, str]  # of the stream: its id, and the user who has mail


@dataclass(frozen=True, slots=True)
class Letter:
    """One user's next message, with all that its turn needs."""

    entry: str
    user: str
    job: str
    mail: Talk | Forget
    session: str | None
    held: tuple[str, ...]

    @property
    def text(self) -> str:
        """What the model should read; "" when there is nothing."""
        return service.readable(self.mail) if isinstance(self.mail, Talk) else ""


@dataclass(frozen=True, slots=True)
class Read:
    """What the model says of a letter, None where it reads none; the entry that answers it."""

    judged: Judgement | Unreadable | None
    known: Hit | None
    heard: slots.Heard | None = None
    reading: followups.Reading | None = None
    told: str = ""  # of an order
    waits: Ask | None = None


Judged = tuple[Letter, Read]


@dataclass(slots=True)
class Letters:
    """Answers one letter of each user of a batch, and keeps the record of it."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    knowledge: Knowledge
    accounts: Accounts
    turns: TurnLog
    settings: Settings
    tools: Tools | None = None
    _records: list[dict[str, Any]] = field(default_factory=list)

    async def judge(self, entries: Sequence[Entry]) -> list[Judged]:
        """The next letter of each user who has mail, with what is known of it."""
        letters = await self._open(entries)
        readable = [letter for letter in letters if letter.text]
        sessions = [store.read(letter.session) for letter in readable]
        heard = [slots.hear(x.text, s) for x, s in zip(readable, sessions, strict=True)]
        readings = [followups.read(h.text, s) for h, s in zip(heard, sessions, strict=True)]
        judged = await followups.judged(self.classifier, readings)
        found = await self.knowledge.candidates(
            [(x.mail.account, r.asks, j)
             for x, r, j in zip(readable, readings, judged, strict=True)], 2
        )  # fmt: skip
        known = [
            followups.choose(r, j, f, s.said) if f and isinstance(j, Judgement) else None
            for r, j, f, s in zip(readings, judged, found, sessions, strict=True)
        ]
        told = await asyncio.gather(*map(self._told, readable, heard, judged))
        by_entry = {
            x.entry: Read(j, hit, h, r, *t)
            for x, j, hit, h, r, t in zip(
                readable, judged, known, heard, readings, told, strict=True
            )
        }
        return [(x, by_entry.get(x.entry, Read(None, None))) for x in letters]

    async def _told(
        self, letter: Letter, heard: slots.Heard, judged: Judgement | Unreadable
    ) -> tuple[str, Ask | None]:
        account = accounts.get(self.accounts, letter.mail.account)
        if self.tools is None or not self.tools.offers(account):
            return "", None
        sure = isinstance(judged, Judgement) and judged.in_scope
        match orders.step(judged.intent.id if sure else None, heard):  # type: ignore[union-attr]
            case Look(number):
                return await orders.look_up(self.tools, account, letter.mail.openid, number), None
            case Ask() as ask:
                return "", ask
        return "", None

    async def answer(self, entries: Sequence[Entry], judged: Sequence[Judged]) -> None:
        """Write the answers down; a user whose turn failed stays on the stream for another try."""
        opened = {letter.entry for letter, _ in judged}
        await self._release([e for e in entries if e[0] not in opened])
        await self._commit([(letter, await self._given(letter, j)) for letter, j in judged])

    async def without_poison(self, entries: Sequence[Entry]) -> list[Entry]:
        """Give up on messages that took their worker down too often."""
        fit = []
        for entry, user in entries:
            job = await self.redis.lindex(keys.mail(user), 0)
            letter = job and Letter(entry, user, job, MAIL.validate_json(job), None, ())
            given = letter and await self._failed(letter, "the worker died on it")
            if given:
                await self._commit([(letter, given)])
            else:
                fit.append((entry, user))
        return fit

    async def record(self) -> None:
        """Put what was said since the last time into the database."""
        rows, self._records = self._records, []
        if rows:
            try:
                await self.turns.write(rows)
                await self._forget_what_was_late(rows)
            except BaseException:
                self._records = rows + self._records
                raise

    async def _open(self, entries: Sequence[Entry]) -> list[Letter]:
        async with self.redis.pipeline(transaction=False) as pipe:
            for _, user in entries:
                pipe.lindex(keys.mail(user), 0)
                pipe.get(keys.session(user))
                pipe.lrange(keys.held(user), 0, -1)
            found = await pipe.execute()
        return [
            Letter(entry, user, job, MAIL.validate_json(job), session, tuple(held))
            for (entry, user), job, session, held in zip(
                entries, found[::3], found[1::3], found[2::3], strict=True
            )
            if job
        ]

    async def _commit(self, given: Sequence[tuple[Letter, Given | None]]) -> None:
        mailboxes = Mailboxes(self.redis)
        async with self.redis.pipeline(transaction=False) as pipe:
            answers = [(letter.entry, answer) for letter, answer in given if answer is not None]
            mailboxes.answer(pipe, answers, time.time())
            for letter, answer in given:
                if answer is None:
                    mailboxes.release(pipe, letter.entry, letter.user)
            await pipe.execute()

    async def _release(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            for entry, user in entries:
                Mailboxes(self.redis).release(pipe, entry, user)
            await pipe.execute()

    async def _given(self, letter: Letter, read: Read) -> Given | None:
        """None when the turn failed and is tried again."""
        try:
            match letter.mail:
                case Talk():
                    return self._turn(letter, letter.mail, read)
                case Forget():
                    await self._forget(letter.mail)
                    return Given(letter.mail.id, letter.user, letter.job, "")
                case _:
                    assert_never(letter.mail)
        except Exception as error:
            metrics.FAILURES.labels("turn").inc()
            log.exception("turn_failed", delivery=letter.mail.id)
            return await self._failed(letter, repr(error))

    def _turn(self, letter: Letter, said: Talk, read: Read) -> Given:
        if isinstance(read.judged, Unreadable):
            raise read.judged
        account = accounts.get(self.accounts, said.account)
        session = store.read(letter.session)
        if memory.forget(said.text):
            turn = service.Turn(memory.FORGOTTEN, "template", store.Session())
        else:
            turn = _remembered(session, read, said, account)
        carried = ride(letter.held, turn.answer)
        metrics.TURNS.labels(turn.source).inc()
        why = explain.why(turn, self.classifier.version, said.received)
        self._records.append(explain.record(said, turn, why))
        return Given(
            said.id,
            letter.user,
            letter.job,
            carried.text,
            json.dumps(why, ensure_ascii=False),
            turn.session.model_dump_json(),
            self.settings.timing.session,
            carried.taken,
            carried.rest,
        )

    async def _failed(self, letter: Letter, error: str) -> Given | None:
        tries = await self.redis.hincrby(keys.delivery(letter.mail.id), "tries", 1)
        if tries < self.settings.limits.tries:
            return None
        metrics.DEAD_LETTERS.inc()
        await self.redis.xadd(keys.DEAD, {"job": letter.job, "error": error}, maxlen=keys.DEAD_KEPT)
        answer = templates.FAILED if isinstance(letter.mail, Talk) else ""
        return Given(letter.mail.id, letter.user, letter.job, answer)

    async def _forget(self, gone: Forget) -> None:
        now = time.time()
        await Mailboxes(self.redis).forget(keys.user(gone.account, gone.openid), now, gone.id)
        await self.turns.erase(gone.account, gone.openid, now)

    async def _forget_what_was_late(self, rows: list[dict[str, Any]]) -> None:
        """Another worker may have erased a follower while rows of theirs waited here."""
        whose = sorted({(row["account"], row["openid"]) for row in rows})
        forgotten = await self.redis.mget([keys.forgotten(keys.user(*each)) for each in whose])
        for (account, openid), when in zip(whose, forgotten, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))


def _remembered(
    session: store.Session, read: Read, said: Talk, account: accounts.Account
) -> service.Turn:
    turn = service.answer(said, account, session, read.judged, read.known)
    if read.heard is None or read.reading is None or turn.judgement is None:
        return turn
    text = turn.answer
    if read.waits:
        last = session.turns[-1].answer if session.turns else None
        text = templates.choose(slots.ASKS[read.waits.slot], account, 0, last)
    text = read.told or text
    judged = turn.judgement
    question = turn.cited is not None or (
        judged.in_scope and judged.intent.id not in followups.MANNERS
    )
    about = memory.topic(judged.intent.title) if question else ""
    grown = memory.grown(session, said.text, text, about)
    after = grown.model_copy(
        update={
            "intent": turn.session.intent,
            "mood": turn.session.mood,
            "unclear": turn.session.unclear,
            "asked": followups.remembered(read.reading, session, question=question),
            "said": turn.cited,
            "slots": read.heard.slots,
            "waiting": read.waits.waiting if read.waits else "",
        }
    )
    return replace(turn, answer=text, session=after)
