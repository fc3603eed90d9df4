"""How a process of ours ends when a signal comes during its start, or when it is killed."""

import asyncio
import signal
import sys
from pathlib import Path

from tests.service import until

ROOT = Path(__file__).parents[2]
LOADS_FOR_AN_HOUR = """
import asyncio, time
from app.cli.processes import run_on_fast_loop

def load():
    print("loading", flush=True)
    time.sleep(3600)

async def start():
    try:
        await asyncio.to_thread(load)
    finally:
        print("closed", flush=True)

run_on_fast_loop(start())
"""
RUNS_SERVERS = """
import asyncio, sys
from pathlib import Path
from app.db.private_postgres import private_postgres
from app.resources import private_redis

async def run(folder):
    async with private_postgres(folder / "postgres") as database, private_redis(folder) as redis:
        print(database, redis, flush=True)
        await asyncio.Event().wait()

asyncio.run(run(Path(sys.argv[1])))
"""


async def test_a_signal_ends_a_start_whose_thread_still_loads_a_model() -> None:
    process = await _run_python(LOADS_FOR_AN_HOUR)
    started = await _read_line(process)

    process.send_signal(signal.SIGTERM)
    output, _ = await process.communicate()

    assert (started, output, process.returncode) == ("loading", b"closed\n", 0)


async def test_private_servers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    process = await _run_python(RUNS_SERVERS, str(tmp_path))
    urls = (await _read_line(process)).split()
    ports = [int(url.rpartition(":")[2].partition("/")[0]) for url in urls]

    process.send_signal(signal.SIGKILL)
    await process.wait()

    async def none_listens() -> bool:
        return not any([await _is_listened_on(port) for port in ports])

    await until(none_listens, 20)


async def _run_python(program: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


async def _read_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def _is_listened_on(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
