"""Web pages that know their visitor (网页授权): verified service accounts only.

These interfaces take no access token of the account. A visitor's own token stands in the URL, as
the account's does elsewhere: it is hidden from errors.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from pydantic import Field

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import BAD_OAUTH_CODE, BAD_OPENID, check_filled

GET_VISITOR_TOKEN = PlatformInterface(
    path="/sns/oauth2/access_token",
    title="网页授权：换取用户授权凭证",
    page="/doc/service/api/webdev/access/api_snsaccesstoken.md",
    method="GET",
    needs_token=False,
    accounts="verified service",
)
REFRESH_VISITOR_TOKEN = PlatformInterface(
    path="/sns/oauth2/refresh_token",
    title="网页授权：刷新用户授权凭证",
    page="/doc/service/api/webdev/access/api_snsrefreshtoken.md",
    method="GET",
    needs_token=False,
    accounts="verified service",
    repeatable=True,
)
GET_VISITOR = PlatformInterface(
    path="/sns/userinfo",
    title="网页授权：获取用户信息",
    page="/doc/service/api/webdev/access/api_snsuserinfo.md",
    method="GET",
    needs_token=False,
    accounts="verified service",
    repeatable=True,
)
CHECK_VISITOR_TOKEN = PlatformInterface(
    path="/sns/auth",
    title="网页授权：检验授权凭证",
    page="/doc/service/api/webdev/access/api_snsauth.md",
    method="GET",
    needs_token=False,
    accounts="verified service",
    repeatable=True,
)

AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"


class VisitorToken(PlatformAnswer):
    """A visitor and the token to read their profile with, valid for `expires_in` seconds.

    `is_snapshotuser`: the page was opened as a snapshot; the openid is a throw-away one and must
    not be stored.
    """

    access_token: str = Field(repr=False)
    expires_in: int
    refresh_token: str = Field(repr=False)
    openid: str
    scope: str = ""
    unionid: str = ""
    is_snapshotuser: bool = False


class Visitor(PlatformAnswer):
    """A visitor's profile, as far as they agreed to (snsapi_userinfo)."""

    openid: str
    nickname: str = ""
    headimgurl: str = ""
    unionid: str = ""


def build_authorize_address(
    account: Account, redirect: str, scope: Literal["snsapi_base", "snsapi_userinfo"], state: str
) -> str:
    """The address that a page sends its visitor to; WeChat returns them to `redirect` with a code.

    The host of `redirect` is entered in the console (网页授权域名); `state` comes back unchanged.
    """
    return (
        f"{AUTHORIZE}?appid={account.appid}&redirect_uri={quote(redirect, safe='')}"
        f"&response_type=code&scope={scope}&state={quote(state, safe='')}#wechat_redirect"
    )


@dataclass(frozen=True, slots=True)
class OAuth:
    """Visitors of the account's web pages."""

    client: PlatformClient

    async def get_token(self, account: Account, code: str) -> VisitorToken:
        """The visitor whom a code stands for; a code is good once and for five minutes.

        Page: /doc/service/api/webdev/access/api_snsaccesstoken.md; no limit. Raises ApiError:
        40029 for an unknown code, 40163 for one that was used.
        """
        check_filled("code", code, BAD_OAUTH_CODE)
        query = {
            "appid": account.appid,
            "secret": account.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        return await self.client.call(account, GET_VISITOR_TOKEN, VisitorToken, query=query)

    async def refresh_token(self, account: Account, refresh_token: str) -> VisitorToken:
        """Another token for the same visitor, within 30 days.

        Page: /doc/service/api/webdev/access/api_snsrefreshtoken.md; no limit. Raises ApiError:
        40030 for an unknown token.
        """
        query = {
            "appid": account.appid,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
        }
        return await self.client.call(account, REFRESH_VISITOR_TOKEN, VisitorToken, query=query)

    async def get_visitor(self, account: Account, token: VisitorToken) -> Visitor:
        """The profile of a visitor who agreed to it.

        Page: /doc/service/api/webdev/access/api_snsuserinfo.md; no limit. Raises ApiError: 40001,
        40003, 48001 without the visitor's consent.
        """
        query = {"access_token": token.access_token, "openid": token.openid, "lang": "zh_CN"}
        return await self.client.call(account, GET_VISITOR, Visitor, query=query)

    async def check_token(self, account: Account, token: VisitorToken) -> None:
        """Raise ApiError 40003 unless the token is still good for its visitor.

        Page: /doc/service/api/webdev/access/api_snsauth.md; no limit.
        """
        check_filled("openid", token.openid, BAD_OPENID)
        query = {"access_token": token.access_token, "openid": token.openid}
        await self.client.call(account, CHECK_VISITOR_TOKEN, Done, query=query)
