"""Asks the platform for an access token: AppID, AppSecret and our outgoing address.

The request goes to the platform itself, not to the stored token: a stored one hides a secret that
was reset or frozen. Normal mode gives the current token again, so nobody's token becomes invalid.
"""

import re

from app.accounts import Account
from app.doctor.values import BilingualText, CheckResult
from app.wechat.client.access_tokens.tokens import build_token_request
from app.wechat.client.errors import ApiError
from app.wechat.client.http import PlatformHttp

NOT_WHITELISTED = frozenset({40164, 61004})
FROZEN_SECRET = 40243
_ADDRESS = re.compile(r"invalid ip ([0-9A-Fa-f.:]+)")

NO_ANSWER = BilingualText(
    "见「到微信接口的网络」一项；若网络正常，稍后再试。",
    "See the row on the network; if that is well, try again later.",
)


async def check_token(http: PlatformHttp, account: Account) -> CheckResult:
    """Whether the platform gives a token for the account's AppID and AppSecret."""
    if not account.secret:
        return CheckResult(
            "token",
            "warn",
            BilingualText(
                "未设置 AppSecret：只能被动回复，不能调用接口",
                "no AppSecret: replies work, calls of the platform don't",
            ),
            BilingualText(
                "需要客服消息、发布等功能时，把 AppSecret 填入 WECHAT_SECRET。",
                "For customer-service messages, publishing and the like set WECHAT_SECRET.",
            ),
        )
    try:
        await http.ask(build_token_request(account))
    except ApiError as error:
        return describe_refusal("token", error)
    return CheckResult("token", "ok", BilingualText("可取得", "the platform gives one"))


def find_outgoing_address(errmsg: str) -> str | None:
    """Our address as 40164 tells it."""
    match = _ADDRESS.search(errmsg)
    return match.group(1) if match else None


def describe_refusal(name: str, error: ApiError) -> CheckResult:
    """The fault that an ApiError tells, with what to do about its code."""
    if error.code in NOT_WHITELISTED:
        return _describe_address(name, find_outgoing_address(error.errmsg))
    if error.code is None:
        detail = BilingualText("微信接口无应答", error.errmsg)
        return CheckResult(name, "fault", detail, NO_ANSWER)
    meaning = error.meaning
    if meaning is None:
        detail = BilingualText(f"未知错误码 {error}", f"unknown errcode {error}")
        return CheckResult(name, "fault", detail, BilingualText(
            "按错误码与 rid 在微信开发者社区查询。", "Look the errcode and the rid up at WeChat's."
        ))  # fmt: skip
    return CheckResult(
        name,
        "fault",
        BilingualText(f"{error.code} {meaning.meaning}", f"{error.code} {error.errmsg}"),
        BilingualText(meaning.advice_zh, meaning.advice_en),
    )


def _describe_address(name: str, address: str | None) -> CheckResult:
    place_zh, place_en = address or "（见报错）", address or "(see the platform's message)"
    return CheckResult(
        name,
        "fault",
        BilingualText(
            f"本机出口 IP {place_zh} 不在 IP 白名单中",
            f"our outgoing address {place_en} is not on the IP whitelist",
        ),
        BilingualText(
            f"把 {place_zh} 加入 IP 白名单：微信开发者平台「我的业务 → 公众号/服务号 → 开发密钥 → "
            "API IP 白名单」，或公众平台「设置与开发 → 基本配置 → IP 白名单」；出口 IP 不固定时，"
            "把 WECHAT_PROXY 设为固定 IP 的代理，或把 WECHAT_API_BASE 指向自建的转发服务。",
            f"Add {place_en} to the IP whitelist: 我的业务 → 公众号/服务号 → 开发密钥 → "
            "API IP白名单 on 微信开发者平台, or 设置与开发 → 基本配置 → IP白名单 on "
            "微信公众平台; where our address changes, set WECHAT_PROXY to a proxy with a fixed "
            "one, or WECHAT_API_BASE to a forwarding server of yours.",
        ),
    )
