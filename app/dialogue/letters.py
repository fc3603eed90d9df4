"""Followers' letters: opened together, judged in one batch, answered one by one, sealed."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import structlog

from app import accounts
from app.accounts import Accounts
from app.db.outbox import Parcel, Parcels
from app.db.turns import TurnLog
from app.dialogue import explain, service, templates
from app.dialogue.riding import Ride, ride
from app.inference.ports import Classifier, Judgement, Unreadable
from app.jobs import MAIL, Forget, Kind, Talk
from app.kit import metrics
from app.knowledge.base import Knowledge
from app.knowledge.values import Hit
from app.sessions import keys, store
from app.sessions.mailbox import Given, Mailboxes
from app.settings import Settings

log = structlog.get_logger()

LOOK_AGAIN_AFTER = 6.0  # seconds: WeChat would have repeated a message that it hung up on
REST_AFTER = 2.0  # seconds: the beginning of a long answer should have arrived before the rest

Entry = tuple[str, str]  # of the stream: its id, and the user who has mail
Opened = Callable[[Any, str, Kind, float], None]  # pipeline, user, what they did, when


@dataclass(frozen=True, slots=True)
class Letter:
    """One user's next message, with all that its turn needs."""

    entry: str
    user: str
    job: str
    mail: Talk | Forget
    session: str | None
    kept: tuple[Parcel, ...]

    @property
    def text(self) -> str:
        """What the model should read; "" when there is nothing."""
        return service.readable(self.mail) if isinstance(self.mail, Talk) else ""


@dataclass(frozen=True, slots=True)
class Read:
    """What the model says of a letter, None where it reads none; the entry that answers it."""

    judged: Judgement | Unreadable | None
    known: Hit | None


Judged = tuple[Letter, Read]


