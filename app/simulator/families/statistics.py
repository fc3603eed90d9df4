"""Statistics: of articles from what was published and read, of the rest from rows that are set.

Pages: /doc/service/api/wedata/ with news, user, mess and api. A day's figures are there after 08:00
of the next day in China.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import AccountState, Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import Answer, Call, Family, Handler, Interface
from app.simulator.publishing.articles import PublishedArticles, PublishedMessage

CHINA = timezone(timedelta(hours=8))
READY_AFTER = time(8)
DETAIL_DAYS, SUMMARY_DAYS = 30, 30
ALL_SCENES = "全部"
SPANS = {  # days at most, of what is answered from rows
    "getusersummary": 7, "getusercumulate": 7, "getupstreammsg": 7, "getupstreammsghour": 1,
    "getupstreammsgweek": 30, "getupstreammsgmonth": 30, "getupstreammsgdist": 15,
    "getupstreammsgdistweek": 30, "getupstreammsgdistmonth": 30, "getinterfacesummary": 30,
    "getinterfacesummaryhour": 1, "getarticlesummary": 1, "getarticletotal": 1, "getuserread": 3,
    "getuserreadhour": 1, "getusershare": 7, "getusersharehour": 1,
}  # fmt: skip


@dataclass(kw_only=True)
class ArticleVisit:
    """One follower on one article: when (seconds since 1970), from where, and what they did."""

    msgid: str  # msg_data_id and place from 1
    openid: str
    at: float
    scene: str = "公众号消息"
    shares: bool = False
    likes: bool = False
    minutes: float = 1.0
    finishes: bool = True


@dataclass
class StatisticsStore:
    """Visits of articles, and rows of the other statistics by the interface's name."""

    visits: list[ArticleVisit] = field(default_factory=list)
    rows: dict[str, list[Body]] = field(default_factory=dict)
    late_days: list[str] = field(default_factory=list)  # days whose figures aren't ready (61503)
    delayed: bool = False  # is_delay of the articles' statistics


def get_rows(name: str) -> Handler:
    """The handler of an interface that is answered from rows."""

    def handler(call: Call) -> Answer:
        begin, end = read_span(call, SPANS[name])
        rows = call.account.store(StatisticsStore).rows.get(name, [])
        return {
            "list": [row for row in rows if begin <= date.fromisoformat(row["ref_date"]) <= end]
        }

    return handler


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
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    rows = [
        {
            "ref_date": day.isoformat(),
            "detail": {
                **_count_reactions(_find_visits(call, day, day)),
                "redirect_ori_page_user": 0,
                "send_page_count": sum(
                    len(each.articles) for each in published if to_day(each.published_at) == day
                ),
            },
        }
        for day in days
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


def read_span(call: Call, most_days: int) -> tuple[date, date]:
    """Begin and end. Raises Refused: 61500 no dates, 61501 bad span, 61503 not ready."""
    try:
        begin, end = (date.fromisoformat(call.text(name)) for name in ("begin_date", "end_date"))
    except ValueError as error:
        raise Refused(61500) from error
    now = datetime.fromtimestamp(call.now, CHINA)
    refuse_unless(1 <= (end - begin).days + 1 <= most_days and end < now.date(), 61501)
    is_early = end == now.date() - timedelta(days=1) and now.time() < READY_AFTER
    late = call.account.store(StatisticsStore).late_days
    refuse_unless(not is_early and end.isoformat() not in late, 61503)
    return begin, end


def to_day(at: float) -> date:
    """China's day of a time."""
    return datetime.fromtimestamp(at, CHINA).date()


def visit(state: AccountState, **fields: object) -> None:
    """A follower visits an article; the fields are those of ArticleVisit."""
    state.store(StatisticsStore).visits.append(ArticleVisit(**fields))  # type: ignore[arg-type]


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
    days = [day + timedelta(days=number) for number in range((last - day).days + 1)]
    return {
        "ref_date": day.isoformat(),
        "msgid": msgid,
        "publish_type": 0 if message.is_mass_sent else 1,
        "title": message.articles[place]["title"],
        "content_url": message.urls[place],
        "detail_list": [
            _describe_day([v for v in _find_visits(call, day, until) if v.msgid == msgid], until)
            for until in days
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
        "zaikan_user": 0,
        "like_user": _count_users(visits, "likes"),
        "comment_count": 0,
        "collection_user": 0,
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


def _post(name: str, answer: Handler) -> Interface:
    return Interface(method="POST", path=f"/datacube/{name}", answer=answer, right=Right.DATACUBE)


FAMILY = Family(
    "statistics",
    (
        *(_post(name, get_rows(name)) for name in SPANS),
        _post("getarticleread", get_reads),
        _post("getarticleshare", get_shares),
        _post("getbizsummary", get_summary),
        _post("getarticletotaldetail", get_details),
    ),
    stores=(StatisticsStore, PublishedArticles),
)
