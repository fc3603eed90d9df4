"""The retired statistics of articles, against the simulator."""

from datetime import date
from typing import Any

from app.simulator.statistics.store import StatisticsStore
from app.wechat.client.families.statistics.retired_statistics import (
    OldArticleDay,
    OldArticleDays,
    OldArticleSum,
    OldArticleTotal,
    OldArticleTotals,
    OldReadRow,
    OldReadRows,
    OldShareRow,
    OldShareRows,
    RetiredStatistics,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

DAY = date(2023, 11, 13)
COUNTS: dict[str, Any] = {"int_page_read_user": 9, "share_user": 2}
ARTICLE: dict[str, Any] = {"ref_date": "2023-11-13", "msgid": "1_1", "title": "春季新品"}
SHARES: dict[str, Any] = {
    "ref_date": "2023-11-13", "share_scene": 2, "share_count": 3, "share_user": 2,
}  # fmt: skip


async def test_figures_of_before_are_told_as_they_were(redis_url: str) -> None:
    platform = make_platform()
    platform.account().store(StatisticsStore).rows |= {
        "getarticlesummary": [ARTICLE | COUNTS],
        "getarticletotal": [ARTICLE | {"details": [COUNTS | {"stat_date": "2023-11-14"}]}],
        "getuserread": [COUNTS | {"ref_date": "2023-11-13", "user_source": 0}],
        "getuserreadhour": [COUNTS | {"ref_date": "2023-11-13", "ref_hour": 1400}],
        "getusershare": [SHARES],
        "getusersharehour": [SHARES | {"ref_hour": 1400}],
    }

    async with open_client(redis_url, platform) as client:
        statistics = RetiredStatistics(client)
        days = await statistics.get_article_days(SHOP, DAY)
        totals = await statistics.get_article_totals(SHOP, DAY)
        reads = await statistics.get_reads(SHOP, DAY, DAY)
        reads_by_hour = await statistics.get_reads_by_hour(SHOP, DAY)
        shares = await statistics.get_shares(SHOP, DAY, DAY)
        shares_by_hour = await statistics.get_shares_by_hour(SHOP, DAY)

    article = OldArticleDay(
        ref_date=DAY, msgid="1_1", title="春季新品", int_page_read_user=9, share_user=2
    )
    total = OldArticleSum(stat_date=date(2023, 11, 14), int_page_read_user=9, share_user=2)
    share = OldShareRow(ref_date=DAY, share_scene=2, share_count=3, share_user=2)
    read = OldReadRow(ref_date=DAY, int_page_read_user=9, share_user=2)
    assert days == OldArticleDays(rows=(article,))
    assert totals == OldArticleTotals(
        rows=(OldArticleTotal(ref_date=DAY, msgid="1_1", title="春季新品", details=(total,)),)
    )
    assert reads == OldReadRows(rows=(read.model_copy(update={"user_source": 0}),))
    assert reads_by_hour == OldReadRows(rows=(read.model_copy(update={"ref_hour": 1400}),))
    assert shares == OldShareRows(rows=(share,))
    assert shares_by_hour == OldShareRows(rows=(share.model_copy(update={"ref_hour": 1400}),))
