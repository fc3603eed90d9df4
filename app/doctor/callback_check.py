"""Tells by the callbacks that arrived whether token and AES key are the platform's."""

from collections.abc import Mapping

from app.accounts import Account
from app.doctor.values import BilingualText, CheckResult
from app.redis.client import RedisClient
from app.wechat.callback.outcomes import CallbackOutcome, read_outcomes

PLACE = BilingualText(
    "微信开发者平台「我的业务 → 公众号/服务号 → 消息与事件推送」",
    "我的业务 → 公众号/服务号 → 消息与事件推送 on 微信开发者平台",
)
SILENCE = CheckResult(
    "callbacks",
    "warn",
    BilingualText("一周内没有收到微信的回调", "none from WeChat within a week"),
    BilingualText(
        f"在{PLACE.zh}中填写 URL 与 Token 并启用，再给公众号发一条消息。",
        f"Enter URL and Token at {PLACE.en}, press 启用, then send the account a message.",
    ),
)
FAULTS: Mapping[CallbackOutcome, tuple[BilingualText, BilingualText]] = {
    "wrong_signature": (
        BilingualText("签名不符，已拒绝", "refused for its signature"),
        BilingualText(
            f"把 WECHAT_TOKEN 改为与{PLACE.zh}中的 Token 完全一致，再重启；"
            "若有人在探测这个地址，也会如此。",
            f"Make WECHAT_TOKEN the same as Token at {PLACE.en}, and restart; somebody who probes "
            "the address causes this, too.",
        ),
    ),
    "stale": (
        BilingualText("时间戳相差超过 10 分钟，已拒绝", "refused: its time is 10 minutes off"),
        BilingualText(
            "见「系统时钟」一项；时钟正常时，是有人重放了旧的请求。",
            "See the row Clock; where that is well, somebody repeated an old request.",
        ),
    ),
    "undecryptable": (
        BilingualText("无法解密，已拒绝", "refused: it can't be decrypted"),
        BilingualText(
            f"把 WECHAT_AES_KEY 改为与{PLACE.zh}中的 EncodingAESKey 完全一致，再重启。",
            f"Make WECHAT_AES_KEY the same as EncodingAESKey at {PLACE.en}, and restart.",
        ),
    ),
    "unreadable": (
        BilingualText("收到明文，或不是 XML，已拒绝", "refused: plain in safe mode, or no XML"),
        BilingualText(
            f"在{PLACE.zh}中选「安全模式」与 XML 格式，或把 WECHAT_MODE 设为 compatible。",
            f"Choose 安全模式 and XML at {PLACE.en}, or set WECHAT_MODE to compatible.",
        ),
    ),
}


async def check_callbacks(redis: RedisClient, account: Account, now: float) -> CheckResult:
    """What became of the last callback."""
    outcomes = await read_outcomes(redis, account.name)
    if not outcomes:
        return SILENCE
    last = max(outcomes, key=lambda outcome: outcomes[outcome])
    minutes = max(int((now - outcomes[last]) // 60), 0)
    when = BilingualText(f"最近一次在 {minutes:,} 分钟前", f"the last {minutes:,} minutes ago")
    if last == "accepted":
        return CheckResult("callbacks", "ok", when)
    reason, remedy = FAULTS[last]
    detail = BilingualText(f"{when.zh}：{reason.zh}", f"{when.en}, {reason.en}")
    return CheckResult("callbacks", "fault", detail, remedy)
