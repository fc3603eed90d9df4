"""HTTP/1.1 for uvicorn with limits of bytes, seconds and connections, before any key is checked."""

import asyncio
import resource
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.observability import metrics

FILES = 65_536  # more open files than any process here needs
# Longer than a proxy or a client's pool keeps an idle connection (nginx: 60 s), so that these
# close it, and no request is sent on a connection that the server is about to close.
KEEP_ALIVE_SECONDS = 75


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one connection, and of their number."""

    head_bytes: int = 16 * 1024  # request line and headers
    head_seconds: float = 10.0  # from the connection, or the first byte, to the end of the head
    body_seconds: float = 10.0  # for the body, and
    body_rate: int = 10 * 1024  # one second more for each of so many bytes received
    connections: int = 4_096  # beyond, the longest idle connection is closed


def raise_file_limit(connections: int) -> int:
    """Raise the soft limit of open files; returns how many of `connections` the process may hold.

    Each connection is an open file. A quarter of the limit is left for Redis, the database and the
    log.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < highest:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
        soft = highest
    return connections if soft == resource.RLIM_INFINITY else min(connections, soft * 3 // 4)


def bounded_protocol(bounds: Bounds) -> type["BoundedProtocol"]:
    """A protocol class with these bounds; uvicorn makes one instance per connection."""
    return type("Bounded", (BoundedProtocol,), {"bounds": bounds, "idle": {}})


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's httptools protocol with limits of the head's size and the request's time added."""

    bounds: ClassVar[Bounds]
    idle: ClassVar[
        dict["BoundedProtocol", None]
    ]  # connections without a request in flight, the oldest first

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._phase: Literal["head", "body", "done"] = "head"  # of the request that is being read
        self._phase_began = 0.0
        self._phase_bytes = 0
        self._head_bytes = 0  # of the parsed part of the head, and of trailers
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.idle[self] = None
        self._begin_phase("head")
        self._start_timer()
        if len(self.connections) > self.bounds.connections:
            oldest = next(iter(self.idle))
            del self.idle[oldest]
            oldest._close_connection("connections")

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        self.idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._phase == "done" and self._is_idle():
            self._begin_phase("head")
        self._phase_bytes += len(data)
        super().data_received(data)
        if self._phase == "head" and self._phase_bytes > self.bounds.head_bytes:
            self._refuse_request(431, "head_bytes")
        self._start_timer()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        if self._phase == "done":
            self._begin_phase("head")

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.idle.pop(self, None)
        self._begin_phase("body")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._is_idle():  # answered before the whole body was received
            self._begin_phase("head")
        else:
            self._phase = "done"
            self._cancel_timer()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_idle() and not self.transport.is_closing():
            self.idle[self] = None

    def send_400_response(self, msg: str) -> None:
        """Answer 431 for a head too large, else 400; called for errors of parser and callbacks."""
        if self._head_bytes > self.bounds.head_bytes:
            self._refuse_request(431, "head_bytes")
        else:
            super().send_400_response(msg)

    def _is_idle(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is None or bool(cycle.response_complete and not self.pipeline)

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.bounds.head_bytes:
            raise ValueError("the head is too large")  # the parser stops; see send_400_response

    def _begin_phase(self, phase: Literal["head", "body"]) -> None:
        self._cancel_timer()
        self._phase, self._phase_bytes, self._phase_began = phase, 0, self.loop.time()

    def _start_timer(self) -> None:
        """Start the phase's timer, unless it runs. Requests that come in one piece have none."""
        if self._phase != "done" and self._deadline is None and not self.transport.is_closing():
            bounds = self.bounds
            seconds = bounds.head_seconds if self._phase == "head" else bounds.body_seconds
            self._deadline = self.loop.call_later(seconds, self._check_deadline)

    def _cancel_timer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _check_deadline(self) -> None:
        if self._phase == "body":
            seconds = self.bounds.body_seconds + self._phase_bytes / self.bounds.body_rate
            remaining = self._phase_began + seconds - self.loop.time()
            if self.flow.read_paused:  # the application is slow, not the client
                remaining = self.bounds.body_seconds
            if remaining > 0:
                self._deadline = self.loop.call_later(remaining, self._check_deadline)
                return
        self._refuse_request(408, f"{self._phase}_seconds")

    def _refuse_request(self, status: int, bound: str) -> None:
        """Answer `status` and close; without an answer if nothing was sent or a response runs."""
        if self.transport.is_closing():
            return
        if self._phase == "body":
            silent = bool(self.pipeline) or self.cycle.response_started
        else:
            silent = self._phase_bytes == 0 or not self._is_idle()
        if not silent:
            self.transport.write(
                STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"
            )
        self._close_connection(bound)

    def _close_connection(self, bound: str) -> None:
        metrics.CUT.labels(bound).inc()
        self._cancel_timer()
        self.transport.close()
