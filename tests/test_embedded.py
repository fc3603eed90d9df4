"""`python -m app`, as a newcomer starts it: one process, real weights, no setting."""

import asyncio
import re
import signal
import socket
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[1]


async def test_the_printed_curl_gets_a_fitting_answer(tmp_path: Path) -> None:
    service = await _started(tmp_path, "both")

    command = await _printed_curl(service)
    curl = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
    answer = (await curl.communicate())[0].decode()

    service.send_signal(signal.SIGTERM)
    assert ("<Content>" in answer, "发" in answer, await service.wait()) == (True, True, 0)


async def test_apart_it_refuses_to_start_without_secrets(tmp_path: Path) -> None:
    service = await _started(tmp_path, "worker")

    _, said = await service.communicate()

    assert service.returncode == 1
    assert said.decode().splitlines()[0] == "Can't start:"
    assert len(said.decode().splitlines()) == 5


async def _started(folder: Path, role: str) -> asyncio.subprocess.Process:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        role,
        cwd=folder,
        env={"PORT": str(port), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _printed_curl(service: asyncio.subprocess.Process) -> str:
    assert service.stdout is not None
    async for line in service.stdout:
        if found := re.search(r"curl -sS 'http.*</xml>'", line.decode()):
            return found.group(0)
    raise AssertionError("no curl was printed")
