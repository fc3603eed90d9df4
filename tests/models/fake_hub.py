"""A hub on 127.0.0.1 that speaks both dialects, over real HTTP, with the faults of real ones."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

COMMIT = "c0ffee" * 6 + "c0ff"


@dataclass
class FakeHub:
    """What it holds, what is wrong with it, and what it was asked."""

    files: dict[str, bytes]
    repository: str = "lab/tiny"
    delay: float = 0.0  # seconds before it lists anything
    cut: dict[str, int] = field(default_factory=dict)  # path -> bytes after which it hangs up
    cuts: int = 0  # how often it does so
    forged: dict[str, bytes] = field(default_factory=dict)  # sent instead of what is listed
    sizes: dict[str, int] = field(default_factory=dict)  # listed instead of the true ones
    partial: int = 206  # the status of an answer to a range
    status: int = 200  # of the listing
    endpoint: str = ""
    downloads: list[tuple[str, str]] = field(default_factory=list)  # (file, range) downloads

    def hugging_face(self) -> object:
        """As https://huggingface.co/docs/hub/api lists a repository with blobs=true."""
        return {"sha": COMMIT, "siblings": [self._sibling(path) for path in self.files]}

    def model_scope(self) -> object:
        """As ModelScope's own client reads it."""
        blobs = [
            {
                "Path": path,
                "Type": "blob",
                "Size": self.sizes.get(path, len(content)),
                "Sha256": hashlib.sha256(content).hexdigest().upper(),
            }
            for path, content in self.files.items()
        ]
        return {"Code": 200, "Data": {"Files": [{"Path": "x", "Type": "tree"}, *blobs]}}

    def _sibling(self, path: str) -> dict[str, object]:
        content = self.files[path]
        size = self.sizes.get(path, len(content))
        if path.endswith((".safetensors", ".bin", ".gguf")):
            digest = hashlib.sha256(content).hexdigest()
            return {"rfilename": path, "size": size, "lfs": {"sha256": digest, "size": size}}
        blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        return {"rfilename": path, "size": size, "blobId": blob}


class Handler(BaseHTTPRequestHandler):
    """Answers for the hub that a subclass names."""

    hub: FakeHub

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        scope = f"/api/v1/models/{self.hub.repository}/repo"
        files = f"/{self.hub.repository}/resolve/{COMMIT}/"
        if path == f"/api/models/{self.hub.repository}/revision/main":
            self._list(self.hub.hugging_face())
        elif path == f"{scope}/files":
            self._list(self.hub.model_scope())
        elif path == scope:
            self._send(parse_qs(query)["FilePath"][0])
        elif path.startswith(files):
            self._send(path.removeprefix(files))
        else:
            self.send_error(404)

    def _list(self, listing: object) -> None:
        time.sleep(self.hub.delay)
        self._head(self.hub.status, body := json.dumps(listing).encode())
        self.wfile.write(body)

    def _send(self, path: str) -> None:
        hub = self.hub
        byte_range = self.headers.get("Range", "")
        hub.downloads.append((path, byte_range))
        at = int(byte_range.removeprefix("bytes=").rstrip("-") or 0)
        body = hub.forged.get(path, hub.files[path])[at:]
        self._head(hub.partial if byte_range else 200, body)
        if path in hub.cut and hub.cuts:
            hub.cuts -= 1
            body = body[: hub.cut[path]]
            self.close_connection = True
        self.wfile.write(body)

    def _head(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """The hub at `hub.endpoint` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": hub}))
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
