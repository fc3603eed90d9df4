"""Find out why the service or its account does not work, and what to do about it."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from rich.console import Console

from app import accounts, settings
from app.accounts import Account, Accounts
from app.doctor.output import format_json, has_fault, print_table
from app.doctor.runner import Examination
from app.doctor.server_checks import describe_bad_settings
from app.doctor.values import BilingualText, CheckResult
from app.errors import BadSettings, UnknownAccount
from app.observability import logs

DONE, FAULT, TROUBLE = 0, 1, 2  # exit codes
NO_ACCOUNT = CheckResult(
    "account",
    "warn",
    BilingualText("没有配置公众号", "no account is configured"),
    BilingualText(
        "设置 WECHAT_APPID、WECHAT_TOKEN 等，或用 ACCOUNTS_FILE 列出多个公众号。",
        "Set WECHAT_APPID, WECHAT_TOKEN and so on, or list accounts in ACCOUNTS_FILE.",
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. 2: wrong usage; 1: a fault; 0: none."""
    options = _build_parser().parse_args(arguments)
    language = options.lang or settings.read_language()
    logs.configure_logging("critical")  # what is refused stands in the results
    try:
        name, results = _examine(options.account)
    except UnknownAccount as error:
        print(f"python -m app doctor: {error}", file=sys.stderr)  # noqa: T201
        return TROUBLE
    if options.json:
        print(format_json(name, results, language))  # noqa: T201
    else:
        print_table(Console(), results, language)
    return FAULT if has_fault(results) else DONE


def run(arguments: Sequence[str]) -> NoReturn:
    """Run the command and end the process, also where a name that won't resolve blocks a thread."""
    code = main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m app doctor", description=__doc__)
    parser.add_argument(
        "account", nargs="?", default="", help="the account's name; `default`, or the first one"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--lang", choices=["zh", "en"], help="the language; by default that of the locale"
    )
    return parser


def _examine(name: str) -> tuple[str, list[CheckResult]]:
    """The account's name and all results. Raises UnknownAccount."""
    try:
        app_settings = settings.read()
    except BadSettings as error:
        return name, [describe_bad_settings(error.faults)]
    obstacle, account = NO_ACCOUNT, None
    try:
        account = _choose_account(accounts.load(app_settings), name)
    except BadSettings as error:
        obstacle = describe_bad_settings(error.faults, "callback_settings")
    results = _run_at_most(Examination(settings=app_settings, account=account))
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
