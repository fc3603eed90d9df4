"""What is opened at the start, and what is said when it can't be."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.db.tables import metadata
from app.errors import BadSettings
from app.resources import answering, database, free_to_listen, private_redis, redis_client
from tests.service import settings_for

NOBODY = "127.0.0.1:1"


async def test_a_redis_that_answers_is_good_enough(redis_url: str) -> None:
    async with redis_client(redis_url) as redis:
        await answering(redis)


async def test_a_redis_that_does_not_answer_is_a_fault_of_its_setting() -> None:
    async with redis_client(f"redis://{NOBODY}/0") as redis:
        with pytest.raises(BadSettings) as refused:
            await answering(redis, within=0.3)

    [fault] = refused.value.faults
    assert fault.startswith("REDIS_URL: no Redis answers there (")


async def test_a_wrong_password_is_told_at_once(tmp_path: Path) -> None:
    async with private_redis(tmp_path) as url:
        async with redis_client(url) as redis:
            await redis.config_set("requirepass", "lotus")
        async with redis_client(url.replace("//", "//:pond@")) as redis:
            with pytest.raises(BadSettings) as refused:
                await answering(redis, within=30)

    [fault] = refused.value.faults
    assert fault.startswith("REDIS_URL: Redis refuses its user or password (")


async def test_a_folder_that_cannot_be_made_is_a_fault_of_data_dir() -> None:
    with pytest.raises(BadSettings) as refused:
        async with private_redis(Path("/proc/nowhere")):
            pass

    assert refused.value.faults == [
        "DATA_DIR: /proc/nowhere can't be made (No such file or directory)."
    ]


async def test_the_database_is_opened_with_its_tables_in_a_folder_of_its_own(
    tmp_path: Path,
) -> None:
    settings = settings_for("redis://nowhere", tmp_path / "new" / "folder")

    async with database(settings) as engine, engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())

    assert tables == sorted(metadata.tables)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (
            {"database_url": f"postgresql+asyncpg://a:secret@{NOBODY}/c"},
            "DATABASE_URL: no database answers there (",
        ),
        (
            {"data_dir": Path("/proc/nowhere")},
            "DATA_DIR /proc/nowhere: no database can be opened (",
        ),
    ],
)
async def test_a_database_that_cannot_be_opened_is_a_fault_that_tells_no_secret(
    tmp_path: Path, changed: dict[str, object], fault: str
) -> None:
    settings = settings_for("redis://nowhere", tmp_path, **changed)

    with pytest.raises(BadSettings) as refused:
        async with database(settings, within=0.3):
            pass

    [told] = refused.value.faults
    assert (told.startswith(fault), "secret" in told, "\n" in told) == (True, False, False)


def test_an_address_somebody_listens_on_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSettings) as refused:
            free_to_listen("127.0.0.1", port)

    free_to_listen("127.0.0.1", port)
    [fault] = refused.value.faults
    assert fault.startswith(f"HOST and PORT: 127.0.0.1:{port} can't be listened on (")
