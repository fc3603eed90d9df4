"""`python -m app`, as a newcomer starts it: one process, real weights, no setting."""

import asyncio
import contextlib
import json
import re
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kit.http_clients import open_async_client
from app.sample import shop
from models.intent import taxonomy
from tests.service import until

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[1]
TEA = ("龙井茶多少钱一斤", "茶叶蛋多少钱")


async def test_the_printed_curl_gets_a_fitting_answer(tmp_path: Path) -> None:
    service = await _started(tmp_path, "both", SAMPLE="false")

    command = await _printed_curl(service)
    curl = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
    answer = (await curl.communicate())[0].decode()

    service.send_signal(signal.SIGTERM)
    reply = json.loads(answer)["reply"].partition("\n\n我是回音的智能助手")[0]
    fitting = taxonomy.load_taxonomy().by_id["ask_ship_time"].replies
    assert (reply in fitting, await service.wait()) == (True, 0)


async def test_a_new_database_answers_as_the_sample_shop_until_it_is_cleared(
    tmp_path: Path,
) -> None:
    service = await _started(tmp_path, "both")
    base = (await _line(service, "first page")).split()[-1]

    async with open_async_client(base_url=base, timeout=30) as http:
        suggested = [await _evidence_for(http, text) for text in shop.SUGGESTIONS]
        clearing = await _run(tmp_path, "sample", "clear")
        await asyncio.sleep(2)  # what is taught or erased is live within two seconds
        after = [await _evidence_for(http, text) for text in TEA]

    service.send_signal(signal.SIGTERM)
    answered = [
        each["citations"][0].partition("-") if each["citations"] else each["source"]
        for each in suggested
    ]
    [document] = [each for each in answered if each[0] in shop.document_ids()]
    assert answered == [
        ("sample", "-", "01"), ("sample", "-", "11"), document, "order", ("sample", "-", "23"),
        "handoff",
    ]  # fmt: skip
    assert clearing.startswith("Erased 40 entries and 3 documents of the sample.")
    assert [each["citations"] for each in after] == [[], []]
    assert await service.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_start_that_is_broken_off_leaves_no_redis_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    service = await _started(tmp_path, "both")
    log = tmp_path / "var" / "redis" / "redis.log"

    async def redis_runs() -> bool:
        return log.exists() and "Ready to accept" in log.read_text()

    await until(redis_runs, 60)
    service.send_signal(number)
    _, output = await service.communicate()

    port = re.search(r"port=(\d+)", log.read_text())
    assert port is not None
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(port[1]))
    assert (service.returncode, "Traceback" in output.decode()) == (0, False)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("data.new/PG_VERSION", ""),
        ("postgres.log", "starting PostgreSQL"),
        ("postgres.log", "ready to accept"),
    ],
)
async def test_a_start_that_is_broken_off_leaves_no_postgres_behind(
    tmp_path: Path, file: str, words: str
) -> None:
    service = await _started(tmp_path, "both")
    reached = tmp_path / "var" / "postgres" / file

    async def is_reached() -> bool:
        return reached.exists() and words in reached.read_text()

    async def is_gone() -> bool:
        commands = _command_lines()
        return not any(str(reached.parent).encode() in command for command in commands)

    await until(is_reached, 60)
    service.send_signal(signal.SIGTERM)
    _, output = await service.communicate()
    await until(is_gone, 5)

    assert (service.returncode, "Traceback" in output.decode()) == (0, False)


async def test_apart_it_refuses_to_start_without_secrets(tmp_path: Path) -> None:
    service = await _started(tmp_path, "worker")

    _, output = await service.communicate()

    assert service.returncode == 2
    assert output.decode().splitlines()[0] == "Can't start:"
    assert len(output.decode().splitlines()) == 6


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ({"DEVICE": "cuda"}, "DEVICE is cuda, but torch"),
        (
            {"DATABASE_URL": "postgresql+asyncpg://a:b@127.0.0.1:1/c"},
            "DATABASE_URL: no database answers at 127.0.0.1:1/c (",
        ),
        (
            {"DATABASE_URL": "postgresql+asyncpg://a:lily#@127.0.0.1:1x/c"},
            "DATABASE_URL: not an address of the form",
        ),
        ({"HOST": "192.0.2.1", "PLAYGROUND": "false"}, "HOST and PORT: 192.0.2.1:"),
        ({"HOST": "0.0.0.0"}, "HOST is 0.0.0.0, and whoever reaches /playground"),
    ],
)
async def test_what_a_setting_leads_to_is_tried_before_the_start(
    tmp_path: Path, setting: dict[str, str], fault: str
) -> None:
    service = await _started(tmp_path, "both", **setting)

    _, output = await service.communicate()

    lines = output.decode().splitlines()
    assert (service.returncode, lines[0], len(lines)) == (2, "Can't start:", 2)
    assert lines[1].startswith(f"  - {fault}")