@dataclass(slots=True)
class Letters:
    """Answers one letter of each user of a batch, and keeps the record of it."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    knowledge: Knowledge
    accounts: Accounts
    turns: TurnLog
    parcels: Parcels
    opened: Opened  # notes that the platform takes messages for this follower now
    settings: Settings
    _records: list[dict[str, Any]] = field(default_factory=list)

    async def judge(self, entries: Sequence[Entry]) -> list[Judged]:
        """The next letter of each user who has mail, with what is known of it."""
        letters = await self._open(entries)
        readable = [letter for letter in letters if letter.text]
        judged = await self.classifier.classify([letter.text for letter in readable])
        known = await self.knowledge.answers(
            [(letter.mail.account, letter.text, j)
             for letter, j in zip(readable, judged, strict=True)]
        )  # fmt: skip
        by_entry = {
            x.entry: Read(j, hit) for x, j, hit in zip(readable, judged, known, strict=True)
        }
        return [(x, by_entry.get(x.entry, Read(None, None))) for x in letters]

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
            found = await pipe.execute()
        kept = await self._kept([user for _, user in entries])
        return [
            Letter(entry, user, job, MAIL.validate_json(job), session, kept.get(user, ()))
            for (entry, user), job, session in zip(entries, found[::2], found[1::2], strict=True)
            if job
        ]

    async def _kept(self, users: Sequence[str]) -> dict[str, tuple[Parcel, ...]]:
        found = await self.parcels.of([keys.split(user) for user in users])
        return {keys.user(*whose): tuple(parcels) for whose, parcels in found.items()}

    async def _commit(self, given: Sequence[tuple[Letter, Given | None]]) -> None:
        mailboxes = Mailboxes(self.redis)
        async with self.redis.pipeline(transaction=False) as pipe:
            answers = [(letter.entry, answer) for letter, answer in given if answer is not None]
            mailboxes.answer(pipe, answers, time.time())
            for letter, answer in given:
                if answer is None:
                    mailboxes.release(pipe, letter.entry, letter.user)
                elif isinstance(letter.mail, Talk):
                    self.opened(pipe, letter.user, letter.mail.kind, letter.mail.received)
            await pipe.execute()
        await self._arrived([letter for letter, answer in given if answer is not None])

    async def _arrived(self, letters: Sequence[Letter]) -> None:
        """What rode on these answers belongs to them now."""
        carriers = [letter.mail.id for letter in letters if letter.kept]
        if carriers:
            await self.parcels.arrived(carriers)

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
                    return await self._turn(letter, letter.mail, read)
                case Forget():
                    await self._forget(letter.mail)
                    return Given(letter.mail.id, letter.user, letter.job, "")
                case _:
                    assert_never(letter.mail)
        except Exception as error:
            metrics.FAILURES.labels("turn").inc()
            log.exception("turn_failed", delivery=letter.mail.id)
            return await self._failed(letter, repr(error))

    async def _turn(self, letter: Letter, said: Talk, read: Read) -> Given:
        if isinstance(read.judged, Unreadable):
            raise read.judged
        account = accounts.get(self.accounts, said.account)
        session = store.read(letter.session)
        turn = service.answer(said, account, session, read.judged, read.known)
        metrics.TURNS.labels(turn.source).inc()
        why = explain.why(turn, self.classifier.version, said.received)
        self._records.append(explain.record(said, turn, why))
        return await self._sealed(
            letter,
            said,
            turn.answer,
            why=json.dumps(why, ensure_ascii=False),
            session=turn.session.model_dump_json(),
        )

    async def _sealed(
        self, letter: Letter, said: Talk, answer: str, *, why: str = "", session: str = ""
    ) -> Given:
        """The answer as it goes out: on a delivery, with what was kept, or into the outbox."""
        now, timing = time.time(), self.settings.timing
        if answer and await self._nobody_waits(said, now):
            await self._keep(said, answer, due=now)
            text = ""
        else:
            carried = await self._boarded(letter, said, answer)
            text = carried.text
            if carried.rest:
                await self._keep(said, carried.rest, due=now + REST_AFTER, part="#rest")
        return Given(
            said.id,
            letter.user,
            letter.job,
            text,
            why,
            session,
            timing.session,
            max(said.received + timing.deliveries_over - now, LOOK_AGAIN_AFTER),
        )

    async def _nobody_waits(self, said: Talk, now: float) -> bool:
        """The last delivery has been answered, without us."""
        age, timing = now - said.received, self.settings.timing
        if age < timing.last_delivery_after + timing.reply_within / 2:
            return False
        waiting = await self.redis.llen(keys.waiters(said.id))
        return age > timing.deliveries_over or not waiting

    async def _boarded(self, letter: Letter, said: Talk, answer: str) -> Ride:
        """Kept answers ride along, those that no other message of the outbox takes just now."""
        alone = "" if said.kind == "tap" else answer
        free = [p for p in letter.kept if p.carrier in {None, said.id}]
        found = ride(free, alone)
        if found.aboard:
            aboard = await self.parcels.board(found.aboard, said.id)
            if aboard != set(found.aboard):
                found = ride([p for p in free if p.id in aboard], alone)
        return found if found.text else ride((), answer)

    async def _keep(self, said: Talk, text: str, due: float, part: str = "") -> None:
        verified = accounts.get(self.accounts, said.account).verified
        await self.parcels.put([
            Parcel(said.id + part, said.account, said.openid, text, said.received,
                   due if verified else None)
        ])  # fmt: skip
        metrics.KEPT.labels("outbox").inc()

    async def _failed(self, letter: Letter, error: str) -> Given | None:
        tries = await self.redis.hincrby(keys.delivery(letter.mail.id), "tries", 1)
        if tries < self.settings.limits.tries:
            return None
        metrics.DEAD_LETTERS.inc()
        await self.redis.xadd(keys.DEAD, {"job": letter.job, "error": error}, maxlen=keys.DEAD_KEPT)
        if isinstance(letter.mail, Talk):
            return await self._sealed(letter, letter.mail, templates.FAILED)
        return Given(letter.mail.id, letter.user, letter.job, "")

    async def _forget(self, gone: Forget) -> None:
        now = time.time()
        await Mailboxes(self.redis).forget(keys.user(gone.account, gone.openid), now, gone.id)
        await self.parcels.erase(gone.account, gone.openid)
        await self.turns.erase(gone.account, gone.openid, now)

    async def _forget_what_was_late(self, rows: list[dict[str, Any]]) -> None:
        """Another worker may have erased a follower while rows of theirs waited here."""
        whose = sorted({(row["account"], row["openid"]) for row in rows})
        forgotten = await self.redis.mget([keys.forgotten(keys.user(*each)) for each in whose])
        for (account, openid), when in zip(whose, forgotten, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))
