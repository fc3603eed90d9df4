"""Fetches due days of statistics. Runs in every worker; what a crash interrupted is due again."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account, Accounts
from app.publishing.statistics import plan
from app.publishing.statistics.fetch_log import FetchLog
from app.publishing.statistics.plan import SpanFetch
from app.publishing.statistics.queries import StatisticsQueries
from app.publishing.statistics.values import Dataset, Figures
from app.wechat.client.core import PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.client.families.statistics.article_statistics import ArticleStatistics
from app.wechat.client.families.statistics.datacube import Datacube

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsFetcher:
    """Asks the platform for the days that are due, account by account."""

    days: FetchLog
    queries: StatisticsQueries
    accounts: Accounts
    clock: Callable[[], float] = time.time
    _without_secret: set[str] = field(default_factory=set)  # accounts that a log line named

    async def fetch_due(self) -> None:
        """Fetch what is due of all accounts."""
        for account in self.accounts.values():
            if account.secret:
                await self._fetch_account(account)
            elif account.name not in self._without_secret:
                self._without_secret.add(account.name)
                log.info("no_statistics_without_secret", account=account.name)

    async def _fetch_account(self, account: Account) -> None:
        await self.days.add_new_days(account.name, self.clock())
        fetches = deque(plan.plan_fetches(await self.days.claim_due(account.name, self.clock())))
        refusals: Counter[str] = Counter()  # days by error
        while fetches:
            fetch = fetches.popleft()
            try:
                await self._fetch(account, fetch)
            except ApiError as error:
                if plan.may_split(fetch, error):
                    fetches.extendleft(fetch.split())
                    continue
                refused = plan.list_refused(fetch, error, fetches)
                fetches = deque(each for each in fetches if each not in refused)
                refusals[str(error.code or error)] += await self._note_refusal(error, refused)
        if any(refusals.values()):
            log.warning("statistics_wait", account=account.name, days=dict(refusals))

    async def _fetch(self, account: Account, fetch: SpanFetch) -> None:
        span = [each.day for each in fetch.days]
        answer, now = await self.queries.ask(account, fetch.dataset, span), self.clock()
        present = {row.day for row in answer.account_days}
        days = [
            plan.note_absence(each, now)
            if fetch.dataset is Dataset.FOLLOWER_TOTALS and each.day not in present
            else plan.note_success(
                each, now, is_delayed=answer.is_delayed, grows=bool(answer.articles)
            )
            for each in fetch.days
        ]
        await self.days.store(account.name, answer, days)

    async def _note_refusal(self, error: ApiError, fetches: list[SpanFetch]) -> int:
        """Store when the days are tried again; returns how many, 0 if it isn't the first time."""
        days = [each for fetch in fetches for each in fetch.days]
        is_first = not any(each.tries or each.code == error.code for each in days)
        noted = [plan.note_refusal(each, error, self.clock()) for each in days]
        await self.days.store(days[0].account, Figures(), noted)
        return len(days) if is_first else 0


def build_fetcher(
    engine: AsyncEngine,
    client: PlatformClient,
    accounts: Accounts,
    clock: Callable[[], float] = time.time,
) -> StatisticsFetcher:
    """A fetcher over the database and the platform's client."""
    queries = StatisticsQueries(Datacube(client), ArticleStatistics(client))
    return StatisticsFetcher(days=FetchLog(engine), queries=queries, accounts=accounts, clock=clock)
