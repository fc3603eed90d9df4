"""Followers: lists of openids, what is known of each, remarks, and the blacklist.

Pages: /doc/service/api/usermanage/userinfo/api_getfans.html, api_userinfo.html,
api_batchuserinfo.html, api_updateremark.html, api_getblacklist.html, api_batchblacklist.html,
api_batchunblacklist.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.simulator.accounts.followers import Follower
from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface

PAGE = 10_000  # openids of a page
MOST_INFOS, MOST_BLACKLISTED = 100, 20
FEWER_REMARK = 30  # characters


@dataclass
class AccountMoves:
    """Accounts that this one follows on: appid -> former openid -> openid."""

    openids: dict[str, dict[str, str]] = field(default_factory=dict)


LIST, INFO = "/cgi-bin/user/get", "/cgi-bin/user/info"
BATCH, REMARK = "/cgi-bin/user/info/batchget", "/cgi-bin/user/info/updateremark"
INFOS = Budget(INFO, a_day=5_000_000)


def list_followers(call: Call) -> Answer:
    """A page of those who follow."""
    openids = sorted(call.account.followers.find_subscribed())
    return {"total": len(openids), **render_page(openids, call.query.get("next_openid", ""))}


def render_page(openids: Sequence[str], after: str) -> Body:
    """The openids after one. Raises Refused with 40003 where that one isn't among them."""
    refuse_unless(not after or after in openids, 40003)
    start = openids.index(after) + 1 if after else 0
    page = list(openids[start : start + PAGE])
    if not page:
        return {"count": 0, "next_openid": ""}
    return {"count": len(page), "data": {"openid": page}, "next_openid": page[-1]}


def get_info(call: Call) -> Answer:
    """What is known of a follower."""
    return _describe(call, call.query.get("openid", ""))


def get_infos(call: Call) -> Answer:
    """What is known of up to 100 followers."""
    users = call.body.get("user_list")
    if not isinstance(users, list) or not all(isinstance(user, dict) for user in users):
        raise Refused(47001)
    refuse_unless(1 <= len(users) <= MOST_INFOS, 40032)
    return {"user_info_list": [_describe(call, str(user.get("openid"))) for user in users]}


def set_remark(call: Call) -> Answer:
    """Name a follower, in fewer than 30 characters."""
    follower, remark = find_follower(call, call.text("openid", 40003)), call.body.get("remark", "")
    refuse_unless(isinstance(remark, str) and len(remark) < FEWER_REMARK, 45002)
    follower.remark = remark
    return OK


def list_blacklist(call: Call) -> Answer:
    """A page of those on the blacklist."""
    followers = call.account.followers.followers
    openids = sorted(openid for openid, each in followers.items() if each.blacklisted)
    return {"total": len(openids), **render_page(openids, call.body.get("begin_openid") or "")}


def blacklist(call: Call) -> Answer:
    """Put up to 20 followers on the blacklist."""
    return _set_blacklisted(call, blacklisted=True)


def unblacklist(call: Call) -> Answer:
    """Take up to 20 followers off the blacklist."""
    return _set_blacklisted(call, blacklisted=False)


def change_openids(call: Call) -> Answer:
    """The openids of followers who came with the account's move. 63178 where it didn't move."""
    openids = call.body.get("openid_list")
    fresh = call.account.store(AccountMoves).openids.get(call.text("from_appid", 63178))
    if fresh is None:
        raise Refused(63178)
    if not isinstance(openids, list) or not all(isinstance(openid, str) for openid in openids):
        raise Refused(40031)
    refuse_unless(1 <= len(openids) <= MOST_INFOS, 40032)
    return {
        **OK,
        "result_list": [
            {"ori_openid": openid, "new_openid": fresh[openid], "err_msg": "ok"}
            if openid in fresh
            else {"ori_openid": openid, "err_msg": "ori_openid error"}
            for openid in openids
        ],
    }


def find_followers(call: Call, most: int) -> list[Follower]:
    """The followers of `openid_list`. Raises Refused: 40031, 40032, 40003."""
    openids = call.body.get("openid_list")
    if not isinstance(openids, list):
        raise Refused(40031)
    refuse_unless(1 <= len(openids) <= most, 40032)
    return [find_follower(call, str(openid)) for openid in openids]


def find_follower(call: Call, openid: str) -> Follower:
    """Somebody who follows or followed. Raises Refused with 40003."""
    follower = call.account.followers.followers.get(openid)
    if follower is None:
        raise Refused(40003)
    return follower


def _set_blacklisted(call: Call, *, blacklisted: bool) -> Answer:
    for follower in find_followers(call, MOST_BLACKLISTED):
        follower.blacklisted = blacklisted
    return OK


def _describe(call: Call, openid: str) -> Body:
    follower = find_follower(call, openid)
    if not follower.subscribed:
        return {"subscribe": 0, "openid": openid}
    return {
        "subscribe": 1,
        "openid": openid,
        "language": "zh_CN",
        "subscribe_time": int(follower.subscribed_at),
        "remark": follower.remark,
        "groupid": 0,
        "tagid_list": list(follower.tag_ids),
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


def _post(path: str, answer: Handler, budget: Budget | None = None) -> Interface:
    return Interface(method="POST", path=path, answer=answer, right=Right.USER, budget=budget)


FAMILY = Family(
    "users",
    (
        Interface(
            method="GET", path=LIST, answer=list_followers, right=Right.USER,
            budget=Budget(LIST, a_day=500),
        ),
        Interface(method="GET", path=INFO, answer=get_info, right=Right.USER, budget=INFOS),
        _post(BATCH, get_infos, INFOS),
        _post(REMARK, set_remark, Budget(REMARK, a_day=10_000)),
        _post("/cgi-bin/tags/members/getblacklist", list_blacklist),
        _post("/cgi-bin/tags/members/batchblacklist", blacklist),
        _post("/cgi-bin/tags/members/batchunblacklist", unblacklist),
        _post("/cgi-bin/changeopenid", change_openids),
    ),
    stores=(AccountMoves,),
)  # fmt: skip
