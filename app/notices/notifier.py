"""Takes from the queue who waits, and tells the targets of NOTIFY: a chore of the worker."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from app.accounts import Accounts
from app.inbox.notice_queue import URGENT, Notices
from app.inbox.repository import Conversations
from app.inbox.states import Conversation
from app.notices import mail
from app.notices.robots import NoticeFailed, Robots
from app.notices.targets import Mailbox, Target
from app.notices.wording import Waiting, harmless
from app.observability import metrics
from app.privacy import pii
from app.privacy.pseudonym import pseudonym
from app.rules.rulebook import Rulebook

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """What isn't taken is tried again for as long as the follower waits."""

    targets: Sequence[Target]
    queue: Notices
    conversations: Conversations
    robots: Robots
    accounts: Accounts
    rules: Callable[[str], Rulebook]  # of an account
    address: str  # where people reach the api
    key: str  # of pseudonyms
    clock: Callable[[], float] = time.time

    async def step(self) -> None:
        """One message to each target that has something to hear. A slow one keeps up no other."""
        results = await asyncio.gather(*map(self._tell, self.targets), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _tell(self, target: Target) -> None:
        now = self.clock()
        taken = await self.queue.take(target.id, now)
        if not taken:
            return
        held = await self.conversations.of_ids(taken, now)
        waiting = [self._waiting(each) for each in held if _is_awaited(each)]
        ids = [each.conversation for each in waiting]
        await self.queue.finish(target.id, [id_ for id_ in taken if id_ not in ids], sent=False)
        if not waiting:
            return
        try:
            await self._send(target, waiting, now)
        except NoticeFailed as failed:
            metrics.NOTICES.labels(target.kind, "failed").inc()
            pause = await self.queue.postpone(target.id, ids, self.clock(), failed.pause)
            log.warning("notice_failed", kind=target.kind, target=target.id, place=target.place,
                        error=str(failed), conversations=len(ids), again_in=pause)  # fmt: skip
            return
        await self.queue.finish(target.id, ids)
        metrics.NOTICES.labels(target.kind, "sent").inc()

    async def _send(self, target: Target, waiting: Sequence[Waiting], now: float) -> None:
        if isinstance(target, Mailbox):
            await mail.send(target, waiting, now)
        else:
            await self.robots.send(target, waiting, now)

    def _waiting(self, held: Conversation) -> Waiting:
        account = self.accounts.get(held.account)
        return Waiting(
            conversation=held.id,
            account=held.account,
            brand=account.brand if account else held.account,
            follower=pseudonym(held.openid, self.key),
            reason=held.reason,
            title=held.title,
            summary=harmless(pii.mask(held.summary)),
            opened=held.opened,
            urgent=held.reason in URGENT,
            link=f"{self.address}/api/v1/conversations/{held.id}",
            zone=self.rules(held.account).zone,
        )


def _is_awaited(held: Conversation) -> bool:
    """Nobody has come; or somebody has, and it has become urgent since."""
    return held.state == "waiting" or held.reason in URGENT
