"""Holds marketing messages to the account's frequency cap, and counts those that are sent."""

from collections.abc import Callable
from dataclasses import dataclass

from app.accounts import Account
from app.db.account_documents import AccountDocuments
from app.errors import Refusal
from app.publishing.frequency.ledger import FrequencyLedger, MessageKind
from app.publishing.frequency.policy import FrequencyRules
from app.publishing.sending.audiences import Recipients


class FrequencyCapReached(Refusal):
    """The follower got as many marketing messages this month as the account allows."""

    status = 429
    name = "frequency_cap_reached"


class SentBefore(Refusal):
    """A message of this source was sent to the follower before, or may have been."""

    status = 409
    name = "sent_before"


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """Counts before the call, so that a crash can't lose what was sent; a refusal takes it back."""

    ledger: FrequencyLedger
    documents: AccountDocuments  # of the name `policy.NAME`
    clock: Callable[[], float]

    async def read_rules(self, account: str) -> FrequencyRules:
        """The account's cap, or the default."""
        content, _ = await self.documents.read(account)
        return FrequencyRules.model_validate(content or {})

    async def find_fault(self, account: Account, recipients: Recipients, source: str) -> str:
        """Why a mass send isn't made, or ""."""
        rules = await self.read_rules(account.name)
        capped = await self._count_capped(account.name, recipients, rules, source)
        return rules.find_fault(capped, recipients.count)

    async def count_mass(self, account: Account, recipients: Recipients, source: str) -> None:
        """Count a mass send for its recipients. Safe to repeat."""
        now = self.clock()
        if recipients.tag_id is None:
            await self.ledger.add_to_all(account.name, source, now)
        else:
            await self.ledger.add(account.name, recipients.openids, source, "mass", now)

    async def reserve_one(
        self, account: Account, openid: str, source: str, kind: MessageKind
    ) -> None:
        """Count a message to one follower. Raises SentBefore, FrequencyCapReached."""
        rules, now = await self.read_rules(account.name), self.clock()
        if not await self.ledger.add(account.name, [openid], source, kind, now):
            raise SentBefore(f"编号为 {source} 的消息已经给这位粉丝发过，没有再发。")
        count = await self.ledger.count(account.name, openid, now, but=source)
        if not rules.allows(count):
            await self.ledger.forget(account.name, source, openid)
            raise FrequencyCapReached(
                f"这位粉丝本月已收到 {count} 条营销消息，上限是 {rules.monthly} 条，没有再发。"
            )

    async def count_capped_followers(self, account: str) -> int:
        """How many followers got their share of this month, beside what went to all."""
        rules, now = await self.read_rules(account), self.clock()
        to_all = await self.ledger.count_to_all(account, now)
        least = max(rules.monthly - to_all, 1)
        return await self.ledger.count_capped(account, now, least=least)

    async def _count_capped(
        self, account: str, recipients: Recipients, rules: FrequencyRules, source: str
    ) -> int:
        now = self.clock()
        to_all = await self.ledger.count_to_all(account, now, but=source)
        if not rules.allows(to_all):
            return recipients.count
        openids = None if recipients.tag_id is None else recipients.openids
        least = rules.monthly - to_all
        return await self.ledger.count_capped(account, now, least=least, openids=openids)
