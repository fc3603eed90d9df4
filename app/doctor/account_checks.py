"""Checks of the account by its own interfaces: callback, verification, rights, quotas."""

import asyncio
from collections.abc import Sequence

from app.account_rights.store import RightsStore
from app.account_rights.values import AccountRight, AccountRights
from app.accounts import Account
from app.doctor.token_check import describe_refusal
from app.doctor.values import BilingualText, CheckResult
from app.wechat.client.core import PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.client.families.basics import Basics, CallbackReport
from app.wechat.client.families.customer_service import SEND_MESSAGE
from app.wechat.client.families.drafts import ADD_DRAFT
from app.wechat.client.families.freepublish import SUBMIT
from app.wechat.client.families.mass import SEND_TO_ALL
from app.wechat.client.families.media import UPLOAD_ARTICLE_IMAGE
from app.wechat.client.families.menus import CREATE_MENU
from app.wechat.client.families.quota_interfaces import DailyQuota, QuotaInterfaces
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.probe import probe_account

MAIN_INTERFACES: Sequence[PlatformInterface] = (
    SEND_MESSAGE, ADD_DRAFT, SUBMIT, SEND_TO_ALL, UPLOAD_ARTICLE_IMAGE, CREATE_MENU,
)  # fmt: skip
LOW_SHARE = 0.1  # of a day's calls: fewer are told as a warning

RIGHT_TITLES = {
    AccountRight.DRAFTS: BilingualText("草稿", "drafts"),
    AccountRight.PUBLISHING: BilingualText("发布", "publishing"),
    AccountRight.MASS_SENDS: BilingualText("群发", "mass sends"),
    AccountRight.CUSTOMER_MESSAGES: BilingualText("客服消息", "customer-service messages"),
    AccountRight.DESK: BilingualText("客服管理", "customer-service desk"),
    AccountRight.FOLLOWERS: BilingualText("用户管理", "followers"),
    AccountRight.TAGS: BilingualText("标签", "tags"),
    AccountRight.MENUS: BilingualText("自定义菜单", "menus"),
    AccountRight.COMMENTS: BilingualText("留言管理", "comments"),
    AccountRight.QR_CODES: BilingualText("带参数二维码", "QR codes"),
    AccountRight.TEMPLATES: BilingualText("模板消息", "template messages"),
    AccountRight.SUBSCRIBE_NOTICES: BilingualText("订阅通知", "subscribe notices"),
    AccountRight.STATISTICS: BilingualText("数据统计", "statistics"),
}

UNVERIFIED_RIGHTS = BilingualText(
    "服务不会使用这些功能（接口会返回 48001）。完成微信认证后可用，其中二维码、模板消息与订阅通知"
    "仅限已认证的服务号。文章可从草稿箱手工发布。",
    "The service does without them (they answer 48001). They need a verified account; QR codes, "
    "template messages and subscribe notices a verified service account. Articles can be "
    "published by hand from the drafts.",
)
PERSONAL_RIGHTS = BilingualText(
    "服务不会使用这些功能（接口会返回 48001），个人公众号无法开通。文章可从草稿箱手工发布。",
    "The service does without them (they answer 48001); a personal account can't get them. "
    "Articles can be published by hand from the drafts.",
)


async def check_callback(client: PlatformClient, account: Account) -> CheckResult:
    """Whether the platform resolves and reaches the host of the account's callback."""
    try:
        report = await Basics(client).check_callback(account)
    except ApiError as error:
        return describe_refusal("callback", error)
    return describe_callback(report)


def describe_callback(report: CallbackReport) -> CheckResult:
    """The result of the platform's test; one address that answers is enough."""
    remedy = BilingualText(
        "确认回调域名解析正确，服务器的 80 或 443 端口对公网开放，且未拦截微信服务器的 IP"
        "（getcallbackip）。",
        "See that the callback's name resolves, that port 80 or 443 is open to the internet, and "
        "that no firewall stops the platform's addresses (getcallbackip).",
    )
    if not report.dns:
        detail = BilingualText("微信无法解析回调域名", "the platform can't resolve the callback")
        return CheckResult("callback", "fault", detail, remedy)
    addresses = ", ".join(record.ip for record in report.dns)
    if report.ping and all(ping.package_loss == "100%" for ping in report.ping):
        return CheckResult(
            "callback",
            "fault",
            BilingualText(
                f"微信无法访问回调服务器 {addresses}", f"the platform can't reach {addresses}"
            ),
            remedy,
        )
    detail = BilingualText(f"微信可访问 {addresses}", f"the platform reaches {addresses}")
    return CheckResult("callback", "ok", detail)


