"""Followers' letters: opened together, judged in one batch, answered one by one, sealed."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

import structlog

from app.db.engines import UNAVAILABLE
from app.delivery.user_queue import Given, Mailboxes
from app.dialogue import alerts, care_replies, doubts, explain, service
from app.dialogue.account_context import House
from app.dialogue.actions import Workshop
from app.dialogue.alerts import Alerts
from app.dialogue.context import Context
from app.dialogue.turn import Draft, Turn
from app.dialogue.understand import understand
from app.inbox.service import Handoffs, Hold
from app.inference.ports import CareKind, Classifier, Unreadable
from app.jobs import MAIL, Forget, Kind, Talk
from app.knowledge.service import Knowledge
from app.messages import texts, values
from app.messages.values import Message, Text
from app.observability import metrics
from app.privacy import consent
from app.privacy.consent import Consent
from app.redis import keys, scripts
from app.sessions import store
from app.sessions.rate_limit import Allowed, Pace
from app.settings import Settings
from app.worker import agent_updates
from app.worker.outbox_reader import OutboxReader
from app.worker.outgoing import Notes, Sealing
from app.worker.pending_turn import Letter
from app.worker.turn_records import Records

log = structlog.get_logger()


DATABASE_PAUSE = 0.5  # seconds before a turn that needs the database is tried again
# Nothing is added to these: a limit, a request about data, words on what is no business of ours.
BY_THEMSELVES = frozenset({"pace", "data", "refused", "anew", "care"})
PATIENCE = 3  # times as many workers may die on what waits for a language model

Entry = tuple[str, str]  # of the stream: its id, and the user who has mail
Opened = Callable[[Any, str, Kind, float], None]  # pipeline, user, what they did, when


@dataclass(frozen=True, slots=True)
class Postponed:
    """A turn that came to nothing because the database is away."""


@dataclass(slots=True, kw_only=True)
class Letters:
    """Answers one letter of each user of a batch, and keeps the record of it."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    knowledge: Knowledge
    house: House
    handoffs: Handoffs
    hearing: agent_updates.Hearing
    pace: Pace
    consent: Consent
    workshop: Workshop
    records: Records
    outbox: OutboxReader
    sealing: Sealing
    opened: Opened  # notes that the platform takes messages for this follower now
    settings: Settings
    alerts: Alerts = field(default_factory=Alerts)

    async def judge(self, entries: Sequence[Entry]) -> list[Letter]:
        """The next letter of each user who has mail, with what is known of it."""
        letters = await self._open(entries)
        talks = [letter.heard for letter in letters if letter.heard]
        understood = iter(await understand(self.classifier, self.knowledge, talks))
        return [replace(x, heard=next(understood)) if x.heard else x for x in letters]

    async def answer(self, entries: Sequence[Entry], letters: Sequence[Letter]) -> None:
        """Write the answers down; a user whose turn failed stays on the stream for another try.

        Those that have to wait for something are written down one by one, as they come.
        """
        opened = {letter.entry for letter in letters}
        await self.release([e for e in entries if e[0] not in opened])
        drafts = [(letter, self._draft(letter)) for letter in letters]
        quick = [(x, draft) for x, draft in drafts if not _waits(x, draft)]
        slow = [(x, draft) for x, draft in drafts if _waits(x, draft)]
        given = await asyncio.gather(*(self._given(x, draft) for x, draft in quick))
        results = [(x, each) for (x, _), each in zip(quick, given, strict=True)]
        await self._commit([(x, each) for x, each in results if not isinstance(each, Postponed)])
        await asyncio.gather(
            *(self._by_itself(x, draft) for x, draft in slow),
            self._postpone([x for x, each in results if isinstance(each, Postponed)]),
        )

    async def _died(self, letter: Letter) -> Given | None:
        """A worker died on it; None when it is tried again."""
        waited = await self.redis.hexists(keys.delivery(letter.mail.id), "judged")
        most = self.settings.limits.tries * (PATIENCE if waited else 1)
        return await self._failed(letter, "the worker died on it", most)

    async def _by_itself(self, letter: Letter, draft: Draft | None) -> None:
        # What kills a worker from now on is hardly this message: it may wait for half a minute.
        await self.redis.hset(keys.delivery(letter.mail.id), "judged", 1)
        given = await self._given(letter, draft)
        if isinstance(given, Postponed):
            await self._postpone([letter])
        else:
            await self._commit([(letter, given)])

    async def _postpone(self, letters: Sequence[Letter]) -> None:
        """Their turns need the database, which is away: that is no try, however long it takes."""
        if letters:
            for letter in letters:
                await self.redis.hset(keys.delivery(letter.mail.id), "postponed", 1)
            await asyncio.sleep(DATABASE_PAUSE)
            await self.release([(letter.entry, letter.user) for letter in letters])

    def _draft(self, letter: Letter) -> Draft | None:
        """None where there is nothing to say, or the turn fails: then `_given` finds out why."""
        if letter.heard is None or _is_unreadable(letter.heard):
            return None
        try:
            return service.draft(letter.heard)
        except Exception:  # noqa: BLE001 - one turn must not take its neighbours along
            return None

    async def without_poison(self, entries: Sequence[Entry]) -> list[Entry]:
        """Give up on messages that took their worker down too often."""
        fit = []
        for entry, user in entries:
            job = await self.redis.lindex(keys.mail(user), 0)
            letter = job and Letter(
                entry=entry, user=user, job=job, mail=MAIL.validate_json(job), heard=None, kept=()
            )
            try:
                given = letter and await self._died(letter)
            except UNAVAILABLE:  # its turn waits for the database
                given = None
            if given:
                await self._commit([(letter, given)])
            else:
                fit.append((entry, user))
        return fit

    async def _open(self, entries: Sequence[Entry]) -> list[Letter]:
        users = [user for _, user in entries]
        async with self.redis.pipeline(transaction=False) as pipe:
            for user in users:
                pipe.lindex(keys.mail(user), 0)
                pipe.get(keys.session(user))
                pipe.exists(keys.underway(user))
            found = await pipe.execute()
        mails = [MAIL.validate_json(job) if job else None for job in found[::3]]
        kept = await self.outbox.read_in_time(users)
        around = await self._around(users, mails)
        return [
            Letter(
                entry=entry,
                user=user,
                job=job,
                mail=mail,
                heard=self._heard_or_not(mail, session, *beside)
                if isinstance(mail, Talk)
                else None,
                kept=None if kept is None else kept.get(user, ()),
                underway=bool(underway),
            )
            for (entry, user), job, session, underway, mail, beside in zip(
                entries, found[::3], found[1::3], found[2::3], mails, around, strict=True
            )
            if mail
        ]

    async def _around(
        self, users: Sequence[str], mails: Sequence[Talk | Forget | None]
    ) -> list[tuple[Hold | None, Allowed, bool]]:
        """For each user: who has the conversation, whether they go too fast, if told."""
        holds = await self.handoffs.whose(users, time.time())
        told = await self.consent.told(users)
        talks = [(at, mail) for at, mail in enumerate(mails) if isinstance(mail, Talk)]
        paces = await self.pace.count([(users[at], mail.id) for at, mail in talks])
        allowed: dict[int, Allowed] = {at: each for (at, _), each in zip(talks, paces, strict=True)}
        return [
            (hold, allowed.get(at, "ok"), knows)
            for at, (hold, knows) in enumerate(zip(holds, told, strict=True))
        ]

    def _heard_or_not(
        self, said: Talk, session: str | None, hold: Hold | None, allowed: Allowed, told: bool
    ) -> Context | None:
        """None where that fails, as for an account that is served no longer; `_turn` tells why."""
        try:
            return self._heard(said, session, hold, allowed, told)
        except Exception:  # noqa: BLE001 - one message must not take its neighbours along
            return None

    def _heard(
        self, said: Talk, session: str | None, hold: Hold | None, allowed: Allowed, told: bool
    ) -> Context:
        # The same turn, tried again, opens the conversation again.
        mine = hold if hold and hold.delivery != said.id else None
        heard = self.house.listen(said, store.read(session), mine, allowed)
        return replace(heard, told=told)

    async def _commit(self, given: Sequence[tuple[Letter, Given | None]]) -> None:
        mailboxes = Mailboxes(self.redis)
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.Queue(pipe)
            answers = [(letter.entry, answer) for letter, answer in given if answer is not None]
            mailboxes.answer(queue, answers, time.time())
            for letter, answer in given:
                if answer is None:
                    mailboxes.release(queue, letter.entry, letter.user)
                elif letter.heard:
                    self._answered(pipe, letter.user, letter.heard, answer.told)
            await pipe.execute()
        carriers = [answer.id for _, answer in given if answer and answer.carrier]
        await self.outbox.settle(carriers)

    def _answered(self, pipe: Any, user: str, heard: Context, told: bool) -> None:
        self.opened(pipe, user, heard.said.kind, heard.said.received)
        if told:
            self.consent.mark(pipe, user)

    async def release(self, entries: Sequence[Entry]) -> None:
        """Acknowledge entries; users who have mail stand on the stream again."""
        if not entries:
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.Queue(pipe)
            for entry, user in entries:
                Mailboxes(self.redis).release(queue, entry, user)
            await pipe.execute()

    async def _given(self, letter: Letter, draft: Draft | None) -> Given | Postponed | None:
        """None when the turn failed and is tried again."""
        try:
            return await self._try(letter, draft)
        except UNAVAILABLE as error:
            metrics.FAILURES.labels("database").inc()
            log.warning("turn_waits_for_database", delivery=letter.mail.id, error=str(error))
            return Postponed()

    async def _try(self, letter: Letter, draft: Draft | None) -> Given | None:
        """Raises UNAVAILABLE, which is no failure of the turn."""
        try:
            match letter.mail:
                case Talk():
                    return await self._turn(letter, letter.mail, draft)
                case Forget():
                    await self._forget(letter.mail)
                    return Given(id=letter.mail.id, user=letter.user, job=letter.job, answer=None)
                case _:
                    assert_never(letter.mail)
        except UNAVAILABLE:
            raise
        except Exception as error:
            metrics.FAILURES.labels("turn").inc()
            log.exception("turn_failed", delivery=letter.mail.id)
            return await self._failed(letter, repr(error), self.settings.limits.tries)

    async def _turn(self, letter: Letter, said: Talk, draft: Draft | None) -> Given:
        heard = letter.heard or self._heard(said, None, None, "ok", told=True)
        if isinstance(heard.judged, Unreadable) and _is_unreadable(heard):
            raise heard.judged
        draft = draft or service.draft(heard)
        turn = service.turn(heard, await self.workshop.done(heard, draft))
        turn = await self._told(heard, turn)
        answer, told = self._with_consent(heard, turn)
        metrics.TURNS.labels(turn.source).inc()
        why = explain.why(turn, self.classifier.version, said.received)
        record = self.records.of(heard, replace(turn, answer=answer), why)
        session = turn.session.model_copy(update={"outcome": doubts.outcome(heard, turn)})
        letter = await self._after_earlier(await self._with_kept(letter), said)
        return await self.sealing.sealed(
            letter,
            said,
            answer,
            Notes(
                json.dumps(why, ensure_ascii=False),
                session.model_dump_json(),
                record,
                told,
            ),
        )

    async def _with_kept(self, letter: Letter) -> Letter:
        """An earlier try may have taken kept answers along, which this one must not leave behind.

        A first try can do without them: they wait for the next message.
        """
        if letter.kept is not None:
            return letter
        delivery = keys.delivery(letter.mail.id)
        if not any(await self.redis.hmget(delivery, "tries", "postponed")):
            return replace(letter, kept=())
        kept = await self.outbox.read([letter.user])
        return replace(letter, kept=kept.get(letter.user, ()))

    async def _after_earlier(self, letter: Letter, said: Talk) -> Letter:
        if not letter.underway:
            return letter
        await self.sealing.earlier(letter.user, said)
        kept = await self.outbox.read([letter.user])
        return replace(letter, kept=kept.get(letter.user, ()))

    def _with_consent(self, heard: Context, turn: Turn) -> tuple[Message | None, bool]:
        """On first contact one sentence more, that messages are kept; and whether it is there."""
        answer = turn.answer
        with_person = turn.hand_over is not None or heard.hold is not None
        is_told = heard.told or with_person or not self.settings.consent
        if is_told or turn.source in BY_THEMSELVES or not isinstance(answer, Text):
            return answer, False
        return values.join([answer, Text(content=heard.say(consent.TEXT))]), True

    async def _told(self, heard: Context, turn: Turn) -> Turn:
        """People hear what concerns them; where they have just given it back, the bot speaks."""
        said, opened = heard.said, None
        if turn.hand_over:
            opened = await self.hearing.open(agent_updates.opening(heard, turn, turn.hand_over))
        if heard.hold is None:
            await self._alert(said, turn, opened)
            return turn
        still = await self.hearing.heard(heard.hold, agent_updates.spoken(said, turn))
        if still and turn.care:
            await self._urge(still, turn.care)
        if still or not (turn.care or turn.source == "person"):
            await self._alert(said, turn, still)
            return turn
        left = replace(heard, hold=None)
        again = service.turn(left, await self.workshop.done(left, service.draft(left)))
        return await self._told(left, again) if turn.care else again

    async def _urge(self, hold: Hold, kind: CareKind) -> None:
        """The conversation that they wait in, or have, becomes urgent."""
        await self.handoffs.urge(hold, care_replies.urgency(kind), time.time())

    async def _alert(self, said: Talk, turn: Turn, hold: Hold | None) -> None:
        if turn.care:
            conversation = hold.conversation if hold else ""
            await self.alerts.raise_alert(alerts.of(said, turn.care, conversation))

    async def _failed(self, letter: Letter, error: str, most: int) -> Given | None:
        tries = await self.redis.hincrby(keys.delivery(letter.mail.id), "tries", 1)
        if tries < most:
            return None
        metrics.DEAD_LETTERS.inc()
        mail = letter.mail
        if isinstance(mail, Talk):
            letter = await self._with_kept(letter)
            failed = Text(content=self.house.text(mail.account, texts.FAILED))
            given = await self.sealing.sealed(letter, mail, failed, Notes())
        else:
            given = Given(id=mail.id, user=letter.user, job=letter.job, answer=None)
        return replace(given, error=error)

    async def _forget(self, gone: Forget) -> None:
        now = time.time()
        await self.workshop.dossiers.erase(gone.account, gone.openid, now, gone.id)
        await self.handoffs.erase(gone.account, gone.openid, now)


def _is_unreadable(heard: Context) -> bool:
    """The model failed on it, and word stems find nobody in need."""
    return isinstance(heard.judged, Unreadable) and heard.care is None


def _waits(letter: Letter, draft: Draft | None) -> bool:
    """For work beyond the model, or for an earlier answer to arrive."""
    return letter.underway or (draft is not None and draft.work is not None)
