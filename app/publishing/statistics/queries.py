"""Asks the platform for a span of days of each dataset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.accounts import Account
from app.publishing.statistics import figures
from app.publishing.statistics.values import Dataset, Figures
from app.wechat.client.families.statistics.article_statistics import ArticleStatistics
from app.wechat.client.families.statistics.datacube import Datacube


@dataclass(frozen=True, slots=True)
class StatisticsQueries:
    """One call of the platform a query; all raise ApiError. `days` follow one another."""

    datacube: Datacube
    articles: ArticleStatistics

    async def ask(self, account: Account, dataset: Dataset, days: Sequence[date]) -> Figures:
        """The figures of a span that SPANS allows."""
        query = {
            Dataset.FOLLOWER_CHANGES: self._ask_follower_changes,
            Dataset.FOLLOWER_TOTALS: self._ask_follower_totals,
            Dataset.MESSAGES: self._ask_messages,
            Dataset.SUMMARY: self._ask_summary,
            Dataset.READS: self._ask_reads,
            Dataset.SHARES: self._ask_shares,
            Dataset.DETAILS: self._ask_details,
        }[dataset]
        return await query(account, days)

    async def _ask_follower_changes(self, account: Account, days: Sequence[date]) -> Figures:
        answer = await self.datacube.get_follower_changes(account, days[0], days[-1])
        return figures.read_follower_changes(answer, days)

    async def _ask_follower_totals(self, account: Account, days: Sequence[date]) -> Figures:
        answer = await self.datacube.get_follower_totals(account, days[0], days[-1])
        return figures.read_follower_totals(answer)

    async def _ask_messages(self, account: Account, days: Sequence[date]) -> Figures:
        answer = await self.datacube.get_messages(account, days[0], days[-1])
        return figures.read_messages(answer, days)

    async def _ask_summary(self, account: Account, days: Sequence[date]) -> Figures:
        answer = await self.articles.get_summary(account, days[0], days[-1])
        return figures.read_summary(answer, days)

    async def _ask_reads(self, account: Account, days: Sequence[date]) -> Figures:
        return figures.read_reads(await self.articles.get_reads(account, days[0]))

    async def _ask_shares(self, account: Account, days: Sequence[date]) -> Figures:
        return figures.read_shares(await self.articles.get_shares(account, days[0]))

    async def _ask_details(self, account: Account, days: Sequence[date]) -> Figures:
        return figures.read_details(await self.articles.get_details(account, days[0]))
