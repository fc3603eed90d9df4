"""The account itself: its kind, how the platform reaches us, automatic replies, tickets."""

from dataclasses import dataclass
from typing import Literal

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface

CHECK_CALLBACK = PlatformInterface(
    path="/cgi-bin/callback/check",
    title="网络通信检测",
    page="/doc/service/api/base/api_callbackcheck.md",
    repeatable=True,
)
GET_CALLBACK_ADDRESSES = PlatformInterface(
    path="/cgi-bin/getcallbackip",
    title="获取微信推送服务器 IP",
    page="/doc/service/api/base/api_getcallbackip.md",
    method="GET",
    repeatable=True,
)
GET_API_ADDRESSES = PlatformInterface(
    path="/cgi-bin/get_api_domain_ip",
    title="获取微信 API 服务器 IP",
    page="/doc/service/api/base/api_getapidomainip.md",
    method="GET",
    repeatable=True,
)
GET_ACCOUNT_INFO = PlatformInterface(
    path="/cgi-bin/account/getaccountbasicinfo",
    title="获取基本信息",
    page="/doc/oplatform/openApi/miniprogram-management/basic-info-management/"
    "api_getaccountbasicinfo.md",
    repeatable=True,
)
GET_AUTO_REPLIES = PlatformInterface(
    path="/cgi-bin/get_current_autoreply_info",
    title="获取公众号的自动回复规则",
    page="/doc/service/api/notify/autoreplies/api_getcurrentautoreplyinfo.md",
    method="GET",
    repeatable=True,
)
GET_TICKET = PlatformInterface(
    path="/cgi-bin/ticket/getticket",
    title="获取临时票据",
    page="/doc/service/api/webdev/jssdk/api_getticket.md",
    method="GET",
    repeatable=True,
)


class ResolvedAddress(PlatformAnswer):
    """An address that the callback's host name resolves to, and whose network it is in."""

    ip: str
    real_operator: str = ""


class PingResult(PlatformAnswer):
    """One ping to an address; `package_loss` is 0% or 100%, `time` such as 23.079ms."""

    ip: str
    from_operator: str = ""
    package_loss: str
    time: str = ""


class CallbackReport(PlatformAnswer):
    """How the platform reaches the callback's host."""

    dns: tuple[ResolvedAddress, ...] = ()
    ping: tuple[PingResult, ...] = ()


class AddressList(PlatformAnswer):
    """Addresses of the platform's servers, some as networks (1.2.3.0/24)."""

    ip_list: tuple[str, ...]


class VerificationInfo(PlatformAnswer):
    """The account's verification (微信认证); times are seconds since 1970."""

    qualification_verify: bool = False
    naming_verify: bool = False
    annual_review: bool = False
    annual_review_begin_time: int | None = None
    annual_review_end_time: int | None = None


class AccountInfo(PlatformAnswer):
    """What the account is. `customer_type` 0: not verified."""

    appid: str
    account_type: int  # 1 subscription account (公众号), 2 service account, 3 mini program
    principal_type: int | None = None  # 0 a person, 1 an enterprise
    principal_name: str = ""
    realname_status: int | None = None
    nickname: str = ""
    customer_type: int | None = None
    wx_verify_info: VerificationInfo = VerificationInfo()


class AutoReply(PlatformAnswer):
    """One automatic reply: `content` is a text, a media_id or a link, by `type`."""

    type: str
    content: str = ""


class ReplyKeyword(PlatformAnswer):
    """A keyword of a rule; `match_mode` is contain or equal."""

    type: str
    match_mode: str
    content: str = ""


class KeywordRule(PlatformAnswer):
    """A keyword rule; `reply_mode` is reply_all or random_one."""

    rule_name: str
    create_time: int
    reply_mode: str
    keyword_list_info: tuple[ReplyKeyword, ...] = ()
    reply_list_info: tuple[AutoReply, ...] = ()


class KeywordRules(PlatformAnswer):
    """All keyword rules."""

    list: tuple[KeywordRule, ...] = ()


class AutoReplies(PlatformAnswer):
    """The automatic replies that are set in the platform's console."""

    is_add_friend_reply_open: bool
    is_autoreply_open: bool
    add_friend_autoreply_info: AutoReply | None = None
    message_default_autoreply_info: AutoReply | None = None
    keyword_autoreply_info: KeywordRules = KeywordRules()


class JsTicket(PlatformAnswer):
    """A ticket of JS-SDK or of cards; to be stored by the caller for `expires_in` seconds."""

    ticket: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Basics:
    """The account's basic interfaces; all may be called by every account."""

    client: PlatformClient

    async def check_callback(
        self,
        account: Account,
        action: Literal["all", "dns", "ping"] = "all",
        operator: Literal["DEFAULT", "CHINANET", "UNICOM", "CAP"] = "DEFAULT",
    ) -> CallbackReport:
        """Let the platform resolve and ping the host of the account's callback.

        Page: /doc/service/api/base/api_callbackcheck.md; no documented limit. Raises ApiError:
        40202 for a wrong action.
        """
        body = {"action": action, "check_operator": operator}
        return await self.client.call(account, CHECK_CALLBACK, CallbackReport, body=body)

    async def list_callback_addresses(self, account: Account) -> AddressList:
        """The addresses from which the platform calls us, for a firewall.

        Page: /doc/service/api/base/api_getcallbackip.md; to be asked once a day.
        """
        return await self.client.call(account, GET_CALLBACK_ADDRESSES, AddressList)

    async def list_api_addresses(self, account: Account) -> AddressList:
        """The addresses of api.weixin.qq.com, for a firewall.

        Page: /doc/service/api/base/api_getapidomainip.md; to be asked once a day.
        """
        return await self.client.call(account, GET_API_ADDRESSES, AddressList)

    async def get_account_info(self, account: Account) -> AccountInfo:
        """Kind and verification of the account.

        Page: /doc/oplatform/openApi/miniprogram-management/basic-info-management/
        api_getaccountbasicinfo.md. The page names tokens of third-party platforms only: raises
        ApiError 48001 where the account's own token is refused.
        """
        return await self.client.call(account, GET_ACCOUNT_INFO, AccountInfo, body={})

    async def get_auto_replies(self, account: Account) -> AutoReplies:
        """The automatic replies set in the console: they are off while a callback is set.

        Page: /doc/service/api/notify/autoreplies/api_getcurrentautoreplyinfo.md.
        """
        return await self.client.call(account, GET_AUTO_REPLIES, AutoReplies)

    async def get_ticket(
        self, account: Account, kind: Literal["jsapi", "wx_card"] = "jsapi"
    ) -> JsTicket:
        """A ticket that signs JS-SDK pages (jsapi) or cards; valid for 7,200 s.

        Page: /doc/service/api/webdev/jssdk/api_getticket.md; to be stored by the caller.
        """
        return await self.client.call(account, GET_TICKET, JsTicket, query={"type": kind})
