"""Whether token and AES key are the platform's, told by the callbacks that arrived."""

import pytest
from redis.asyncio import Redis

from app.doctor.callback_check import SILENCE, check_callbacks
from app.doctor.values import BilingualText, CheckResult
from app.wechat.callback.outcomes import CallbackOutcome, CallbackOutcomes
from tests.doctor.patient import ACCOUNT

NOW = 1_800_000_000.0


async def record(redis: Redis, outcome: CallbackOutcome, at: float) -> None:
    outcomes = CallbackOutcomes(redis, lambda: at)
    outcomes.record(ACCOUNT.name, outcome)
    await outcomes.flush()


async def test_an_account_that_was_never_called_is_told_what_to_enter(redis: Redis) -> None:
    assert await check_callbacks(redis, ACCOUNT, NOW) == SILENCE


@pytest.mark.parametrize(
    ("outcome", "zh", "en", "remedy"),
    [
        ("wrong_signature", "签名不符，已拒绝", "refused for its signature", "WECHAT_TOKEN"),
        ("undecryptable", "无法解密，已拒绝", "refused: it can't be decrypted", "WECHAT_AES_KEY"),
        (
            "unreadable", "收到明文，或不是 XML，已拒绝",
            "refused: plain in safe mode, or no XML", "WECHAT_MODE",
        ),
    ],
)  # fmt: skip
async def test_why_the_last_callback_was_refused_is_told(
    redis: Redis, outcome: CallbackOutcome, zh: str, en: str, remedy: str
) -> None:
    await record(redis, "accepted", NOW - 7200)
    await record(redis, outcome, NOW - 185)

    result = await check_callbacks(redis, ACCOUNT, NOW)

    assert (result.status, result.detail) == (
        "fault",
        BilingualText(f"最近一次在 3 分钟前：{zh}", f"the last 3 minutes ago, {en}"),
    )
    assert remedy in result.remedy.zh
    assert remedy in result.remedy.en


async def test_a_callback_that_was_accepted_after_refusals_is_well(redis: Redis) -> None:
    await record(redis, "wrong_signature", NOW - 7200)
    await record(redis, "accepted", NOW - 30)

    assert await check_callbacks(redis, ACCOUNT, NOW) == CheckResult(
        "callbacks", "ok", BilingualText("最近一次在 0 分钟前", "the last 0 minutes ago")
    )
