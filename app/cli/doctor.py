"""Find out why the service or its account does not work, and what to do about it."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

DONE, FAULT, TROUBLE = 0, 1, 2  # exit codes
LIMIT_SECONDS = 8.0  # from the start of the command to the last result; with the table, 10 s
SHORTEST_SECONDS = 1.0  # of the checks, on a machine where the imports take long


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. 2: wrong usage; 1: a fault; 0: none."""
    began = time.monotonic()
    options = _build_parser().parse_args(arguments)
    # Imported here: of the limit, the imports take about a second.
    from rich.console import Console

    from app import settings
    from app.doctor.examining import examine
    from app.doctor.output import format_json, has_fault, print_table
    from app.errors import UnknownAccount
    from app.observability import logs

    language = options.lang or settings.read_language()
    logs.configure_logging("critical")  # what is refused stands in the results
    seconds = max(LIMIT_SECONDS - (time.monotonic() - began), SHORTEST_SECONDS)
    try:
        name, results = examine(options.account, seconds)
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
    try:
        code = main(arguments)
    except KeyboardInterrupt:
        code = 128 + 2
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