@pytest.mark.parametrize("role", ["api", "worker"])
@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ({"REDIS_URL": "redis://:lily#pond@127.0.0.1:6379/0"}, "REDIS_URL: not an address"),
        ({"DATABASE_URL": "postgresql+asyncpg://a:lily@127.0.0.1:66000/c"}, "DATABASE_URL: no"),
    ],
)
async def test_an_odd_address_is_one_sentence_without_its_password(
    tmp_path: Path,
    redis_url: str,
    database_url: str,
    role: str,
    setting: dict[str, str],
    fault: str,
) -> None:
    service = await _started(
        tmp_path, role, PORT="0", **(_settings(redis_url, database_url) | setting)
    )

    _, output = await service.communicate()

    lines = output.decode().splitlines()
    assert (service.returncode, lines[0], len(lines)) == (2, "Can't start:", 2)
    assert lines[1].startswith(f"  - {fault}")
    assert "lily" not in output.decode()


async def test_a_worker_shows_its_metrics(
    tmp_path: Path, redis_url: str, database_url: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    service = await _started(
        tmp_path, "worker", METRICS_PORT=port, **_settings(redis_url, database_url)
    )
    assert service.stderr is not None
    async for line in service.stderr:
        if b"worker_ready" in line:
            break

    key = {"Authorization": "Bearer the-key-of-the-cms"}
    async with open_async_client(base_url=f"http://127.0.0.1:{port}") as http:
        refused = await http.get("/metrics")
        response = await http.get("/metrics", headers=key)
        ready = await http.get("/health/ready")
        while ready.status_code != 200:
            assert ready.status_code == 503
            await asyncio.sleep(0.2)
            ready = await http.get("/health/ready")

    service.send_signal(signal.SIGTERM)
    assert (refused.status_code, "huiyin_turns_total" in response.text) == (401, True)
    assert await service.wait() == 0


async def test_a_metrics_port_that_is_taken_is_a_fault_of_its_setting(
    tmp_path: Path, redis_url: str, database_url: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        service = await _started(
            tmp_path, "worker", METRICS_PORT=port, **_settings(redis_url, database_url)
        )
        _, output = await service.communicate()

    lines = output.decode().splitlines()
    assert (service.returncode, lines[0], len(lines)) == (2, "Can't start:", 2)
    assert lines[1].startswith(f"  - HOST and METRICS_PORT: 127.0.0.1:{port} can't be listened on")


def _settings(redis_url: str, database_url: str) -> dict[str, str]:
    return {
        "REDIS_URL": redis_url, "DATABASE_URL": database_url, "WECHAT_APPID": "wx1",
        "WECHAT_TOKEN": "lotus-pond", "CMS_API_KEY": "the-key-of-the-cms",
    }  # fmt: skip


async def _started(folder: Path, role: str, **settings: str) -> asyncio.subprocess.Process:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        role,
        cwd=folder,
        env={"PORT": str(port), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"} | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Under `nohup` the tests themselves ignore it, and what they start would, too.
        preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
    )


async def _printed_curl(service: asyncio.subprocess.Process) -> str:
    assert service.stdout is not None
    return await _line(service, "/playground/messages") + (await service.stdout.readline()).decode()


async def _line(service: asyncio.subprocess.Process, words: str) -> str:
    """The printed line that has these words."""
    assert service.stdout is not None
    async for line in service.stdout:
        if words in line.decode():
            return line.decode()
    raise AssertionError(f"no line with {words!r} was printed")


async def _evidence_for(http: httpx.AsyncClient, text: str) -> dict[str, Any]:
    typed = {"openid": "mei", "text": text}
    why: dict[str, Any] = (await http.post("/playground/messages", json=typed)).json()["why"]
    return why


async def _run(folder: Path, *words: str) -> str:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", *words, cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    return (await command.communicate())[0].decode()


def _command_lines() -> list[bytes]:
    """Of the processes that run; one may end while it is looked at."""
    lines: list[bytes] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes())
    return lines
