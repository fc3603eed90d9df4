"""Statistics, counted from what happened; of callbacks, and the retired ones, from rows.

Pages: /doc/service/api/wedata/ with news, user, mess and api.
"""

from datetime import date

from app.simulator.accounts.rights import Right
from app.simulator.gateway.routing import Answer, Call, Family, Handler, Interface
from app.simulator.publishing.articles import PublishedArticles
from app.simulator.statistics import articles, followers, messages
from app.simulator.statistics.messages import count_messages, count_senders
from app.simulator.statistics.store import StatisticsStore, read_span

SPANS = {  # days at most, of what is answered from rows
    "getinterfacesummary": 30, "getinterfacesummaryhour": 1, "getarticlesummary": 1,
    "getarticletotal": 1, "getuserread": 3, "getuserreadhour": 1, "getusershare": 7,
    "getusersharehour": 1,
}  # fmt: skip


def get_rows(name: str) -> Handler:
    """The handler of an interface that is answered from rows."""

    def handler(call: Call) -> Answer:
        begin, end = read_span(call, SPANS[name])
        rows = call.account.store(StatisticsStore).rows.get(name, [])
        return {
            "list": [row for row in rows if begin <= date.fromisoformat(row["ref_date"]) <= end]
        }

    return handler


def _post(name: str, answer: Handler) -> Interface:
    return Interface(method="POST", path=f"/datacube/{name}", answer=answer, right=Right.DATACUBE)


FAMILY = Family(
    "statistics",
    (
        *(_post(name, get_rows(name)) for name in SPANS),
        _post("getusersummary", followers.get_changes),
        _post("getusercumulate", followers.get_totals),
        _post("getupstreammsg", count_messages(messages.by_day, 7)),
        _post("getupstreammsghour", count_messages(messages.by_hour, 1)),
        _post("getupstreammsgweek", count_messages(messages.by_week, 30)),
        _post("getupstreammsgmonth", count_messages(messages.by_month, 30)),
        _post("getupstreammsgdist", count_senders(messages.by_day, 15)),
        _post("getupstreammsgdistweek", count_senders(messages.by_week, 30)),
        _post("getupstreammsgdistmonth", count_senders(messages.by_month, 30)),
        _post("getarticleread", articles.get_reads),
        _post("getarticleshare", articles.get_shares),
        _post("getbizsummary", articles.get_summary),
        _post("getarticletotaldetail", articles.get_details),
    ),
    stores=(StatisticsStore, PublishedArticles),
)
