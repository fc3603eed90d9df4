"""The worker: takes users who have mail, answers them in one batch, acknowledges last."""

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import httpx
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.accounts import Accounts
from app.db.turns import TurnLog
from app.dialogue import explain, templates
from app.dialogue.service import Dialogue, readable
from app.inference.local import LocalClassifier
from app.inference.ports import Judgement, Unreadable
from app.jobs import ASK, MAIL, Classify, Forget, Preview, Talk
from app.kit import metrics
from app.sessions import keys, store
from app.sessions.mailbox import Given, Mailboxes
from app.settings import Settings
from app.wechat.client import Client
from app.wechat.outbox import Outbox

log = structlog.get_logger()

TAKE = 64  # users a batch: 850 tokens at 13 a message, two or three forward passes
GATHER = 0.005  # seconds, at most GATHERINGS times: only after a larger batch
GATHERINGS = 6
HEARTBEAT = 1.0  # seconds between signs of life for what is in flight


@dataclass(frozen=True, slots=True)
class Letter:
    """One user's next message, with all that its turn needs."""

    entry: str
    user: str
    job: str
    mail: Talk | Forget
    session: str | None
    held: tuple[str, ...]


Judged = tuple[Letter, Judgement | Unreadable | None]


@dataclass(slots=True)
class Worker:
    """One of any number in the consumer group."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    dialogue: Dialogue
    accounts: Accounts
    turns: TurnLog
    outbox: Outbox
    settings: Settings
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _in_flight: dict[str, set[str]] = field(
        default_factory=lambda: {keys.TALK: set(), keys.ASKS: set()}
    )
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last_batch: int = 0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _records: list[dict[str, Any]] = field(default_factory=list)

    async def run(self) -> None:
        """Work until `stop`; then finish what is in flight."""
        while not (self._stopping.is_set() or await self._tried(self._begin)):
            pass
        # Two hands: while one batch computes, the other is written down.
        steps = (self._work, self._work, self._ask, self._show_life, self._claim, self._record)
        await asyncio.gather(*(self._until_stopped(step) for step in steps))
        await self._record()

    def stop(self) -> None:
        """Take nothing new."""
        self._stopping.set()

    async def _begin(self) -> None:
        await self._join_group()
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)

    async def _join_group(self) -> None:
        for stream in (keys.TALK, keys.ASKS):
            with contextlib.suppress(ResponseError):  # it exists already
                await self.redis.xgroup_create(stream, keys.GROUP, "0", mkstream=True)

    async def _until_stopped(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            await self._tried(step)

    async def _tried(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Whether it went through; a short pause where it didn't."""
        try:
            await step()
            return True
        except (RedisError, OSError) as error:
            log.warning("worker_waits_for_redis", error=repr(error))
            await asyncio.sleep(0.2)
            with contextlib.suppress(RedisError, OSError):
                await self._join_group()  # a Redis that lost its data lost the group too
        except Exception:
            metrics.FAILURES.labels("worker").inc()
            log.exception("worker_failed")
            await asyncio.sleep(0.2)
        return False

    # --- Conversation --------------------------------------------------------------------------

    async def _work(self) -> None:
        # One hand reads and computes at a time, so that what arrives meanwhile is one batch;
        # the other writes down what it has computed.
        async with self._reading:
            entries = await self._take()
            if not entries:
                return
            mine = self._in_flight[keys.TALK]
            mine.update(entry for entry, _ in entries)
            try:
                judged = await self._judge(entries)
            except BaseException:
                mine.difference_update(entry for entry, _ in entries)
                raise
        await self._write(entries, judged)

    async def _take(self) -> list[tuple[str, str]]:
        found = await self._read(block=500)
        for _ in range(GATHERINGS):
            if not found or len(found) >= self._last_batch:
                break
            # The senders of the last batch are just writing again: the first of them would
            # otherwise be a batch of its own, at twice the cost a text.
            await asyncio.sleep(GATHER)
            found += await self._read(block=None)
        self._last_batch = min(len(found), TAKE)
        return found

    async def _read(self, block: int | None) -> list[tuple[str, str]]:
        found = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.TALK: ">"}, count=TAKE, block=block
        )
        return [(entry, fields["user"]) for _, entries in found or [] for entry, fields in entries]

    async def answer(self, entries: Sequence[tuple[str, str]]) -> None:
        """One turn for each user who stands on the stream."""
        self._in_flight[keys.TALK].update(entry for entry, _ in entries)
        await self._write(entries, await self._judge(entries))

    async def _judge(self, entries: Sequence[tuple[str, str]]) -> list[Judged]:
        letters = await self._open(entries)
        readable_ = [letter for letter in letters if _text(letter)]
        judged = await self.dialogue.classifier.classify([_text(x) for x in readable_])
        by_entry = {x.entry: j for x, j in zip(readable_, judged, strict=True)}
        return [(x, by_entry.get(x.entry)) for x in letters]

    async def _write(self, entries: Sequence[tuple[str, str]], judged: list[Judged]) -> None:
        try:
            opened = {letter.entry for letter, _ in judged}
            await self._release([e for e in entries if e[0] not in opened])
            await self._commit([(letter, await self._given(letter, j)) for letter, j in judged])
        finally:
            mine = self._in_flight[keys.TALK]
            mine.difference_update(entry for entry, _ in entries)

    async def _open(self, entries: Sequence[tuple[str, str]]) -> list[Letter]:
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

    async def _release(self, entries: Sequence[tuple[str, str]]) -> None:
        if not entries:
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            for entry, user in entries:
                Mailboxes(self.redis).release(pipe, entry, user)
            await pipe.execute()

    async def _given(self, letter: Letter, judged: Judgement | Unreadable | None) -> Given | None:
        """None when the turn failed and is tried again."""
        try:
            match letter.mail:
                case Talk():
                    return self._turn(letter, letter.mail, judged)
                case Forget():
                    await self._forget(letter.mail)
                    return Given(letter.mail.id, letter.user, letter.job, "")
                case _:
                    assert_never(letter.mail)
        except Exception as error:
            metrics.FAILURES.labels("turn").inc()
            log.exception("turn_failed", delivery=letter.mail.id)
            return await self._failed(letter, repr(error))

    def _turn(self, letter: Letter, said: Talk, judged: Judgement | Unreadable | None) -> Given:
        if isinstance(judged, Unreadable):
            raise judged
        account = accounts.get(self.accounts, said.account)
        turn = self.dialogue.answer(said, account, store.read(letter.session), judged)
        riding = explain.riding(letter.held, turn.answer)
        answer = "\n\n".join([*letter.held[:riding], turn.answer])
        metrics.TURNS.labels(turn.source).inc()
        why = explain.why(turn, self.dialogue.classifier.version, said.received)
        self._records.append(explain.record(said, turn, why))
        return Given(
            said.id,
            letter.user,
            letter.job,
            answer,
            json.dumps(why, ensure_ascii=False),
            turn.session.model_dump_json(),
            self.settings.timing.session,
            riding,
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

    # --- What the CMS asks ---------------------------------------------------------------------

    async def _ask(self) -> None:
        found = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.ASKS: ">"}, count=1, block=500
        )
        if not found:
            return
        [(_, [(entry, fields)])] = found
        self._in_flight[keys.ASKS].add(entry)
        try:
            await self._answer_ask(fields["job"])
        finally:
            self._in_flight[keys.ASKS].discard(entry)
            await self._drop_ask(entry)

    async def _drop_ask(self, entry: str) -> None:
        await self.redis.xack(keys.ASKS, keys.GROUP, entry)
        await self.redis.xdel(keys.ASKS, entry)

    async def _answer_ask(self, job: str) -> None:
        ask = ASK.validate_json(job)
        match ask:
            case Classify():
                judged = await self.dialogue.classifier.classify(ask.texts)
                found: Any = [_understood(j) for j in judged]
            case Preview():
                found = await self._preview(ask)
            case _:
                assert_never(ask)
        api, token = ask.waiter.split(" ")
        answer = json.dumps(found, ensure_ascii=False)
        await self.redis.xadd(keys.answers(api), {"t": token, "a": answer}, maxlen=10_000)

    async def _preview(self, ask: Preview) -> dict[str, Any]:
        account = accounts.get(self.accounts, ask.account)
        user = keys.user(ask.account, ask.openid)
        said = Talk(
            id=uuid.uuid4().hex,
            account=ask.account,
            openid=ask.openid,
            kind="text",
            text=ask.text,
            received=time.time(),
        )
        text = readable(said)
        judged = (await self.dialogue.classifier.classify([text]))[0] if text else None
        session = store.read(await self.redis.get(keys.session(user)))
        turn = self.dialogue.answer(said, account, session, judged)
        why = explain.why(turn, self.dialogue.classifier.version, said.received)
        return {"reply": turn.answer} | why

    # --- Keeping house -------------------------------------------------------------------------

    async def _show_life(self) -> None:
        await self._pause()
        for stream, entries in self._in_flight.items():
            if entries:
                await self.redis.xclaim(
                    stream, keys.GROUP, self.name, 0, list(entries), justid=True
                )
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)
        metrics.QUEUE.set(await self.redis.xlen(keys.TALK))

    async def _claim(self) -> None:
        """Take over from workers that show no life, and send out what no delivery carried."""
        await self._pause()
        silent = int(self.settings.timing.claim_after * 1000)
        _, entries, *_ = await self.redis.xautoclaim(
            keys.TALK, keys.GROUP, self.name, silent, count=TAKE
        )
        taken = [(entry, fields["user"]) for entry, fields in entries if fields]
        if taken:
            log.warning("claimed_from_dead_worker", users=len(taken))
            await self.answer(await self._without_poison(taken))
        _, asks, *_ = await self.redis.xautoclaim(
            keys.ASKS, keys.GROUP, self.name, silent, count=TAKE
        )
        for entry, _ in asks:  # whoever asked has heard an error by now
            await self._drop_ask(entry)
        await self.outbox.empty()

    async def _without_poison(self, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
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

    async def _record(self) -> None:
        await self._pause()
        rows, self._records = self._records, []
        if rows:
            try:
                await self.turns.write(rows)
                await self._forget_what_was_late(rows)
            except BaseException:
                self._records = rows + self._records
                raise

    async def _forget_what_was_late(self, rows: list[dict[str, Any]]) -> None:
        """Another worker may have erased a follower while rows of theirs waited here."""
        whose = sorted({(row["account"], row["openid"]) for row in rows})
        forgotten = await self.redis.mget([keys.forgotten(keys.user(*each)) for each in whose])
        for (account, openid), when in zip(whose, forgotten, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT):
                await self._stopping.wait()


@contextlib.asynccontextmanager
async def open_worker(
    settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[Worker]:
    """A worker with its models warm. Raises BadSettings when DEVICE isn't there."""
    classifier = await asyncio.to_thread(
        LocalClassifier, settings.device, settings.threads, settings.limits.batch_tokens
    )
    try:
        await classifier.classify(["你好"])  # the first pass is slow: nobody should wait for it
        known = accounts.load(settings)
        async with httpx.AsyncClient(base_url=settings.wechat_api_base) as http:
            outbox = Outbox(Mailboxes(redis), Client(http, redis), known)
            yield Worker(redis, Dialogue(classifier), known, TurnLog(engine), outbox, settings)
    finally:
        classifier.close()


def _text(letter: Letter) -> str:
    return readable(letter.mail) if isinstance(letter.mail, Talk) else ""


def _understood(judgement: Judgement | Unreadable) -> dict[str, Any] | None:
    return None if isinstance(judgement, Unreadable) else explain.judged(judgement)
