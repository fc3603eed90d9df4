"""Quotas of interfaces as the platform counts them, their clearing, and refused requests by rid."""

from dataclasses import dataclass

from pydantic import Field

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import BAD_RID, check_filled

GET_QUOTA = PlatformInterface(
    path="/cgi-bin/openapi/quota/get",
    title="查询 API 调用额度",
    page="/doc/service/api/apimanage/api_getapiquota.md",
    repeatable=True,
)
CLEAR_INTERFACE_QUOTA = PlatformInterface(
    path="/cgi-bin/openapi/quota/clear",
    title="重置指定 API 调用次数",
    page="/doc/service/api/apimanage/api_clearapiquota.md",
)
CLEAR_ALL_QUOTAS = PlatformInterface(
    path="/cgi-bin/clear_quota",
    title="重置 API 调用次数",
    page="/doc/service/api/apimanage/api_clearquota.md",
)
CLEAR_ALL_QUOTAS_BY_SECRET = PlatformInterface(
    path="/cgi-bin/clear_quota/v2",
    title="使用 AppSecret 重置 API 调用次数",
    page="/doc/service/api/apimanage/api_clearquotabyappsecret.md",
    needs_token=False,
)
GET_REQUEST = PlatformInterface(
    path="/cgi-bin/openapi/rid/get",
    title="查询 rid 信息",
    page="/doc/service/api/apimanage/api_getridinfo.md",
    repeatable=True,
)


class DailyQuota(PlatformAnswer):
    """Calls a day as the platform counts them."""

    daily_limit: int
    used: int
    remain: int


class CallRate(PlatformAnswer):
    """`call_count` calls in `refresh_second` seconds."""

    call_count: int
    refresh_second: int


class InterfaceQuota(PlatformAnswer):
    """The quota of one interface for this account."""

    quota: DailyQuota
    rate_limit: CallRate | None = None


class RefusedRequest(PlatformAnswer):
    """A request of ours as the platform saw it.

    `client_ip` is our outgoing address, the one that the IP whitelist needs. The address of the
    request isn't read: it contains the access token.
    """

    invoke_time: int  # seconds since 1970
    cost_in_ms: int
    request_body: str = Field("", repr=False)
    response_body: str = ""
    client_ip: str = ""


class RequestReport(PlatformAnswer):
    """What is known of a rid."""

    request: RefusedRequest


@dataclass(frozen=True, slots=True)
class QuotaInterfaces:
    """Quotas. The clearings are an operator's decision: nothing calls them by itself."""

    client: PlatformClient

    async def read_quota(self, account: Account, interface: PlatformInterface) -> InterfaceQuota:
        """The interface's quota of today, which our own count takes over.

        Page: /doc/service/api/apimanage/api_getapiquota.md. Raises ApiError: 76021 for a path that
        isn't known, 76022 for one of /sns/ or of another kind of account.
        """
        body = {"cgi_path": interface.path}
        answer = await self.client.call(account, GET_QUOTA, InterfaceQuota, body=body)
        if answer.quota.daily_limit > 0:
            await self.client.budgets.record_quota(
                account, interface, answer.quota.daily_limit, answer.quota.used
            )
        return answer

    async def clear_interface_quota(self, account: Account, interface: PlatformInterface) -> None:
        """Set the platform's count of one interface to 0.

        Page: /doc/service/api/apimanage/api_clearapiquota.md; ten clearings a month, together with
        those of all quotas. Raises ApiError: 48006 when they are used up, 76022 for /sns/.
        """
        body = {"cgi_path": interface.path}
        await self.client.call(account, CLEAR_INTERFACE_QUOTA, Done, body=body)
        await self.client.budgets.forget_day(account, interface)

    async def clear_all_quotas(self, account: Account) -> None:
        """Set the platform's counts of all interfaces to 0.

        Page: /doc/service/api/apimanage/api_clearquota.md; ten a month. Raises ApiError: 48006.
        """
        await self.client.call(account, CLEAR_ALL_QUOTAS, Done, body={"appid": account.appid})
        await self.client.budgets.forget_day(account)

    async def clear_all_quotas_by_secret(self, account: Account) -> None:
        """The same without an access token, for when stable_token's own quota is used up.

        Page: /doc/service/api/apimanage/api_clearquotabyappsecret.md; ten a month, shared with the
        others. Raises ApiError: 48006.
        """
        body = {"appid": account.appid, "appsecret": account.secret}
        await self.client.call(account, CLEAR_ALL_QUOTAS_BY_SECRET, Done, body=body)
        await self.client.budgets.forget_day(account)

    async def read_request(self, account: Account, rid: str) -> RefusedRequest:
        """A refused request by the rid of its errmsg.

        Page: /doc/service/api/apimanage/api_getridinfo.md. Raises ApiError: 76001 for an unknown
        rid, 76003 for one of another account, 76004 after seven days.
        """
        check_filled("rid", rid, BAD_RID)
        answer = await self.client.call(account, GET_REQUEST, RequestReport, body={"rid": rid})
        return answer.request
