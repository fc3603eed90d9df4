"""What is opened at the start, and what is said when it can't be."""

import asyncio
import socket
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.db.engines import describe_place
from app.db.private_database import embedded_postgres, named_database
from app.dialogue.records.repository import TurnLog
from app.errors import BadSettings
from app.resources import (
    check_can_listen,
    migrate_database,
    open_database,
    private_redis,
    redis_client,
    wait_for_redis,
)
from app.settings import SQLITE_FILE
from tests.postgres import PostgresServer
from tests.privacy.test_repository import turn
from tests.service import settings_for

NOBODY = "127.0.0.1:1"


async def test_a_redis_that_answers_is_good_enough(redis_url: str) -> None:
    async with redis_client(redis_url) as redis:
        await wait_for_redis(redis)


async def test_a_redis_that_does_not_answer_is_a_fault_of_its_setting() -> None:
    async with redis_client(f"redis://{NOBODY}/0") as redis:
        with pytest.raises(BadSettings) as refused:
            await wait_for_redis(redis, within=0.3)

    [fault] = refused.value.faults
    assert fault.startswith(f"REDIS_URL: no Redis answers at {NOBODY}/0 (")


async def test_a_wrong_password_is_told_at_once(tmp_path: Path) -> None:
    async with private_redis(tmp_path) as url:
        async with redis_client(url) as redis:
            await redis.config_set("requirepass", "lotus")
        async with redis_client(url.replace("//", "//:pond@")) as redis:
            with pytest.raises(BadSettings) as refused:
                await wait_for_redis(redis, within=30)

    [fault] = refused.value.faults
    assert fault.startswith(f"REDIS_URL: Redis at {url[8:]} refuses its user or password (")


async def test_a_folder_that_cannot_be_made_is_a_fault_of_data_dir() -> None:
    with pytest.raises(BadSettings) as refused:
        async with private_redis(Path("/proc/nowhere")):
            pass

    assert refused.value.faults == [
        "DATA_DIR: /proc/nowhere can't be made (No such file or directory)."
    ]


async def test_a_database_that_does_not_answer_is_a_fault_that_tells_no_secret(
    tmp_path: Path,
) -> None:
    url = f"postgresql+asyncpg://a:secret@{NOBODY}/c"
    settings = settings_for("redis://nowhere", tmp_path, database_url=url)

    with pytest.raises(BadSettings) as refused:
        async with open_database(settings, within=0.3):
            pass

    [fault] = refused.value.faults
    assert fault.startswith(f"DATABASE_URL: no database answers at {NOBODY}/c (")
    assert ("secret" in fault, "\n" in fault) == (False, False)


async def test_a_command_uses_the_database_that_is_named_else_a_private_one(
    tmp_path: Path,
) -> None:
    settings = settings_for("redis://nowhere", tmp_path, database_url="postgresql+asyncpg://a@b/c")
    async with named_database(settings) as named:
        assert named == settings

    unnamed = settings.model_copy(update={"database_url": ""})
    async with named_database(unnamed) as named:
        await migrate_database(named)
        async with open_database(named) as engine:
            await TurnLog(engine).write([turn("1")])

    assert (tmp_path / "postgres" / "data").is_dir()


async def test_a_database_of_version_0_1_is_copied_before_the_embedded_run(
    tmp_path: Path,
) -> None:
    settings = settings_for("redis://nowhere", tmp_path)
    file = tmp_path / SQLITE_FILE
    file.touch()

    with pytest.raises(BadSettings) as refused:
        async with embedded_postgres(settings):
            pass

    [fault] = refused.value.faults
    assert f"`python -m app migrate --from {file}`" in fault
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgresql+asyncpg://a:lily@db.example/shop", "db.example:5432/shop"),
        ("postgresql+asyncpg://a:lily@pond@db.example:1/c", "db.example:1/c"),
        ("postgresql+asyncpg://a:li@ly/pond@db.example:1/c", "db.example:1/c"),
        ("postgresql+asyncpg://a:lily@/c?host=/run/pg", "/run/pg:5432/c"),
    ],
)
def test_a_database_is_named_by_its_place_alone(address: str, place: str) -> None:
    assert describe_place(make_url(address)) == place


def test_an_address_somebody_listens_on_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(BadSettings) as refused:
            check_can_listen("127.0.0.1", port)

    check_can_listen("127.0.0.1", port)
    [fault] = refused.value.faults
    assert fault.startswith(f"HOST and PORT: 127.0.0.1:{port} can't be listened on (")


@pytest.mark.parametrize(
    "url",
    [
        "redis://:lily#pond@127.0.0.1:6379/0",
        "redis://:lily/pond@127.0.0.1:6379/0",
        "redis://:lily?pond@127.0.0.1:6379/0",
        "redis://:lily@127.0.0.1:99999/0",
        "redis://:lily@127.0.0.1:six/0",
        "redis://:lily@[::1/0",
    ],
)
async def test_an_address_of_redis_that_cannot_be_read_is_one_sentence(url: str) -> None:
    with pytest.raises(BadSettings) as refused:
        async with redis_client(url):
            pass

    [fault] = refused.value.faults
    assert fault.startswith("REDIS_URL: not an address of the form redis://")
    assert "lily" not in fault


@pytest.mark.parametrize(
    "server",
    [
        "a:lily#pond@127.0.0.1:1", "a:lily/pond@127.0.0.1:1", "a:lily?pond@127.0.0.1:1",
        "a:lily@pond@127.0.0.1:1", "a:lily:pond@127.0.0.1:1", "a:lily%pond@127.0.0.1:1",
        "a:lily[pond@127.0.0.1:1", "a:lily@127.0.0.1:99999", "a:lily@127.0.0.1:five",
        "a:lily@[::1", "a:lily@nowhere.invalid:1",
    ],
)  # fmt: skip
async def test_an_odd_address_of_a_database_is_one_sentence_without_its_password(
    tmp_path: Path, server: str
) -> None:
    url = f"postgresql+asyncpg://{server}/c"
    settings = settings_for("redis://nowhere", tmp_path, database_url=url)

    with pytest.raises(BadSettings) as refused:
        async with open_database(settings, within=0.1):
            pass

    [fault] = refused.value.faults
    assert (fault.startswith("DATABASE_URL: "), "lily" in fault, "\n" in fault) == (
        True, False, False,
    )  # fmt: skip


async def test_a_wrong_password_of_the_database_is_told_at_once(
    database_url: str, tmp_path: Path
) -> None:
    address = make_url(database_url).set(password="lily")
    url = address.render_as_string(hide_password=False)
    settings = settings_for("redis://nowhere", tmp_path, database_url=url)

    with pytest.raises(BadSettings) as refused:
        async with open_database(settings, within=60):
            pass

    [fault] = refused.value.faults
    place = url.rpartition("@")[2]
    assert fault.startswith(f"DATABASE_URL: no database can be opened at {place} (password")
    assert "lily" not in fault


async def test_a_database_that_starts_later_is_waited_for(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    settings = settings_for("redis://nowhere", tmp_path, database_url=own_postgres.url())

    async def open_it() -> None:
        async with open_database(settings):
            pass

    async with own_postgres.away():
        opening = asyncio.create_task(open_it())
        await asyncio.sleep(1)
        waits = not opening.done()
    await opening

    assert waits
