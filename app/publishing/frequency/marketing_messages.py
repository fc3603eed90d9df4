"""Sends one follower a template or a marketing text, within the account's frequency cap.

A template counts when it is sent here; answers of the service don't come this way. The platform
allows no marketing in template messages: what they say is the caller's responsibility.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.errors import Refusal
from app.jobs import SendMarketingMessage
from app.messages.values import Message, Text
from app.publishing.frequency.cap import FrequencyCap
from app.publishing.frequency.ledger import MessageKind
from app.publishing.sending.outcomes import was_refused
from app.redis import keys
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.customer_service import CustomerServiceMessages
from app.wechat.client.families.templates import TemplateMessage, Templates
from app.wechat.client.follower_quota import QuotaLedger

SILENT = 45015  # for 48 hours, or unfollowed
USED_UP = 45047


class EmptyMessage(Refusal):
    """Neither a template nor a text."""

    status = 422
    name = "empty_message"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingMessages:
    """Counts a message before it is sent; what the platform refuses doesn't count."""

    cap: FrequencyCap
    templates: Templates
    customer_service: CustomerServiceMessages
    quota: QuotaLedger

    async def send(self, account: Account, request: SendMarketingMessage) -> dict[str, Any]:
        """Send it once. Raises EmptyMessage, SentBefore, FrequencyCapReached, ApiError."""
        if not request.template_id and not request.text.strip():
            raise EmptyMessage("请填写 template_id 或 text。")
        if not request.template_id:
            text = Text(content=request.text)
            await self.send_message(account, request.openid, request.source, text)
            return {"source": request.source, "kind": "customer_service"}
        template = TemplateMessage(
            openid=request.openid,
            template_id=request.template_id,
            data=request.data,
            url=request.url,
        )
        async with self._counting(account, request.openid, request.source, "template"):
            await self.templates.send(account, template)
        return {"source": request.source, "kind": "template"}

    async def send_message(
        self, account: Account, openid: str, source: str, message: Message
    ) -> None:
        """Send a customer-service message. Raises SentBefore, FrequencyCapReached, ApiError."""
        user = keys.user(account.name, openid)
        async with self._counting(account, openid, source, "customer_service"):
            try:
                await self.customer_service.send(account, openid, message)
            except ApiError as error:
                await self._correct_quota(user, error)
                raise
        await self.quota.record_sent(user)

    async def _correct_quota(self, user: str, error: ApiError) -> None:
        """Take over what a refusal tells of the follower's quota."""
        if error.code == SILENT:
            await self.quota.mark_closed(user)
        elif error.code == USED_UP:
            await self.quota.mark_used_up(user)

    @asynccontextmanager
    async def _counting(
        self, account: Account, openid: str, source: str, kind: MessageKind
    ) -> AsyncIterator[None]:
        """Count a message before it is sent, and not where the platform refuses it."""
        await self.cap.reserve_one(account, openid, source, kind)
        try:
            yield
        except (ApiError, InvalidField) as error:
            if isinstance(error, InvalidField) or was_refused(error):
                await self.cap.ledger.forget(account.name, source, openid)
            raise
