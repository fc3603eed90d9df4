"""Simulate WeChat's platform on this machine, for development without an account."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from app.simulator.accounts.credentials import Credentials, make_credentials, open_callback
from app.simulator.server import SimulatorServer
from app.simulator.state_file import DamagedState, read_credentials

DONE, TROUBLE = 0, 2  # exit codes
MOST_PORTS, YEAR_HOURS = 65_536, 8784
CALLBACK = "http://127.0.0.1:8000/wechat/default"
KINDS = {"personal": "个人公众号", "subscription": "公众号（订阅号）", "service": "服务号"}


def main(arguments: Sequence[str]) -> int:
    """Run the command until it is interrupted; returns the exit code. 2: it could not start."""
    options = _build_parser().parse_args(arguments)
    try:
        credentials = _find_credentials(options)
        open_callback(credentials)
        server = SimulatorServer(
            credentials, options.port, options.state, 3_600 * options.hours_behind
        )
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(server.serve(lambda base: print(_format(base, credentials), flush=True)))  # noqa: T201
    except (DamagedState, OSError, ValueError) as error:
        print(f"The simulator can't start: {error}", file=sys.stderr)  # noqa: T201
        return TROUBLE
    return DONE


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m app simulator", description=__doc__)
    parser.add_argument(
        "--port", type=parse_port, default=8100, help="8100 by default; 0: any free port"
    )
    parser.add_argument("--kind", choices=KINDS, default="service", help="service by default")
    parser.add_argument(
        "--verified", action=argparse.BooleanOptionalAction, dest="verified", default=None,
        help="whether the account is verified (微信认证); all but personal ones are by default",
    )  # fmt: skip
    parser.add_argument(
        "--unverified", action="store_false", dest="verified", help="the same as --no-verified"
    )
    parser.add_argument(
        "--callback", default=CALLBACK, metavar="URL",
        help=f"where the account's server takes messages; {CALLBACK} by default",
    )  # fmt: skip
    parser.add_argument(
        "--state", type=Path, metavar="FILE",
        help="keep account, drafts, articles and followers here; the other options stand in it",
    )  # fmt: skip
    parser.add_argument(
        "--hours-behind", type=parse_hours, default=0.0, metavar="HOURS",
        help="start the platform's clock so far behind; /simulator/clock lets the hours pass",
    )  # fmt: skip
    return parser


def parse_port(text: str) -> int:
    """A port's number. Raises ArgumentTypeError."""
    if not (text.isdecimal() and int(text) < MOST_PORTS):
        raise argparse.ArgumentTypeError(f"{text!r} isn't a port from 0 to {MOST_PORTS - 1}")
    return int(text)


def parse_hours(text: str) -> float:
    """Hours, at most those of a year. Raises ArgumentTypeError, and ValueError for no number."""
    hours = float(text)
    if not 0 <= hours <= YEAR_HOURS:
        raise argparse.ArgumentTypeError(f"{text!r} isn't from 0 to {YEAR_HOURS} hours")
    return hours


def _find_credentials(options: argparse.Namespace) -> Credentials:
    if options.state is not None and options.state.exists():
        return read_credentials(options.state)
    verified = options.kind != "personal" if options.verified is None else options.verified
    return make_credentials(options.kind, verified=verified, callback_url=options.callback)


def _format(base: str, credentials: Credentials) -> str:
    account = credentials.account
    verified = "verified" if account.verified else "not verified"
    return f"""
WeChat is simulated at {base}: {KINDS[account.kind]}, {verified}
  callback       {account.callback_url}
  by hand        {base}/simulator/docs

Lines for .env:
WECHAT_API_BASE={base}
WECHAT_APPID={account.appid}
WECHAT_SECRET={account.secret}
WECHAT_TOKEN={credentials.token}
WECHAT_AES_KEY={credentials.aes_key}

A follower writes:
  curl -sS {base}/simulator/messages -H 'Content-Type: application/json' \\
       -d '{{"openid": "oFollower", "text": "什么时候发货？"}}'

More in docs/simulator.md: comments, faults, late events, the clock.
"""
