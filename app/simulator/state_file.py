"""Keeps the platform's state in a JSON file, so that it outlives a restart.

Tokens and what was sent to phones aren't kept: a token of before the restart answers 40001.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.simulator.accounts.credentials import Credentials
from app.simulator.accounts.followers import FollowerBook
from app.simulator.accounts.state import AccountState, PlatformEvent, PlatformState
from app.simulator.families import FAMILIES

VERSION = 1


class DamagedState(Exception):
    """The file isn't one that `write_state` wrote."""


def list_stores() -> Iterator[type]:
    """The stores of all families."""
    yield FollowerBook
    for family in FAMILIES:
        yield from family.stores


def read_credentials(file: Path) -> Credentials:
    """The account of a state file. Raises DamagedState, and OSError where there is none."""
    try:
        return TypeAdapter(Credentials).validate_python(_read(file)["credentials"])
    except (KeyError, ValidationError) as error:
        raise DamagedState(str(error)) from error


def read_state(file: Path, state: PlatformState) -> None:
    """Fill the account's stores from a state file. Raises DamagedState, OSError."""
    saved = _read(file)
    try:
        account = state.accounts[saved["credentials"]["account"]["appid"]]
        account.numbers = saved["numbers"]
        for kind in list_stores():
            if kind.__name__ in saved["stores"]:
                content = json.dumps(saved["stores"][kind.__name__])
                account.put_store(TypeAdapter(kind).validate_json(content))
        state.waiting_events = [PlatformEvent(**event) for event in saved["events"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise DamagedState(str(error)) from error


def read_skipped_seconds(file: Path) -> float:
    """How far the platform's clock was ahead of real time. Raises DamagedState, OSError."""
    try:
        return float(_read(file).get("skipped_seconds", 0.0))
    except (TypeError, ValueError) as error:
        raise DamagedState(str(error)) from error


def write_state(
    file: Path, credentials: Credentials, state: PlatformState, *, skipped_seconds: float = 0.0
) -> None:
    """Replace the state file. Raises OSError."""
    account = state.accounts[credentials.account.appid]
    content = {
        "version": VERSION,
        "credentials": TypeAdapter(Credentials).dump_python(credentials, mode="json"),
        "numbers": account.numbers,
        "skipped_seconds": skipped_seconds,
        "stores": dict(_dump_stores(account, list_stores())),
        "events": [asdict(event) for event in state.waiting_events],
    }
    beside = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
        json.dump(content, new, ensure_ascii=False)
    beside.replace(file)


def _dump_stores(account: AccountState, kinds: Iterable[type]) -> Iterator[tuple[str, Any]]:
    for kind in kinds:
        yield kind.__name__, TypeAdapter(kind).dump_python(account.store(kind), mode="json")


def _read(file: Path) -> dict[str, Any]:
    try:
        saved = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise DamagedState(f"{file} is no JSON") from error
    if not isinstance(saved, dict) or saved.get("version") != VERSION:
        raise DamagedState(f"{file} isn't of version {VERSION}")
    return saved
