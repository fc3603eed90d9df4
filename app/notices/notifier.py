"""Sends queued notices to the targets of NOTIFY; a periodic task of the worker."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from app.accounts import Accounts
from app.inbox.notice_queue import URGENT, Notices
from app.inbox.repository import Conversations
from app.inbox.states import Conversation
from app.kit.batched import finish_all
from app.notices import mail
from app.notices.robots import NoticeFailed, Robots
from app.notices.targets import Mailbox, Target
from app.notices.wording import WaitingFollower, neutralise_markup
from app.observability import metrics
from app.privacy import pii
from app.privacy.pseudonym import make_pseudonym
from app.rules.rulebook import Rulebook

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """Sends notices; failed ones are retried for as long as the follower waits."""

    targets: Sequence[Target]
    queue: Notices
    conversations: Conversations
    robots: Robots
    accounts: Accounts
    rules: Callable[[str], Rulebook]  # of an account
    address: str  # base URL of the api, for links
    key: str  # for pseudonyms
    clock: Callable[[], float] = time.time

    async def step(self) -> None:
        """Send one message to each target with due notices, all targets at once."""
        await finish_all(map(self._notify_target, self.targets))

    async def _notify_target(self, target: Target) -> None:
        now = self.clock()
        conversation_ids = await self.queue.take(target.id, now)
        if not conversation_ids:
            return
        conversations = await self.conversations.list_by_ids(conversation_ids, now)
        waiting = [self._describe_waiting(each) for each in conversations if _is_awaited(each)]
        ids = [each.conversation for each in waiting]
        await self.queue.finish(
            target.id, [id_ for id_ in conversation_ids if id_ not in ids], sent=False
        )
        if not waiting:
            return
        try:
            await self._send_notice(target, waiting, now)
        except NoticeFailed as failed:
            metrics.NOTICES.labels(target.kind, "failed").inc()
            pause = await self.queue.postpone(target.id, ids, self.clock(), failed.pause)
            log.warning("notice_failed", kind=target.kind, target=target.id, place=target.place,
                        error=str(failed), conversations=len(ids), again_in=pause)  # fmt: skip
            return
        await self.queue.finish(target.id, ids)
        metrics.NOTICES.labels(target.kind, "sent").inc()

    async def _send_notice(
        self, target: Target, waiting: Sequence[WaitingFollower], now: float
    ) -> None:
        if isinstance(target, Mailbox):
            await mail.send_mail(target, waiting, now)
        else:
            await self.robots.send(target, waiting, now)

    def _describe_waiting(self, conversation: Conversation) -> WaitingFollower:
        account = self.accounts.get(conversation.account)
        return WaitingFollower(
            conversation=conversation.id,
            account=conversation.account,
            brand=account.brand if account else conversation.account,
            follower=make_pseudonym(conversation.openid, self.key),
            reason=conversation.reason,
            title=conversation.title,
            summary=neutralise_markup(pii.mask(conversation.summary)),
            waiting_since=conversation.opened_at,
            urgent=conversation.reason in URGENT,
            link=f"{self.address}/api/v1/conversations/{conversation.id}",
            zone=self.rules(conversation.account).zone,
        )


def _is_awaited(conversation: Conversation) -> bool:
    """Whether agents still need the notice: the conversation waits, or its reason is urgent."""
    return conversation.state == "waiting" or conversation.reason in URGENT
