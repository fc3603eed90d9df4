"""Followers won and lost by day and source, and followers in all.

Pages: /doc/service/api/wedata/user/api_getusersummary.md, api_getusercumulate.md.
"""

from collections import Counter

from app.simulator.gateway.routing import Answer, Call
from app.simulator.statistics.store import list_days, read_span, to_day

MOST_DAYS = 7


def get_changes(call: Call) -> Answer:
    """Days and sources on which somebody came or left."""
    begin, end = read_span(call, MOST_DAYS)
    won, lost = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for move in call.account.followers.moves:
        day = to_day(move.at)
        if begin <= day <= end:
            (won if move.follows else lost)[day.isoformat(), move.source] += 1
    rows = [
        {
            "ref_date": day,
            "user_source": source,
            "new_user": won[day, source],
            "cancel_user": lost[day, source],
        }
        for day, source in sorted({*won, *lost})
    ]
    return {"list": rows}


def get_totals(call: Call) -> Answer:
    """Followers at the end of each day: those of now, without what happened since."""
    begin, end = read_span(call, MOST_DAYS)
    book = call.account.followers
    now = sum(follower.subscribed for follower in book.followers.values())
    rows = []
    for day in list_days(begin, end):
        later = [move for move in book.moves if to_day(move.at) > day]
        total = now - sum(1 if move.follows else -1 for move in later)
        rows.append({"ref_date": day.isoformat(), "user_source": 0, "cumulate_user": total})
    return {"list": rows}
