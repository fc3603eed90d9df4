"""Checks run at once within one limit, whatever they do."""

import asyncio
from collections.abc import Sequence

from app.doctor.running import run_checks
from app.doctor.values import BilingualText, Check, CheckResult
from tests.pace import seconds

LIMIT = seconds(0.3)
WELL = CheckResult("database", "ok", BilingualText("可用", "answers"))
TOKEN_FAULT = CheckResult("token", "fault", BilingualText("40125", "40125"))


async def tell_well() -> Sequence[CheckResult]:
    return [WELL]


async def tell_fault() -> Sequence[CheckResult]:
    return [TOKEN_FAULT]


async def hang() -> Sequence[CheckResult]:
    await asyncio.Event().wait()
    return []


async def fail() -> Sequence[CheckResult]:
    raise KeyError("s3cret")


def skipped(name: str, zh: str, en: str) -> CheckResult:
    return CheckResult(
        name, "warn",
        BilingualText(f"未检查：先解决「{zh}」", f"not checked: see the row {en} first"),
    )  # fmt: skip


async def test_an_unfinished_check_is_told_beside_a_finished_one() -> None:
    checks = [Check(("redis",), hang), Check(("database",), tell_well)]

    results = await run_checks(checks, LIMIT)

    assert results == [
        CheckResult(
            "redis", "fault",
            BilingualText(
                f"未完成：{LIMIT:g} 秒内没有应答", f"not finished: no answer within {LIMIT:g} s"
            ),
            BilingualText(
                "对方可能丢弃了连接：检查地址、网络与防火墙，再运行一次。",
                "The other end may drop connections: look at address, network and firewall, then "
                "run the doctor again.",
            ),
        ),
        WELL,
    ]  # fmt: skip


async def test_what_needs_an_unfinished_check_is_skipped() -> None:
    checks = [Check(("token",), hang), Check(("account", "rights"), tell_well, ("token",))]

    results = await run_checks(checks, LIMIT)

    assert results[1:] == [
        skipped("account", "接口凭证", "Access token"),
        skipped("rights", "接口凭证", "Access token"),
    ]


async def test_what_needs_a_check_that_is_a_fault_is_skipped_at_once() -> None:
    checks = [
        Check(("token",), tell_fault),
        Check(("database",), tell_well),
        Check(("quota",), hang, ("database", "token")),
    ]

    results = await run_checks(checks, seconds=3600)

    assert results == [TOKEN_FAULT, WELL, skipped("quota", "接口凭证", "Access token")]


async def test_a_check_that_ignores_its_cancellation_is_not_waited_for() -> None:
    release = asyncio.Event()

    async def hold_on() -> Sequence[CheckResult]:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return []

    results = await run_checks([Check(("redis",), hold_on)], LIMIT)
    release.set()

    assert [(result.name, result.status) for result in results] == [("redis", "fault")]


async def test_a_check_that_raises_is_a_fault_without_the_errors_text() -> None:
    results = await run_checks([Check(("models",), fail), Check(("database",), tell_well)], 3600)

    assert results == [
        CheckResult(
            "models", "fault",
            BilingualText("检查本身出错（KeyError）", "the check itself failed (KeyError)"),
            BilingualText(
                "程序缺陷：请附上这张表反馈。",
                "A fault of this program: report it with this table.",
            ),
        ),
        WELL,
    ]  # fmt: skip
