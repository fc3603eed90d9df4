"""Chooses what is examined by the settings and the account's name, and runs the examination."""

import asyncio

from app import accounts, settings
from app.accounts import Account, Accounts
from app.doctor.runner import Examination
from app.doctor.server_checks import describe_bad_settings
from app.doctor.values import BilingualText, CheckResult
from app.errors import BadSettings

NO_ACCOUNT = CheckResult(
    "account",
    "warn",
    BilingualText("没有配置公众号", "no account is configured"),
    BilingualText(
        "设置 WECHAT_APPID、WECHAT_TOKEN 等，或用 ACCOUNTS_FILE 列出多个公众号。",
        "Set WECHAT_APPID, WECHAT_TOKEN and so on, or list accounts in ACCOUNTS_FILE.",
    ),
)


def examine(name: str, seconds: float) -> tuple[str, list[CheckResult]]:
    """The account's name and all results, after `seconds` at most. Raises UnknownAccount."""
    try:
        app_settings = settings.read()
    except BadSettings as error:
        return name, [describe_bad_settings(error.faults)]
    obstacle, account = NO_ACCOUNT, None
    try:
        account = _choose_account(accounts.load(app_settings), name)
    except BadSettings as error:
        obstacle = describe_bad_settings(error.faults, "callback_settings")
    examination = Examination(settings=app_settings, account=account, seconds=seconds)
    results = _run_at_most(examination)
    return (account.name, results) if account else (name, [*results, obstacle])


def _choose_account(accounts_by_name: Accounts, name: str) -> Account | None:
    """The account of this name, else `default`, else the first. Raises UnknownAccount."""
    if name:
        return accounts.get(accounts_by_name, name)
    return accounts_by_name.get("default") or next(iter(accounts_by_name.values()), None)


def _run_at_most(examination: Examination) -> list[CheckResult]:
    """Run without asyncio.run, which waits at its end for threads that resolve names."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(examination.run())
    finally:
        loop.close()
