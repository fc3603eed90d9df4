"""Answers the copies of a message (WeChat's HTTP requests, up to three): queues its job once, and
waits for its reply in each copy.

A reply that is not ready when the third copy, the last, has to be answered is given up here
(`_build_late_reply`): `app.delivery.undelivered` moves it to the outbox.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError

from app.account_rights.values import AccountRight
from app.accounts import Account
from app.delivery.reply_channel import ReplyChannel
from app.delivery.stored_replies import parse_stored_reply
from app.delivery.unqueued_jobs import UnqueuedJobs
from app.delivery.user_queue import MAX_COPIES, Admission, UserQueues
from app.errors import JobNotStored
from app.jobs import MessageJob, TurnJob
from app.messages import texts
from app.messages.phrases import TextOf
from app.messages.values import Message, Text
from app.observability import metrics
from app.redis import keys
from app.settings import Timing
from app.wechat.callback import values
from app.wechat.callback.jobs import build_job

# Records what needs no reply: that a link of the menu was opened. Never raises.
RecordView = Callable[[Account, values.Message], Awaitable[None]]

log = structlog.get_logger()

RETRY_PAUSE = 0.2  # seconds between tries while Redis is away
LAST_MOMENT = 0.1  # seconds to wait for a reply that was committed as the wait ended
REMEMBERED = 10_000  # messages whose first copy this process remembers


@dataclass(frozen=True, slots=True)
class PassiveReply:
    """The reply in the response to one copy; None: the response is `success`."""

    reply: Message | None = None
    id: str | None = None  # of the delivery, when the reply must be confirmed in Redis
    user: str = ""


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """Answers all copies of a message with one reply.

    While the job can't be queued, the reply is `BUSY`; a job without a reply is stored on disk.
    """

    user_queues: UserQueues
    reply_channel: ReplyChannel
    timing: Timing
    unqueued_jobs: UnqueuedJobs
    text: TextOf
    record_view: RecordView
    _first_seen: "OrderedDict[str, float]" = field(default_factory=OrderedDict)

    async def answer_message(self, account: Account, message: values.Message) -> PassiveReply:
        """Queue the message's job if it is new, and wait for the reply within `reply_within`.

        Raises JobNotStored.
        """
        job = build_job(account, message, time.time())
        if job is None:
            await self.record_view(account, message)
            return PassiveReply()
        deadline = time.monotonic() + self.timing.reply_within
        age = self._message_age(job.id)
        try:
            return await self._join_copies(job, account, message.created, deadline)
        except (RedisError, OSError) as error:
            log.error("redis_away", delivery=job.id, error=repr(error))
            metrics.FAILURES.labels("admit").inc()
            if not isinstance(job, MessageJob):
                return await self._store_job(job, deadline)
            if age < self.timing.last_delivery_after:
                await self._wait_for_hang_up(deadline)
            return self._build_busy_reply(account)

    async def _answer_full_queue(
        self, job: TurnJob, account: Account, deadline: float
    ) -> PassiveReply:
        metrics.REFUSED.labels("overloaded").inc()
        if not isinstance(job, MessageJob):
            return await self._store_job(job, deadline)
        return self._build_busy_reply(account)

    async def _store_job(self, job: TurnJob, deadline: float) -> PassiveReply:
        """Store a job that can't be queued now. Raises JobNotStored once WeChat has hung up."""
        try:
            await asyncio.to_thread(self.unqueued_jobs.add, job)
        except OSError as error:
            log.error("job_not_stored", delivery=job.id, error=repr(error))
            await self._wait_for_hang_up(deadline)
            raise JobNotStored(
                "neither Redis nor DATA_DIR takes the event: send it again"
            ) from error
        log.warning("job_stored", delivery=job.id)
        return PassiveReply()

    async def _wait_for_hang_up(self, deadline: float) -> None:
        """Wait until WeChat has hung up: it repeats only what it got no response to."""
        await asyncio.sleep(deadline - time.monotonic() + self._past_hang_up)

    def _build_busy_reply(self, account: Account) -> PassiveReply:
        return PassiveReply(Text(content=self.text(account.name, texts.BUSY)))

    @property
    def _past_hang_up(self) -> float:
        return self.timing.hold_until - self.timing.reply_within

    def _message_age(self, id: str) -> float:  # noqa: A002
        """Seconds since this process first received the message."""
        now = time.monotonic()
        first = self._first_seen.setdefault(id, now)
        while len(self._first_seen) > REMEMBERED:
            self._first_seen.popitem(last=False)
        return now - first

    async def _join_copies(
        self, job: TurnJob, account: Account, created: int, deadline: float
    ) -> PassiveReply:
        token, future = self.reply_channel.register()
        waiter = f"{self.reply_channel.api} {token} {time.time() + self.timing.reply_within + 0.3}"
        try:
            admission = await self._admit_job(job, waiter, deadline)
            match admission.outcome:
                case "full":
                    return await self._answer_full_queue(job, account, deadline)
                case "done":
                    return PassiveReply()
                case "reply":
                    return self._build_reply(job, admission.reply, admission.copy)
                case _:
                    copy = self._number_copy(admission.copy, created)
                    reply_json = await self._wait_for_reply(job.id, future, waiter, copy, deadline)
                    if reply_json is not None:
                        return self._build_reply(job, parse_stored_reply(job.id, reply_json), copy)
                    return self._build_late_reply(job, account, copy)
        finally:
            future.cancel()

    def _number_copy(self, copies_counted: int, created: int) -> int:
        """The number of this copy, 1 to 3. By its age, a later one counts as the third: an
        earlier one may have reached a dead process.
        """
        age = time.time() - created  # CreateTime has whole seconds
        is_last = copies_counted > 1 and age >= self.timing.last_delivery_after + 1
        return MAX_COPIES if is_last else copies_counted

    def _build_reply(self, job: TurnJob, reply: Message | None, copy: int) -> PassiveReply:
        if reply is None:
            return PassiveReply()
        metrics.ANSWERED.labels(str(min(copy, MAX_COPIES))).inc()
        return PassiveReply(reply, job.id, keys.user(job.account, job.openid))

    def _build_late_reply(self, job: TurnJob, account: Account, copy: int) -> PassiveReply:
        """The response without a reply in time: nothing; to the last copy, where the account may
        not send the reply on its own, the text that tells the follower how to get it.
        """
        metrics.DELIVERIES.labels("late").inc()
        pushes = account.may(AccountRight.CUSTOMER_MESSAGES)
        if copy < MAX_COPIES or pushes or not isinstance(job, MessageJob):
            return PassiveReply()
        link = texts.STILL_WRITING_LINK
        return PassiveReply(Text(content=self.text(account.name, texts.STILL_WRITING, link=link)))

    async def _admit_job(self, job: TurnJob, waiter: str, deadline: float) -> Admission:
        user, waited = keys.user(job.account, job.openid), False
        while True:
            try:
                return await self.user_queues.admit(
                    job.id, user, job.model_dump_json(), waiter, time.time(), waited=waited
                )
            except (RedisError, OSError):
                if time.monotonic() + RETRY_PAUSE > deadline:
                    raise
                await asyncio.sleep(RETRY_PAUSE)
                waited = True

    async def _wait_for_reply(
        self,
        id: str,  # noqa: A002
        future: "asyncio.Future[str]",
        waiter: str,
        copy: int,
        deadline: float,
    ) -> str | None:
        """The reply as JSON; None where it didn't come in time."""
        patience = deadline - time.monotonic()
        if copy < MAX_COPIES:  # WeChat hangs up and repeats; `success` would stop it from that
            patience += self._past_hang_up
        done, _ = await asyncio.wait({future}, timeout=patience)
        if not done and await self.user_queues.stop_waiting(id, waiter):
            # The reply was committed just now; if to this waiter, it is in our stream already.
            done, _ = await asyncio.wait({future}, timeout=LAST_MOMENT)
        return future.result() if done else None
