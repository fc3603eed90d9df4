"""Visitors of an account's web pages: codes, visitors' tokens and profiles.

Pages: /doc/service/api/webdev/access/api_snsaccesstoken.html, api_snsrefreshtoken.html,
api_snsuserinfo.html, api_snsauth.html. `authorize` is the page on which a visitor agrees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.simulator.accounts.rights import Right, check_right
from app.simulator.accounts.state import AccountState
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.tokens import find_account
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface

ACCESS_TOKEN, REFRESH_TOKEN = "/sns/oauth2/access_token", "/sns/oauth2/refresh_token"
USER_INFO, AUTH = "/sns/userinfo", "/sns/auth"
CODE_SECONDS, TOKEN_SECONDS, REFRESH_SECONDS = 300, 7200, 30 * 86_400
PROFILE_SCOPE = "snsapi_userinfo"


@dataclass(kw_only=True)
class Authorization:
    """What a visitor agreed to. Times are seconds since 1970."""

    openid: str
    scope: str
    code_until: float
    is_snapshot: bool = False  # the page was opened as a snapshot: the openid is a throw-away one
    is_used: bool = False
    access_token: str = ""
    token_until: float = 0.0
    refresh_token: str = ""
    refresh_until: float = 0.0


@dataclass
class Authorizations:
    """Authorizations of an account by their code."""

    by_code: dict[str, Authorization] = field(default_factory=dict)


def authorize(
    state: AccountState,
    openid: str,
    now: float,
    *,
    scope: str = PROFILE_SCOPE,
    is_snapshot: bool = False,
) -> str:
    """A visitor agrees; returns the code with which they arrive at the account's page."""
    code = state.next_id("code")
    state.store(Authorizations).by_code[code] = Authorization(
        openid=openid, scope=scope, code_until=now + CODE_SECONDS, is_snapshot=is_snapshot
    )
    return code


def get_token(call: Call) -> Answer:
    """The visitor of a code, once within five minutes. 40029 unknown or late, 40163 used."""
    refuse_unless(call.query.get("grant_type") == "authorization_code", 40002)
    state = find_account(call, call.query.get("appid"), call.query.get("secret"))
    check_right(state.account, Right.OAUTH)
    authorization = state.store(Authorizations).by_code.get(call.query.get("code", ""))
    if authorization is None or call.now >= authorization.code_until:
        raise Refused(40029)
    refuse_unless(not authorization.is_used, 40163)
    authorization.is_used = True
    authorization.refresh_token = state.next_id("refresh")
    authorization.refresh_until = call.now + REFRESH_SECONDS
    return _issue(state, authorization, call.now)


def refresh_token(call: Call) -> Answer:
    """Another token for the same visitor. 40030 unknown, 42002 after 30 days."""
    refuse_unless(call.query.get("grant_type") == "refresh_token", 40002)
    state = call.platform.accounts.get(call.query.get("appid", ""))
    if state is None:
        raise Refused(40013)
    name = call.query.get("refresh_token", "")
    for authorization in state.store(Authorizations).by_code.values():
        if name and authorization.refresh_token == name:
            refuse_unless(call.now < authorization.refresh_until, 42002)
            return _issue(state, authorization, call.now)
    raise Refused(40030)


def get_visitor(call: Call) -> Answer:
    """The profile of a visitor who agreed to it. 48001 without that."""
    authorization = _find_token(call)
    refuse_unless(PROFILE_SCOPE in authorization.scope, 48001)
    return {
        "openid": authorization.openid,
        "nickname": "微信用户",
        "sex": 0,
        "province": "",
        "city": "",
        "country": "",
        "headimgurl": "https://thirdwx.qlogo.cn/mmopen/head/132",
        "privilege": [],
    }


def check_token(call: Call) -> Answer:
    """Whether a visitor's token is good."""
    _find_token(call)
    return OK


def _issue(state: AccountState, authorization: Authorization, now: float) -> Mapping[str, object]:
    authorization.access_token = state.next_id("visitor")
    authorization.token_until = now + TOKEN_SECONDS
    answer: dict[str, object] = {
        "access_token": authorization.access_token,
        "expires_in": TOKEN_SECONDS,
        "refresh_token": authorization.refresh_token,
        "openid": authorization.openid,
        "scope": authorization.scope,
    }
    return answer | ({"is_snapshotuser": 1} if authorization.is_snapshot else {})


def _find_token(call: Call) -> Authorization:
    """The authorization of a visitor's token. 40001 unknown, 42001 late, 40003 of another."""
    name, openid = call.query.get("access_token", ""), call.query.get("openid", "")
    for state in call.platform.accounts.values():
        for authorization in state.store(Authorizations).by_code.values():
            if name and authorization.access_token == name:
                refuse_unless(call.now < authorization.token_until, 42001)
                refuse_unless(authorization.openid == openid, 40003)
                return authorization
    raise Refused(40001)


def _get(path: str, answer: Handler) -> Interface:
    return Interface(method="GET", path=path, answer=answer, needs_token=False)


FAMILY = Family(
    "oauth",
    (
        _get(ACCESS_TOKEN, get_token),
        _get(REFRESH_TOKEN, refresh_token),
        _get(USER_INFO, get_visitor),
        _get(AUTH, check_token),
    ),
    stores=(Authorizations,),
)
