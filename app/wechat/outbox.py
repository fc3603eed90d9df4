"""Answers that no delivery carried: out as customer-service messages, or kept for the next one."""

import time
from dataclasses import dataclass

import structlog

from app.accounts import Account, Accounts
from app.kit import metrics
from app.kit.lengths import TEXT_BYTES, cut
from app.sessions.mailbox import Mailboxes, Unclaimed
from app.wechat.client import ApiError, Client
from app.wechat.replies import legal

MESSAGES = 5  # in the 48 hours after a message of the user's

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
            left = unclaimed.answer
            if account and account.verified:
                left = await self._send(account, openid, unclaimed)
            await self.mailboxes.settle(unclaimed, keep=left)
            metrics.KEPT.labels("held" if left else "sent").inc()

    async def _send(self, account: Account, openid: str, unclaimed: Unclaimed) -> str:
        """In as many messages as the platform allows; what it didn't take is returned."""
        left = legal(unclaimed.answer).strip()
        for _ in range(MESSAGES):
            part, rest = cut(left, TEXT_BYTES)
            try:
                await self.client.send_text(account, openid, part)
            except ApiError as error:
                log.warning(
                    "customer_service_message_refused", delivery=unclaimed.id, error=str(error)
                )
                return left
            left = rest
            if not left:
                break
            await self.mailboxes.shorten(unclaimed, left)
        return left
