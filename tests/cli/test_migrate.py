"""The command that takes over a database of version 0.1, and a start after it has failed."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from app.cli import migrate
from app.db.private_database import embedded_postgres
from app.errors import BadSettings
from app.settings import SQLITE_FILE, Settings
from tests.db.test_sqlite_copy import SCHEMA
from tests.service import settings_for

LONG = "o" * 65  # an openid has 64 characters at most


def change(file: Path, statements: str) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executescript(statements)


async def start_server(settings: Settings) -> str:
    """Start the private server as `make run` does; returns its refusal, "" if there was none."""
    try:
        async with embedded_postgres(settings):
            return ""
    except BadSettings as error:
        return error.faults[0]


def test_a_start_after_a_copy_that_failed_is_refused_until_the_copy_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings, file = settings_for("redis://nowhere", tmp_path), tmp_path / SQLITE_FILE
    change(file, SCHEMA.read_text("utf-8"))
    change(
        file,
        "INSERT INTO turns VALUES "
        f"('1', 'tea', '{LONG}', '', '', 'template', NULL, NULL, NULL, '', 1.0, 1.0)",
    )

    codes = [migrate.main(["--from", str(file)])]
    refusals = [asyncio.run(start_server(settings))]
    change(file, "DELETE FROM turns")
    codes.append(migrate.main(["--from", str(file)]))
    refusals.append(asyncio.run(start_server(settings)))

    assert codes == [2, 0]
    assert "a row of table turns doesn't fit" in capsys.readouterr().err
    assert refusals == [
        f"DATA_DIR: {file} is a database of version 0.1: copy it by "
        f"`python -m app migrate --from {file}`, or move it away to begin anew.",
        "",
    ]
