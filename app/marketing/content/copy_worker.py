"""Runs the jobs that write copy, one at a time in each worker."""

import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.db.tables import storable
from app.errors import Refusal
from app.marketing.content.briefs import Briefs
from app.marketing.content.copy_jobs import CopyJob, CopyJobs
from app.marketing.content.copywriting import CopyVariant, CopyWriting, measure_variety
from app.safety.advertising.rule_schema import NAME
from app.safety.advertising.rulebook import AdvertisingRulebook, parse_rulebook

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWorker:
    """Takes the oldest job, writes its variants and stores them."""

    engine: AsyncEngine
    jobs: CopyJobs
    writing: CopyWriting
    worker: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def run_next(self) -> None:
        """Run one job, if one waits. A job that fails says why; it doesn't stop the others."""
        job = await self.jobs.lease_next(self.worker)
        if job is None:
            return
        try:
            await self._write(job)
        except Refusal as error:
            await self.jobs.fail(job, self.worker, str(error))
        except Exception as error:  # the next job must run
            log.exception("copy_job_failed", job=job.id)
            await self.jobs.fail(
                job, self.worker, f"写作时出错（{type(error).__name__}），请查看日志"
            )

    async def _write(self, job: CopyJob) -> None:
        stored = await Briefs(self.engine).get(job.account, job.brief, job.brief_version)
        rulebook = await self._read_rulebook(job.account)

        async def record(done: int, total: int) -> None:
            await self.jobs.record_progress(job, self.worker, done / (total + 1))

        variants = await self.writing.write_variants(stored.brief, job.count, rulebook, record)
        rows = [_describe_variant(variant) for variant in variants]
        await self.jobs.finish(job, self.worker, rows, measure_variety(variants))

    async def _read_rulebook(self, account: str) -> AdvertisingRulebook:
        content, _ = await AccountDocuments(self.engine, NAME).read(account)
        return parse_rulebook(content)


def _describe_variant(variant: CopyVariant) -> dict[str, Any]:
    described = asdict(variant)
    return described | {"text": storable(variant.text), "is_clean": variant.review.is_clean}
