"""Runs the simulated platform on a port of this machine until it is interrupted."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

from app.simulator.accounts.credentials import Credentials, open_callback
from app.simulator.callback.wechat import WeChat
from app.simulator.clock import Running
from app.simulator.control.routes import create_control
from app.simulator.platform import Platform
from app.simulator.state_file import read_skipped_seconds, read_state, write_state

HOST = "127.0.0.1"
TICK_SECONDS = 0.2  # events are pushed at most so late
SAVE_SECONDS = 5.0  # the state file is at most so old


class _SignalledServer(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn would raise them again at its end, before the state is saved

    def stop(self) -> None:
        self.should_exit = True


@dataclass(frozen=True)
class SimulatorServer:
    """A simulated account on a port. Port 0: any that is free."""

    credentials: Credentials
    port: int
    state_file: Path | None = None
    seconds_behind: float = 0.0  # of the platform's clock at its start

    async def serve(self, on_start: Callable[[str], None]) -> None:
        """Serve until SIGINT or SIGTERM; `on_start` gets the base address.

        Raises DamagedState, OSError for the port and the state file, ValueError for the callback's
        address.
        """
        check_port(self.port)
        clock = self._start_clock()
        platform = Platform([self.credentials.account], clock=clock)
        if self.state_file is not None and self.state_file.exists():
            read_state(self.state_file, platform.state)
        self._save(platform, clock)  # a file that can't be written is told at the start
        async with open_callback(self.credentials) as wechat:
            platform.connect(wechat)
            server = _SignalledServer(self._build_config(platform, wechat, clock))
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, server.stop)
            ticking = asyncio.create_task(self._tick(platform, clock))
            announcing = asyncio.create_task(_announce(server, on_start))
            try:
                await server.serve()
            finally:
                await _cancel(ticking, announcing)
                self._save(platform, clock)

    def _start_clock(self) -> Running:
        """The clock as the state file left it, else as far behind as ordered."""
        if self.state_file is not None and self.state_file.exists():
            return Running(-read_skipped_seconds(self.state_file))
        return Running(self.seconds_behind)

    def _build_config(self, platform: Platform, wechat: WeChat, clock: Running) -> uvicorn.Config:
        control = create_control(platform, wechat, clock)
        by_hand = Route("/", RedirectResponse("/simulator/docs"))
        app = Starlette(routes=[by_hand, Mount("/simulator", control), Mount("/", platform.app)])
        return uvicorn.Config(app, host=HOST, port=self.port, log_level="warning", ws="none")

    async def _tick(self, platform: Platform, clock: Running) -> None:
        loop = asyncio.get_running_loop()
        saved_at = loop.time()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await platform.push_due_events()
            if loop.time() - saved_at >= SAVE_SECONDS:
                self._try_to_save(platform, clock)
                saved_at = loop.time()

    def _try_to_save(self, platform: Platform, clock: Running) -> None:
        try:
            self._save(platform, clock)
        except OSError as error:
            logging.getLogger(__name__).warning("the state isn't saved: %s", error)

    def _save(self, platform: Platform, clock: Running) -> None:
        if self.state_file is not None:
            write_state(
                self.state_file, self.credentials, platform.state, skipped_seconds=clock.skipped
            )


def check_port(port: int) -> None:
    """Raise OSError where the port can't be served; 0 is any that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            sentence = f"port {port} of {HOST} can't be used ({error.strerror}): choose another"
            raise OSError(error.errno, sentence) from error


async def _announce(server: uvicorn.Server, on_start: Callable[[str], None]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    on_start(f"http://{HOST}:{port}")


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
