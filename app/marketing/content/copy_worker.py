"""Runs the jobs that write copy."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.db.tables import storable
from app.marketing.content.briefs import Briefs
from app.marketing.content.copy_jobs import CopyOrder
from app.marketing.content.copywriting import CopyVariant, CopyWriting, measure_variety
from app.marketing.jobs.values import MarketingJob, RecordProgress
from app.safety.advertising.rule_schema import NAME
from app.safety.advertising.rulebook import AdvertisingRulebook, parse_rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJobHandler:
    """Writes the variants of a job."""

    engine: AsyncEngine
    writing: CopyWriting

    async def run(self, job: MarketingJob, record: RecordProgress) -> Mapping[str, Any]:
        """The variants as JSON values, and the mean similarity of all pairs."""
        order = CopyOrder(**job.request)
        stored = await Briefs(self.engine).get(job.account, order.brief, order.brief_version)
        rulebook = await self._read_rulebook(job.account)

        async def record_count(count: int, total: int) -> None:
            await record(count / (total + 1), None)

        variants = await self.writing.write_variants(
            stored.brief, order.count, rulebook, record_count
        )
        return {
            "variants": [_describe_variant(variant) for variant in variants],
            "similarity": measure_variety(variants),
        }

    async def _read_rulebook(self, account: str) -> AdvertisingRulebook:
        content, _ = await AccountDocuments(self.engine, NAME).read(account)
        return parse_rulebook(content)


def _describe_variant(variant: CopyVariant) -> dict[str, Any]:
    described = asdict(variant)
    return described | {"text": storable(variant.text), "is_clean": variant.review.is_clean}
