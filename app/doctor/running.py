"""Runs checks at once within one time limit; what is not finished by then is told as such."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from app.doctor.values import CHECK_TITLES, BilingualText, Check, CheckResult

Results = Sequence[CheckResult]
Tasks = Mapping[str, "asyncio.Task[Results]"]

log = structlog.get_logger()


async def run_checks(checks: Sequence[Check], seconds: float) -> list[CheckResult]:
    """All results, after `seconds` at most.

    A check waits for those that it needs, and is skipped where one of them is a fault. One that is
    not finished is cancelled and not waited for: a driver may hang while it closes a connection.
    """
    tasks: dict[str, asyncio.Task[Results]] = {}
    for check in checks:
        task = asyncio.create_task(_run_after_needed(check, tasks))
        tasks |= dict.fromkeys(check.names, task)
    await asyncio.wait(tasks.values(), timeout=seconds)
    return [result for check in checks for result in _read_results(check, tasks, seconds)]


async def _run_after_needed(check: Check, tasks: Tasks) -> Results:
    if obstacle := await _find_obstacle(check, tasks):
        return skip_checks(check.names, obstacle)
    try:
        return await check.run()
    except Exception as error:
        log.critical("check_failed", checks=check.names, exc_info=True)
        return [_describe_failure(name, error) for name in check.names]


async def _find_obstacle(check: Check, tasks: Tasks) -> str | None:
    """The name of the first needed check that is a fault; waits for all of them."""
    needed = [(name, await asyncio.shield(tasks[name])) for name in check.needs]
    return next(
        (
            name
            for name, results in needed
            for result in results
            if result.name == name and result.status == "fault"
        ),
        None,
    )


def _read_results(check: Check, tasks: Tasks, seconds: float) -> Results:
    task = tasks[check.names[0]]
    if task.done():
        return task.result()
    unfinished = next((name for name in check.needs if not tasks[name].done()), None)
    task.cancel()
    if unfinished:
        return skip_checks(check.names, unfinished)
    return [describe_unfinished(name, seconds) for name in check.names]


def describe_unfinished(name: str, seconds: float) -> CheckResult:
    """The fault of a check that did not end within the limit."""
    return CheckResult(
        name,
        "fault",
        BilingualText(
            f"未完成：{seconds:g} 秒内没有应答", f"not finished: no answer within {seconds:g} s"
        ),
        BilingualText(
            "对方可能丢弃了连接：检查地址、网络与防火墙，再运行一次。",
            "The other end may drop connections: look at address, network and firewall, then run "
            "the doctor again.",
        ),
    )


def skip_checks(names: Sequence[str], obstacle: str) -> list[CheckResult]:
    """Warnings in place of the results, which need the check `obstacle` to be well."""
    title = CHECK_TITLES[obstacle]
    detail = BilingualText(
        f"未检查：先解决「{title.zh}」", f"not checked: see the row {title.en} first"
    )
    return [CheckResult(name, "warn", detail) for name in names]


def _describe_failure(name: str, error: Exception) -> CheckResult:
    """The fault of a check that raised what it does not expect; the text may hold a secret."""
    kind = type(error).__name__
    return CheckResult(
        name,
        "fault",
        BilingualText(f"检查本身出错（{kind}）", f"the check itself failed ({kind})"),
        BilingualText(
            "程序缺陷：请附上这张表反馈。", "A fault of this program: report it with this table."
        ),
    )