async def check_account(
    client: PlatformClient, account: Account, store: RightsStore
) -> list[CheckResult]:
    """Kind, verification and rights, by one probe; the service goes by the result at once.

    What a 48001 refused within the last day is missing, too.
    """
    try:
        answer = await probe_account(client, account)
    except ApiError as error:
        return [describe_refusal("account", error), describe_refusal("rights", error)]
    await store.store(account.appid, answer)
    stored = await store.read(account.appid)
    rights = stored.current(store.clock()) if stored else answer
    return [describe_account(rights), describe_rights(rights, account)]


def describe_account(rights: AccountRights) -> CheckResult:
    """What the account is; who isn't verified is warned."""
    kind = {
        "service": BilingualText("服务号", "service account"),
        "subscription": BilingualText("公众号（订阅号）", "subscription account"),
    }[rights.kind]
    if rights.is_verified:
        detail = BilingualText(f"{kind.zh}，已认证", f"{kind.en}, verified")
        return CheckResult("account", "ok", detail)
    if rights.is_personal:
        return CheckResult(
            "account",
            "warn",
            BilingualText("个人公众号，不能认证", "personal account, which can't be verified"),
            BilingualText(
                "被动回复与草稿可用；发布、客服消息等需改用企业或机构主体的账号并完成微信认证。",
                "Replies and drafts work; publishing, customer-service messages and the like need "
                "a verified account of a company or an organisation.",
            ),
        )
    return CheckResult(
        "account",
        "warn",
        BilingualText(f"{kind.zh}，未认证", f"{kind.en}, not verified"),
        BilingualText(
            "在公众平台「设置与开发 → 账号设置 → 微信认证」完成认证。",
            "Get the account verified: 设置与开发 → 账号设置 → 微信认证.",
        ),
    )


def describe_rights(rights: AccountRights, account: Account) -> CheckResult:
    """Which groups of interfaces are refused; a fault where the settings rely on one."""
    refused = [right for right in AccountRight if not rights.may(right)]
    if not refused:
        detail = BilingualText("全部可用", "all groups may be used")
        return CheckResult("rights", "ok", detail)
    needs_desk = account.desk == "wechat" and AccountRight.CUSTOMER_MESSAGES in refused
    zh = "、".join(RIGHT_TITLES[right].zh for right in refused)
    en = ", ".join(RIGHT_TITLES[right].en for right in refused)
    return CheckResult(
        "rights",
        "fault" if needs_desk else "warn",
        BilingualText(f"没有权限：{zh}", f"may not use: {en}"),
        PERSONAL_RIGHTS if rights.is_personal else UNVERIFIED_RIGHTS,
    )


async def check_quotas(client: PlatformClient, account: Account) -> CheckResult:
    """What is left today of the main interfaces."""
    quotas = QuotaInterfaces(client)
    try:
        answers = await asyncio.gather(
            *(_read_quota(quotas, account, each) for each in MAIN_INTERFACES)
        )
    except ApiError as error:
        return describe_refusal("quota", error)
    daily = {
        interface: answer
        for interface, answer in zip(MAIN_INTERFACES, answers, strict=True)
        if answer is not None
    }
    return _describe_quotas(daily)


async def _read_quota(
    quotas: QuotaInterfaces, account: Account, interface: PlatformInterface
) -> DailyQuota | None:
    """Today's quota; None where the platform tells none. Raises ApiError for alarms."""
    try:
        return (await quotas.read_quota(account, interface)).quota
    except ApiError as error:
        if error.meaning is None or error.meaning.reaction == "alarm":
            raise
        return None


def _describe_quotas(daily: dict[PlatformInterface, DailyQuota]) -> CheckResult:
    limited = {each: quota for each, quota in daily.items() if quota.daily_limit > 0}
    used_up = {each: quota for each, quota in limited.items() if quota.remain <= 0}
    low = {
        each: quota for each, quota in limited.items()
        if quota.remain < quota.daily_limit * LOW_SHARE
    }  # fmt: skip
    if not low:
        left = _list_quotas(limited)
        return CheckResult(
            "quota", "ok", BilingualText(f"今日剩余：{left.zh}", f"left today: {left.en}")
        )
    short = _list_quotas(used_up or low)
    return CheckResult(
        "quota",
        "fault" if used_up else "warn",
        BilingualText(
            f"{'今日额度已用完' if used_up else '今日额度将用完'}：{short.zh}",
            f"{'used up today' if used_up else 'nearly used up today'}: {short.en}",
        ),
        BilingualText(
            "零点（北京时间）自动恢复；急用时可在公众平台清零（每月 10 次）。",
            "They come back at midnight in China; in need clear them in the console (10 a month).",
        ),
    )


def _list_quotas(daily: dict[PlatformInterface, DailyQuota]) -> BilingualText:
    figures = {each: f"{quota.remain:,}/{quota.daily_limit:,}" for each, quota in daily.items()}
    return BilingualText(
        "、".join(f"{each.title} {figure}" for each, figure in figures.items()),
        ", ".join(f"{each.path} {figure}" for each, figure in figures.items()),
    )
