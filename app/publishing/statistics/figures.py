"""Reads the platform's answers as figures. A day that an answer leaves out had nothing to count."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.publishing.statistics.values import (
    AccountDay,
    ArticleDayFigures,
    Figures,
    PublishedArticle,
)
from app.wechat.client.families.statistics.article_statistics import (
    ArticleDay,
    ArticleDetails,
    ArticleSummary,
    DailyReads,
    DailyShares,
    PublishedDetails,
    SceneReads,
)
from app.wechat.client.families.statistics.datacube import (
    FollowerChanges,
    FollowerTotals,
    MessageCounts,
)

ALL_SCENES = "全部"  # the scene under which the platform tells the readers of all scenes


def read_follower_changes(answer: FollowerChanges, days: Iterable[date]) -> Figures:
    """Followers won and lost, in all and by source."""
    sources: dict[date, dict[str, list[int]]] = {day: {} for day in days}
    for row in answer.rows:
        counts = sources.setdefault(row.ref_date, {}).setdefault(str(row.user_source), [0, 0])
        counts[0] += row.new_user
        counts[1] += row.cancel_user
    return Figures(
        account_days=[
            AccountDay(
                day=day,
                new_followers=sum(new for new, _ in counts.values()),
                lost_followers=sum(lost for _, lost in counts.values()),
                follower_sources=counts,
            )
            for day, counts in sources.items()
        ]
    )


def read_follower_totals(answer: FollowerTotals) -> Figures:
    """Followers at the end of each day that the answer names: none is without a total."""
    return Figures(
        account_days=[
            AccountDay(day=row.ref_date, followers=row.cumulate_user) for row in answer.rows
        ]
    )


def read_messages(answer: MessageCounts, days: Iterable[date]) -> Figures:
    """Messages of followers, in all and by type."""
    types: dict[date, dict[str, list[int]]] = {day: {} for day in days}
    for row in answer.rows:
        counts = types.setdefault(row.ref_date, {}).setdefault(str(row.msg_type), [0, 0])
        counts[0] += row.msg_user
        counts[1] += row.msg_count
    return Figures(
        account_days=[
            AccountDay(
                day=day,
                messages=sum(count for _, count in counts.values()),
                message_types=counts,
            )
            for day, counts in types.items()
        ]
    )


def read_summary(answer: ArticleSummary, days: Iterable[date]) -> Figures:
    """All articles of each day together."""
    rows = {day: _make_empty_day(day) for day in days}
    for row in answer.rows:
        counts = row.detail
        rows[row.ref_date] = AccountDay(
            day=row.ref_date,
            readers=counts.read_user,
            reader_scenes=_count_scenes(counts.read_user_source),
            sharers=counts.share_user,
            hearts=counts.zaikan_user,
            likes=counts.like_user,
            comments=counts.comment_count,
            collectors=counts.collection_user,
            source_openers=counts.redirect_ori_page_user,
            articles_published=counts.send_page_count,
        )
    return Figures(account_days=list(rows.values()), is_delayed=answer.is_delay)


def read_reads(answer: DailyReads) -> Figures:
    """Readers of each article on a day."""
    return Figures(
        article_days=[
            ArticleDayFigures(
                day=row.ref_date,
                msgid=row.msgid,
                readers=row.detail.read_user,
                reader_scenes=_count_scenes(row.detail.read_user_source),
            )
            for row in answer.rows
        ],
        is_delayed=answer.is_delay,
    )


def read_shares(answer: DailyShares) -> Figures:
    """Who shared each article on a day."""
    return Figures(
        article_days=[
            ArticleDayFigures(day=row.ref_date, msgid=row.msgid, sharers=row.detail.share_user)
            for row in answer.rows
        ],
        is_delayed=answer.is_delay,
    )


def read_details(answer: PublishedDetails) -> Figures:
    """The articles that were published on a day, with their sums up to each later day."""
    return Figures(
        articles=[
            PublishedArticle(
                msgid=row.msgid,
                published=row.ref_date,
                title=row.title,
                url=row.content_url,
                notified=row.publish_type == 0,
            )
            for row in answer.rows
        ],
        article_days=[_read_sums(row, day) for row in answer.rows for day in row.detail_list],
        is_delayed=answer.is_delay,
    )


def _read_sums(article: ArticleDetails, day: ArticleDay) -> ArticleDayFigures:
    return ArticleDayFigures(
        day=day.stat_date,
        msgid=article.msgid,
        total_readers=day.read_user,
        total_sharers=day.share_user,
        total_hearts=day.zaikan_user,
        total_likes=day.like_user,
        total_comments=day.comment_count,
        total_collectors=day.collection_user,
        total_praise=day.praise_money,
        total_new_followers=day.read_subscribe_user,
        delivery_rate=day.read_delivery_rate,
        finish_rate=day.read_finish_rate,
        minutes_read=day.read_avg_activetime,
        leave_rates={str(share.position): share.rate for share in day.read_jump_position},
    )


def _count_scenes(scenes: Iterable[SceneReads]) -> Mapping[str, int]:
    return {each.scene_desc: each.user_count for each in scenes if each.scene_desc != ALL_SCENES}


def _make_empty_day(day: date) -> AccountDay:
    return AccountDay(
        day=day, readers=0, reader_scenes={}, sharers=0, hearts=0, likes=0, comments=0,
        collectors=0, source_openers=0, articles_published=0,
    )  # fmt: skip
