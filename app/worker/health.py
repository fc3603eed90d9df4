"""A worker's health, and the small HTTP server for probes and metrics."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from app.errors import BadSettings
from app.kit.authorization import shows_key

# Seconds without a sign after which the part counts as away. A heartbeat comes each second, and
# may wait for Redis or the database as long as their time limits allow.
LOOP_WITHIN = 30.0
SERVICE_WITHIN = 15.0
REQUEST_WITHIN = 5.0

NEVER = float("-inf")
StartResponse = Callable[..., Any]


@dataclass(slots=True)
class Health:
    """When each part last answered (`time.monotonic`). The event loop writes, threads read."""

    loop_at: float = NEVER  # NEVER until the worker runs
    redis_at: float = NEVER
    database_at: float = NEVER

    def is_live(self) -> bool:
        """False when the event loop hangs: the process has to be restarted."""
        return self.loop_at == NEVER or time.monotonic() - self.loop_at < LOOP_WITHIN

    def obstacle(self) -> str:
        """Why the worker can't answer at the moment; "" when it is ready."""
        now = time.monotonic()
        if self.loop_at == NEVER:
            return "the models are not warm yet"
        if not self.is_live():
            return "the event loop stands still"
        if now - self.redis_at > SERVICE_WITHIN:
            return "Redis does not answer"
        if now - self.database_at > SERVICE_WITHIN:
            return "the database does not answer"
        return ""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _ServerIPv6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = REQUEST_WITHIN

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parent's name
        """Log nothing: a probe comes every few seconds."""


def serve(host: str, port: int, health: Health, key: str) -> None:
    """Serve /health/live, /health/ready and /metrics from a thread of its own. Port 0: off.

    /metrics requires `key`, as in the api process. The thread answers even if the event loop hangs.
    Raises BadSettings when the address can't be listened on.
    """
    if not port:
        return
    try:
        kind = _ServerIPv6 if ":" in host else _Server
        server = make_server(host, port, _build_application(health, key), kind, _Handler)
    except OSError as error:
        raise BadSettings(
            [f"HOST and METRICS_PORT: {host}:{port} can't be listened on ({error})."]
        ) from None
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


def _build_application(
    health: Health, key: str
) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/health/live":
                return _send_status(
                    start_response, "" if health.is_live() else "the event loop stands still"
                )
            case "/health/ready":
                return _send_status(start_response, health.obstacle())
            case "/metrics" if _shows_key(environ, key):
                page: Iterable[bytes] = metrics(environ, start_response)
                return page
            case "/metrics":
                start_response("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
                return [b"send the header Authorization: Bearer CMS_API_KEY\n"]
            case _:
                start_response("404 Not Found", [("Content-Type", "text/plain")])
                return [b"/health/live, /health/ready or /metrics\n"]

    return answer


def _shows_key(environ: dict[str, Any], key: str) -> bool:
    return shows_key(environ.get("HTTP_AUTHORIZATION", "").encode("latin-1"), key, basic=True)


def _send_status(start_response: StartResponse, obstacle: str) -> list[bytes]:
    status = "503 Service Unavailable" if obstacle else "200 OK"
    start_response(status, [("Content-Type", "text/plain")])
    return [f"{obstacle or 'ok'}\n".encode()]
