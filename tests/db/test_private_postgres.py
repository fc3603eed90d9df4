"""The server that `make run` starts: its data, its lock, and what is said when it can't start."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from app.db.private_postgres import STILL_ATTACHED, joined_postgres, private_postgres
from app.errors import BadSettings
from tests.postgres import QUICK, PostgresServer
from tests.service import until


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PostgresServer]:
    """Initialised, and not running."""
    server = PostgresServer(tmp_path, QUICK)
    await server.start()
    await server.stop()
    yield server
    await server.stop()


async def ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5, ssl=False)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def are_gone(processes: list[int]) -> bool:
    running = {path.name for path in Path("/proc").iterdir()}  # noqa: ASYNC240 - in memory
    return not running & {str(process) for process in processes}


async def refusal(folder: Path) -> str:
    with pytest.raises(BadSettings) as refused:
        async with private_postgres(folder):
            pass
    [fault] = refused.value.faults
    return fault


async def test_a_second_start_finds_what_the_first_has_stored(server: PostgresServer) -> None:
    async with private_postgres(server.folder) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 1 AS number")
    async with private_postgres(server.folder) as url:
        number = await ask(url, "SELECT number FROM kept")

    assert number == 1


async def test_data_is_for_its_owner_alone_and_asks_for_a_password(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    async with private_postgres(folder) as url:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(url.replace("postgres:", "postgres:guess-"), "SELECT 1")

    modes = [path.stat().st_mode & 0o077 for path in (folder, folder / "data", folder / "password")]
    assert modes == [0, 0, 0]


async def test_a_second_process_is_refused_while_a_command_joins(server: PostgresServer) -> None:
    async with private_postgres(server.folder) as url:
        fault = await refusal(server.folder)
        async with joined_postgres(server.folder) as joined:
            pass
        answer = await ask(url, "SELECT 1")

    assert fault == (
        f"DATA_DIR: {server.folder} is in use by another process of ours: stop that one first."
    )
    assert (joined, answer) == (url, 1)


async def test_a_command_alone_starts_the_server_and_stops_it(server: PostgresServer) -> None:
    async with joined_postgres(server.folder) as url:
        answer = await ask(url, "SELECT 1")

    assert (answer, await server.running_url()) == (1, None)


async def test_a_crash_that_leaves_its_process_file_is_recovered_from(
    server: PostgresServer,
) -> None:
    await server.start()
    await ask(server.url(), "CREATE TABLE kept AS SELECT 1 AS number")
    await ask(server.url(), "CHECKPOINT")
    children = server.children()
    await server.stop(signal.SIGKILL)
    await until(lambda: are_gone(children))
    assert (server.data / "postmaster.pid").exists()

    async with private_postgres(server.folder) as url:
        assert await ask(url, "SELECT number FROM kept") == 1


async def test_a_start_right_after_a_crash_waits_for_the_children(
    server: PostgresServer,
) -> None:
    await server.start()
    with server.frozen_children():
        await server.stop(signal.SIGKILL)
        starting = asyncio.create_task(server.start())
        await until(lambda: is_refused(server))

    await starting
    assert await ask(server.url(), "SELECT 1") == 1


async def is_refused(server: PostgresServer) -> bool:
    return STILL_ATTACHED in server.log.read_text()


async def test_a_server_that_outlived_its_process_is_stopped_first(
    server: PostgresServer,
) -> None:
    await server.start()
    orphan = server.process
    assert orphan is not None

    async with private_postgres(server.folder) as url:
        answer = await ask(url, "SELECT 1")

    assert (answer, orphan.wait(1)) == (1, 0)


async def test_a_folder_that_cannot_be_written_is_a_fault_of_data_dir() -> None:
    assert await refusal(Path("/proc/nowhere")) == (
        "DATA_DIR: /proc/nowhere can't be used (No such file or directory)."
    )


async def test_a_start_that_was_broken_off_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "data.new" / "base").mkdir(parents=True)

    async with private_postgres(tmp_path) as url:
        assert await ask(url, "SELECT 1") == 1


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("PG_VERSION", "9\n", "database files are incompatible with server"),
        ("postgresql.conf", "no_such_option = 1\n", "contains errors"),
    ],
)
async def test_data_that_the_server_refuses_is_told_with_its_reason(
    server: PostgresServer, file: str, content: str, reason: str
) -> None:
    (server.data / file).write_text(content)

    fault = await refusal(server.folder)

    place = f"DATA_DIR: the private PostgreSQL in {server.folder} does not start ("
    assert fault.startswith(place)
    assert reason in fault
    assert fault.endswith("; see postgres.log there.")


async def test_a_lost_password_is_told(server: PostgresServer) -> None:
    (server.folder / "password").unlink()

    assert await refusal(server.folder) == (
        f"DATA_DIR: {server.folder / 'password'} can't be used (No such file or directory)."
    )
    assert await server.running_url() is None
