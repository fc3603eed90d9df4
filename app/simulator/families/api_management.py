"""Budgets and rids: what is left, how it begins anew, and what a refused call was.

Pages: /doc/subscription/api/apimanage/api_getapiquota.html, api_clearquota.html,
api_clearquotabyappsecret.html, api_clearapiquota.html, api_getridinfo.html.
"""

from app.simulator.accounts import quotas
from app.simulator.errcodes import refuse_unless
from app.simulator.families.tokens import find_account
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface

UNLIMITED = 10_000_000  # the daily_limit that is told of an interface without one


def get_quota(call: Call) -> Answer:
    """Today's limit, calls and rest of a path."""
    budget = call.table.find_budget(_read_path(call))
    limit = quotas.get_daily_limit(call.account, budget)
    limit = UNLIMITED if limit is None else limit
    used = quotas.read_use(call.account, call.now).used_today.get(budget.name, 0)
    answer = {
        **OK,
        "quota": {"daily_limit": limit, "used": used, "remain": max(limit - used, 0)},
    }
    if budget.a_minute is not None:
        answer["rate_limit"] = {"call_count": budget.a_minute, "refresh_second": 60}
    return answer


def clear_quota(call: Call) -> Answer:
    """Begin all budgets anew, ten times a month."""
    refuse_unless(call.body.get("appid") == call.account.account.appid, 40013)
    quotas.clear_all(call.account, call.now)
    return OK


def clear_quota_by_secret(call: Call) -> Answer:
    """The same with the secret in place of a token."""
    state = find_account(call, call.body.get("appid"), call.body.get("appsecret"))
    quotas.clear_all(state, call.now)
    return OK


def clear_one_quota(call: Call) -> Answer:
    """Begin the budget of one path anew."""
    quotas.clear_one(call.account, call.table.find_budget(_read_path(call)), call.now)
    return OK


def get_rid(call: Call) -> Answer:
    """The call that was answered with a rid."""
    record = call.rids.find(str(call.body.get("rid", "")), call.account.account.appid, call.now)
    return {**OK, "request": record.as_body()}


def _read_path(call: Call) -> str:
    path = call.text("cgi_path", 76021)
    refuse_unless(not path.startswith("/sns/"), 76022)
    refuse_unless(path.startswith("/"), 76003)  # with a host, or without the first "/"
    return path


FAMILY = Family(
    "api_management",
    (
        Interface(method="POST", path="/cgi-bin/openapi/quota/get", answer=get_quota),
        Interface(method="POST", path="/cgi-bin/clear_quota", answer=clear_quota),
        Interface(
            method="POST", path="/cgi-bin/clear_quota/v2",
            answer=clear_quota_by_secret, needs_token=False,
        ),
        Interface(method="POST", path="/cgi-bin/openapi/quota/clear", answer=clear_one_quota),
        Interface(method="POST", path="/cgi-bin/openapi/rid/get", answer=get_rid),
    ),
    stores=(quotas.QuotaUse,),
)  # fmt: skip
