"""Checks ads that are given as texts, not as approved drafts, before they are exported."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.marketing.ads.fitting import AdText
from app.publishing.approval_policy import NAME as APPROVAL_POLICY
from app.publishing.approval_policy import ApprovalRules, OpenPoint, is_reason, refuse_open_points
from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.stored_rules import read_account_rulebook
from app.safety.advertising.values import Industry

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RawAdCheck:
    """Checks the texts by the account's rules of advertising and its industry."""

    engine: AsyncEngine

    async def approve(self, account: str, ads: Sequence[AdText], *, by: str, reason: str) -> None:
        """Raises OpenFindings with what the law forbids in the ads, unless `by` signs for it with
        a `reason`; the signature is logged.
        """
        points = await self._list_open_points(account, ads)
        if not (by.strip() and is_reason(reason)):
            refuse_open_points(points)
        elif points:
            log.info("unlawful_ads_signed", account=account, by=by, reason=reason, ads=len(ads))

    async def _list_open_points(self, account: str, ads: Sequence[AdText]) -> list[OpenPoint]:
        policy, _ = await AccountDocuments(self.engine, APPROVAL_POLICY).read(account)
        industry = ApprovalRules.model_validate(policy or {}).industry
        rulebook = await read_account_rulebook(self.engine, account)
        return await asyncio.to_thread(_find_open_points, ads, industry, rulebook)


def _find_open_points(
    ads: Sequence[AdText], industry: Industry, rulebook: AdvertisingRulebook
) -> list[OpenPoint]:
    return [
        OpenPoint(each.text, f"ads[{at}]“{each.text}”（{each.title}，{each.law}）")
        for at, ad in enumerate(ads)
        for each in check(f"{ad.title}\n{ad.description}", industry, rulebook)
    ]
