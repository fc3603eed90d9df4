"""The command `simulator`, as a process of its own."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.cli import simulator
from app.kit.http_clients import open_async_client
from tests.pace import seconds


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[dict[str, str]]:
    """The lines for .env that the command prints; it is told to stop afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "simulator", "--port", "0", *arguments,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds(10)):
            lines = await read_settings(process)
        yield lines
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()


async def read_settings(process: asyncio.subprocess.Process) -> dict[str, str]:
    """The printed lines that begin with WECHAT_, up to the last one."""
    assert process.stdout is not None
    lines: dict[str, str] = {}
    while "WECHAT_AES_KEY" not in lines:
        name, _, value = (await process.stdout.readline()).decode().strip().partition("=")
        if name.startswith("WECHAT_"):
            lines[name] = value
    return lines


async def ask_for_token(lines: dict[str, str], secret: str = "") -> dict[str, object]:
    credential = {"appid": lines["WECHAT_APPID"], "secret": secret or lines["WECHAT_SECRET"]}
    async with open_async_client(base_url=lines["WECHAT_API_BASE"]) as http:
        body = {"grant_type": "client_credential", **credential}
        return dict((await http.post("/cgi-bin/stable_token", json=body)).json())


@pytest.mark.slow
async def test_it_serves_an_account_and_knows_it_after_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    async with running("--state", state, "--kind", "personal") as first:
        token = await ask_for_token(first)
        refusal = await ask_for_token(first, "guess")
        async with open_async_client(base_url=first["WECHAT_API_BASE"]) as http:
            page = await http.get("/simulator/openapi.json")
            root = await http.get("/")
    async with running("--state", state) as second:
        token_again = await ask_for_token(second)

    assert (token["expires_in"], refusal["errcode"], page.status_code) == (7200, 40125, 200)
    assert root.headers["location"] == "/simulator/docs"
    assert {**first, "WECHAT_API_BASE": ""} == {**second, "WECHAT_API_BASE": ""}
    assert token_again["expires_in"] == 7200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "personal", "--verified"], "a personal account can't be verified"),
        (["--callback", "ftp://brand.example"], "isn't http://HOST:PORT/PATH"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = simulator.main(arguments)

    assert (code, message in capsys.readouterr().err) == (2, True)


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = simulator.main(["--port", str(port)])

    assert (code, f"port {port} of 127.0.0.1 can't be used" in capsys.readouterr().err) == (2, True)


def test_a_state_file_that_cannot_be_written_is_told_at_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = simulator.main(["--port", "0", "--state", str(tmp_path / "missing" / "state.json")])

    assert (code, "No such file or directory" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "65536"], "'65536' isn't a port from 0 to 65535"),
        (["--port", "-1"], "'-1' isn't a port from 0 to 65535"),
        (["--hours-behind", "nan"], "'nan' isn't from 0 to 8784 hours"),
        (["--hours-behind", "-1"], "'-1' isn't from 0 to 8784 hours"),
        (["--hours-behind", "two"], "invalid parse_hours value: 'two'"),
    ],
)
def test_an_option_out_of_bounds_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        simulator.main(arguments)

    assert (ended.value.code, message in capsys.readouterr().err) == (2, True)


def test_a_damaged_state_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state.json"
    state.write_text("{}")

    code = simulator.main(["--state", str(state)])

    assert (code, "isn't of version 1" in capsys.readouterr().err) == (2, True)
