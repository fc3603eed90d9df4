"""Runs jobs that get no reply: erasures, sessions of WeChat's desk, reports on posts."""

import time
from dataclasses import dataclass

from app.delivery.record_queue import TurnRecords
from app.inbox import wechat_desk
from app.inbox.service import Handoffs
from app.jobs import DeskSessionJob, EraseFollowerJob, PublishReportJob
from app.marketing.events.callback_events import CallbackEvents
from app.privacy.subject_data import SubjectData
from app.publishing.frequency.ledger import FrequencyLedger
from app.publishing.sending.reports import PublishReports
from app.touchpoints.qr.scan_events import ScanEvents
from app.worker.turn_records import read_event_records, read_scan_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentJobs:
    """Changes what is stored of a follower or a post. All steps are safe to repeat."""

    subject_data: SubjectData
    handoffs: Handoffs
    publish_reports: PublishReports
    scan_events: ScanEvents
    frequency_ledger: FrequencyLedger
    callback_events: CallbackEvents

    async def run(self, job: EraseFollowerJob | DeskSessionJob | PublishReportJob) -> None:
        """Run the job. Raises UNAVAILABLE."""
        match job:
            case EraseFollowerJob():
                await self._erase_follower(job)
            case DeskSessionJob():
                await wechat_desk.record_session(self.handoffs, job)
            case PublishReportJob():
                await self.publish_reports.record(job)

    async def _erase_follower(self, erasure: EraseFollowerJob) -> None:
        """Erase a follower: all data, and the conversations with agents."""
        now = time.time()
        await self._record_last_events(erasure, now)
        await self.subject_data.erase(erasure.account, erasure.openid, now, erasure.id)
        await self.handoffs.erase(erasure.account, erasure.openid, now)
        await self.frequency_ledger.erase(erasure.account, erasure.openid)

    async def _record_last_events(self, erasure: EraseFollowerJob, now: float) -> None:
        """Store what stays as counts before the follower's records are erased."""
        account, openid = erasure.account, erasure.openid
        records = await TurnRecords(self.subject_data.redis).find(account, openid)
        await self.scan_events.write(read_scan_rows(records))
        await self.callback_events.write(read_event_records(records))
        if erasure.is_unfollow:
            await self.scan_events.record_unfollow(account, openid, erasure.id, now)
            await self.callback_events.record_unfollow(account, openid, erasure.id, now)
