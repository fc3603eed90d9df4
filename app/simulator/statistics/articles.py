"""Readers, shares and reactions of articles, counted from visits and comments.

Pages: /doc/service/api/wedata/news/.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from app.simulator.accounts.state import Body
from app.simulator.gateway.routing import Answer, Call
from app.simulator.publishing.articles import PublishedArticles, PublishedMessage
from app.simulator.publishing.comment_threads import CommentThreads
from app.simulator.statistics.store import (
    ArticleVisit,
    StatisticsStore,
    list_days,
    read_span,
    to_day,
)

DETAIL_DAYS, SUMMARY_DAYS = 30, 30
ALL_SCENES = "全部"


def get_reads(call: Call) -> Answer:
    """Readers of each article on a day."""
    return _list_by_article(call, lambda visits: _count_reads(visits))


def get_shares(call: Call) -> Answer:
    """Who shared each article on a day."""
    return _list_by_article(call, lambda visits: {"share_user": _count_users(visits, "shares")})


def get_summary(call: Call) -> Answer:
    """All articles together, day by day."""
    begin, end = read_span(call, SUMMARY_DAYS)
    published = call.account.store(PublishedArticles).list_published(call.now)
    rows = [
        {
            "ref_date": day.isoformat(),
            "detail": {
                **_count_reactions(_find_visits(call, day, day)),
                "comment_count": _count_comments(call, day, day),
                "redirect_ori_page_user": 0,
                "send_page_count": sum(
                    len(each.articles) for each in published if to_day(each.published_at) == day
                ),
            },
        }
        for day in list_days(begin, end)
    ]
    return {"list": rows, "is_delay": call.account.store(StatisticsStore).delayed}


def get_details(call: Call) -> Answer:
    """The articles that were published on a day, with their sums up to each later day."""
    day, _ = read_span(call, 1)
    published = call.account.store(PublishedArticles).list_published(call.now)
    rows = [
        _describe_article(call, message, place, day)
        for message in published
        if to_day(message.published_at) == day
        for place in range(len(message.articles))
    ]
    return {"list": rows, "is_delay": call.account.store(StatisticsStore).delayed}


def _list_by_article(call: Call, count: Callable[[list[ArticleVisit]], Body]) -> Answer:
    day, _ = read_span(call, 1)
    by_article: dict[str, list[ArticleVisit]] = {}
    for each in _find_visits(call, day, day):
        by_article.setdefault(each.msgid, []).append(each)
    rows = [
        {"ref_date": day.isoformat(), "msgid": msgid, "detail": count(visits)}
        for msgid, visits in sorted(by_article.items())
    ]
    return {"list": rows, "is_delay": call.account.store(StatisticsStore).delayed}


def _describe_article(call: Call, message: PublishedMessage, place: int, day: date) -> Body:
    msgid = f"{message.msg_data_id}_{place + 1}"
    last = min(to_day(call.now) - timedelta(days=1), day + timedelta(days=DETAIL_DAYS - 1))
    return {
        "ref_date": day.isoformat(),
        "msgid": msgid,
        "publish_type": 0 if message.is_mass_sent else 1,
        "title": message.articles[place]["title"],
        "content_url": message.urls[place],
        "detail_list": [
            {
                **_describe_day(
                    [v for v in _find_visits(call, day, until) if v.msgid == msgid], until
                ),
                "comment_count": _count_comments(call, day, until, msgid),
            }
            for until in list_days(day, last)
        ],
    }


def _describe_day(visits: list[ArticleVisit], until: date) -> Body:
    readers = max(len(visits), 1)
    finishes = sum(each.finishes for each in visits)
    return {
        "stat_date": until.isoformat(),
        **_count_reactions(visits),
        "praise_money": 0,
        "read_subscribe_user": 0,
        "read_delivery_rate": 0.0,
        "read_finish_rate": round(finishes / readers, 4),
        "read_avg_activetime": round(sum(each.minutes for each in visits) / readers, 4),
        "read_jump_position": [
            {"position": 1, "rate": round(1 - finishes / readers, 4) if visits else 0.0},
            {"position": 5, "rate": round(finishes / readers, 4)},
        ],
    }


def _count_reactions(visits: list[ArticleVisit]) -> Body:
    return {
        **_count_reads(visits),
        "share_user": _count_users(visits, "shares"),
        "zaikan_user": _count_users(visits, "hearts"),
        "like_user": _count_users(visits, "likes"),
        "collection_user": _count_users(visits, "collects"),
    }


def _count_reads(visits: list[ArticleVisit]) -> Body:
    scenes = sorted({each.scene for each in visits})
    counts = {scene: len({v.openid for v in visits if v.scene == scene}) for scene in scenes}
    everybody = len({each.openid for each in visits})
    sources = [(ALL_SCENES, everybody), *counts.items()]
    return {
        "read_user": everybody,
        "read_user_source": [
            {"user_count": count, "scene_desc": scene} for scene, count in sources
        ],
    }


def _count_users(visits: Iterable[ArticleVisit], deed: str) -> int:
    return len({each.openid for each in visits if getattr(each, deed)})


def _find_visits(call: Call, begin: date, end: date) -> list[ArticleVisit]:
    visits = call.account.store(StatisticsStore).visits
    return [each for each in visits if begin <= to_day(each.at) <= end]


def _count_comments(call: Call, begin: date, end: date, msgid: str | None = None) -> int:
    """Comments on all articles, or on one."""
    threads = call.account.store(CommentThreads).threads
    return sum(
        begin <= to_day(comment.created_at) <= end
        for place, thread in threads.items()
        if msgid in (None, _to_msgid(place))
        for comment in thread.comments
    )


def _to_msgid(place: str) -> str:
    """The msgid, which counts places from 1, of a thread's key, which counts from 0."""
    msg_data_id, _, index = place.partition("_")
    return f"{msg_data_id}_{int(index) + 1}"
