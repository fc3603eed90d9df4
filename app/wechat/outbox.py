"""Answers that no delivery carried: out as customer-service messages, or kept for the next one."""

import time
from dataclasses import dataclass

import structlog

from app.accounts import Account, Accounts
from app.kit import metrics
from app.sessions.mailbox import Mailboxes, Unclaimed
from app.wechat.client import ApiError, Client
from app.wechat.replies import clip

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outbox:
    """Each answer goes one way: `sent` (verified accounts) or `held`."""

    mailboxes: Mailboxes
    client: Client
    accounts: Accounts

    async def empty(self) -> None:
        """Look after all answers that are due."""
        for unclaimed in await self.mailboxes.lease_unclaimed(time.time()):
            name, _, openid = unclaimed.user.partition(":")
            account = self.accounts.get(name)
            sent = bool(account and account.verified) and await self._sent(
                account, openid, unclaimed
            )
            await self.mailboxes.settle(unclaimed, keep=not sent)
            metrics.KEPT.labels("sent" if sent else "held").inc()

    async def _sent(self, account: Account | None, openid: str, unclaimed: Unclaimed) -> bool:
        assert account is not None
        try:
            await self.client.send_text(account, openid, clip(unclaimed.answer))
        except ApiError as error:
            log.warning("customer_service_message_refused", delivery=unclaimed.id, error=str(error))
            return False
        return True
