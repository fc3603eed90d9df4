"""HTTP to the platform: one client a process, bounds on time and size, no secret in an error.

The access token is a part of the URL, so that neither a URL nor an httpx error may reach a log.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

import httpx

from app.kit.http_clients import open_async_client
from app.settings import Settings
from app.wechat.client.errors import ApiError, check_errcode

Json: TypeAlias = dict[str, Any]
Query: TypeAlias = Mapping[str, str | int]
Progress: TypeAlias = Callable[[int, int], None]  # bytes sent so far, bytes in all

STEP_SECONDS = 5.0  # to connect, and between two pieces of a request or of an answer
CALL_SECONDS = 5.0  # of a whole call without a file
FILE_SECONDS = 300.0  # of a whole upload or download
FILE_STEP_SECONDS = 60.0  # the platform looks at an uploaded file before it answers
JSON_BYTES = 32 * 1024 * 1024  # 20 drafts with the content of all their articles
FILE_BYTES = 20 * 1024 * 1024  # the largest file that the platform stores has 10 MB
UNHEARD = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
JSON_TYPES = ("application/json", "text/plain", "text/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUpload:
    """A file that is sent as multipart/form-data; a Path is read while it is sent."""

    filename: str
    content: bytes | Path = field(repr=False)
    content_type: str
    part: str = "media"  # the form field that holds the file
    form: Mapping[str, str] = field(default_factory=dict)  # further form fields
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRequest:
    """One request. `query` and `body` may hold secrets: `repr` hides them."""

    method: Literal["GET", "POST"]
    path: str
    query: Query = field(default_factory=dict, repr=False)
    body: Json | None = field(default=None, repr=False)
    upload: FileUpload | None = None
    is_download: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)  # what no error may show

    @property
    def seconds(self) -> float:
        """The longest that the whole call may take."""
        return FILE_SECONDS if self.upload or self.is_download else CALL_SECONDS

    @property
    def timeout(self) -> httpx.Timeout:
        """The bounds of the single steps."""
        return httpx.Timeout(STEP_SECONDS, read=FILE_STEP_SECONDS if self.upload else STEP_SECONDS)


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the platform answered with."""

    content: bytes = field(repr=False)
    content_type: str
    disposition: str  # the header Content-Disposition, with the file's name


def open_platform_http(settings: Settings) -> httpx.AsyncClient:
    """The process's client: WECHAT_API_BASE is its base; WECHAT_PROXY is used for that host only.

    Raises BadSettings for an unusable proxy.
    """
    logging.getLogger("httpx").addFilter(hide_query)  # it logs each URL at level INFO
    proxy = settings.wechat_proxy.get_secret_value()
    host = httpx.URL(settings.wechat_api_base).netloc.decode()
    proxies = {"WECHAT_PROXY": (f"all://{host}", proxy)} if proxy else {}
    return open_async_client(base_url=settings.wechat_api_base, proxies=proxies)


def hide_query(record: logging.LogRecord) -> bool:
    """A logging filter: remove the query of each URL among the record's arguments."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            value.copy_with(query=None) if isinstance(value, httpx.URL) else value
            for value in record.args
        )
    return True


@dataclass(frozen=True, slots=True)
class PlatformHttp:
    """Sends requests to the platform and reads its answers."""

    client: httpx.AsyncClient  # its base_url is WECHAT_API_BASE

    async def ask(self, request: PlatformRequest) -> Json:
        """The JSON object of the answer.

        Raises ApiError: with the platform's errcode, or with code None when it did not answer in
        time, answered something else than a JSON object, or more than JSON_BYTES.
        """
        _, content = await self._exchange(request, JSON_BYTES)
        answer = _parse_json(content)
        if answer is None:
            raise ApiError(None, f"{request.path} answered something else than a JSON object")
        return _check(answer, request)

    async def download(self, request: PlatformRequest, limit: int = FILE_BYTES) -> Download | Json:
        """The file of the answer, or its JSON: some material is answered as JSON.

        Raises ApiError as `ask` does, and for a file of more than `limit` bytes.
        """
        headers, content = await self._exchange(request, limit)
        content_type = headers.get("content-type", "")
        if content_type.startswith(JSON_TYPES) or "content-disposition" not in headers:
            answer = _parse_json(content)
            if answer is not None:
                return _check(answer, request)
        return Download(content, content_type, headers.get("content-disposition", ""))

    async def _exchange(
        self, request: PlatformRequest, limit: int
    ) -> tuple[Mapping[str, str], bytes]:
        """Headers and content of the answer, at most `limit` bytes. Raises ApiError."""
        try:
            async with asyncio.timeout(request.seconds):
                return await self._send(request, limit)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            message = f"{request.path} did not answer: {type(error).__name__} {error}"
            raise ApiError(
                None, _hide(message, request.secrets), unheard=isinstance(error, UNHEARD)
            ) from None

    async def _send(self, request: PlatformRequest, limit: int) -> tuple[Mapping[str, str], bytes]:
        with ExitStack() as files:
            built = self._build(request, files)
            answer = await self.client.send(built, stream=True)
            try:
                return answer.headers, await _read_bounded(answer, limit, request.path)
            finally:
                await answer.aclose()

    def _build(self, request: PlatformRequest, files: ExitStack) -> httpx.Request:
        content: dict[str, Any] = {}
        if request.body is not None:
            # Not escaped: the platform refuses \u escapes in drafts with 40033.
            text = json.dumps(request.body, ensure_ascii=False, allow_nan=False)
            content = {
                "content": text.encode("utf-8", "replace"),  # a lone surrogate becomes "?"
                "headers": {"Content-Type": "application/json; charset=utf-8"},
            }
        upload = request.upload
        if upload:
            file = files.enter_context(_open_content(upload))
            part = (upload.filename, file, upload.content_type)
            content = {"data": dict(upload.form), "files": {upload.part: part}}
        built = self.client.build_request(
            request.method,
            request.path,
            params=dict(request.query),
            timeout=request.timeout,
            **content,
        )
        if upload and upload.progress:
            size = int(built.headers["Content-Length"])
            assert isinstance(built.stream, httpx.AsyncByteStream)
            built.stream = _CountedStream(built.stream, size, upload.progress)
        return built


class _CountedStream(httpx.AsyncByteStream):
    """A request's body that tells `progress` how much of it was sent."""

    def __init__(self, stream: httpx.AsyncByteStream, size: int, progress: Progress) -> None:
        self._stream = stream
        self._size = size
        self._progress = progress

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        async for piece in self._stream:
            yield piece
            sent += len(piece)
            self._progress(sent, self._size)


def _open_content(upload: FileUpload) -> BinaryIO:
    if isinstance(upload.content, Path):
        return upload.content.open("rb")
    return BytesIO(upload.content)


async def _read_bounded(answer: httpx.Response, limit: int, path: str) -> bytes:
    pieces, size = [], 0
    async for piece in answer.aiter_bytes():
        size += len(piece)
        if size > limit:
            raise ApiError(None, f"{path} answered more than {limit} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _parse_json(content: bytes) -> Json | None:
    """The JSON object; nicknames may hold control characters and broken UTF-8."""
    try:
        answer = json.loads(content.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _check(answer: Json, request: PlatformRequest) -> Json:
    """The answer. Raises ApiError with its errcode, without secrets in the message."""
    if "errmsg" in answer:
        answer = answer | {"errmsg": _hide(str(answer["errmsg"]), request.secrets)}
    check_errcode(answer)
    return answer


def _hide(text: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):  # an account may have no secret: "" is everywhere
        text = text.replace(secret, "***")
    return text
