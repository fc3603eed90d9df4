"""Reads the files of a multipart form; decodes file names in every encoding that clients use."""

import contextlib
import email.errors
import email.header
import email.message
import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import BadFiles
from app.knowledge.imports.repository import Upload

FIELD = "files"
LONGEST_NAME = 200  # characters
PART_BYTES = 1024 * 1024
# The OpenAPI description of the body, which is parsed here and not by FastAPI.
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "CSV, Excel, JSONL, Markdown, HTML, ...",
                        }
                    },
                }
            }
        },
    }
}

_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_OCTETS = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)


async def read_uploads(request: Request) -> list[Upload]:
    """Read the files of the form's field `files`. Raises BadFiles."""
    async with _open_files(request) as files:
        return [Upload(file.name, await file.part.read()) for file in files]


async def open_upload(request: Request) -> AsyncIterator["OpenUpload"]:
    """The one file of the form's field `files`, on the disk. Raises BadFiles."""
    async with _open_files(request) as files:
        if len(files) != 1:
            raise BadFiles(f"there are {len(files)} files: send one table at a time")
        yield files[0]


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """An uploaded file that is open; a large one is on the disk."""

    name: str
    part: UploadFile

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.part.size or 0

    async def read_parts(self) -> AsyncIterator[bytes]:
        """The content in parts of PART_BYTES."""
        await self.part.seek(0)
        while part := await self.part.read(PART_BYTES):
            yield part


@contextlib.asynccontextmanager
async def _open_files(request: Request) -> AsyncIterator[list[OpenUpload]]:
    if "multipart/form-data" not in request.headers.get("content-type", ""):
        raise BadFiles(f"send the files as multipart/form-data, in the field {FIELD!r}")
    try:
        form = await _NamingParser(request.headers, request.stream()).parse()
    except MultiPartException as error:
        raise BadFiles(f"this is no multipart/form-data: {error.message}") from None
    try:
        parts = form.getlist(FIELD)
        if not parts:
            raise BadFiles(f"there is no file in the field {FIELD!r}")
        yield [_name_upload(part) for part in parts]
    finally:
        await form.close()


def _name_upload(part: UploadFile | str) -> OpenUpload:
    name = "" if isinstance(part, str) else _relative_path(part.filename or "")
    if isinstance(part, str) or not name:
        raise BadFiles("a file has no name: send each with one, its ending says what it is")
    unprintable = any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in name)
    if unprintable or len(name) > LONGEST_NAME:
        raise BadFiles(f"the file name {name[:40]!r} is too long or can't be printed: rename it")
    return OpenUpload(name, part)


def _relative_path(name: str) -> str:
    """The name as a relative path; of a Windows path with a drive only the file's own name."""
    on_disk = PureWindowsPath(name)
    inside = on_disk.name if on_disk.drive else name
    return inside.replace("\\", "/").removeprefix("./").lstrip("/")


class _NamingParser(MultiPartParser):
    """Starlette's parser, but with names by `file_name`: clients encode them in five ways."""

    def on_headers_finished(self) -> None:
        """Treat a part with `filename*` alone as a file too, and set the decoded name."""
        part = self._current_part
        disposition = part.content_disposition or b""
        name = file_name(disposition)
        if name is not None and b"filename=" not in disposition.lower():
            part.content_disposition = disposition + b'; filename=""'
        super().on_headers_finished()
        if name is not None and part.file is not None:
            part.file.filename = name


def file_name(disposition: bytes) -> str | None:
    """Decode the file name of a Content-Disposition; None where the part is no file.

    Reads RFC 5987 (`filename*=UTF-8''...`, preferred where both are there, as .NET sends them),
    RFC 2047 (`=?utf-8?B?...?=`), raw UTF-8 and GBK, and percent-encoded bytes of either.
    """
    header = email.message.Message()
    header["Content-Disposition"] = re.sub(r"[\r\n]", "", disposition.decode("latin-1"))
    # typeshed says that all values are strings; those of `filename*` are tuples.
    parameters: list[tuple[str, Any]] = header.get_params([], "Content-Disposition")
    values = [value for name, value in parameters if name.lower() == "filename"]
    if not values:
        return None
    extended = [value for value in values if isinstance(value, tuple)]
    plain = [value for value in values if isinstance(value, str)]
    sure = [name for name in map(_decode_extended, extended) if name]
    return next(iter(sure), None) or _decode_name((plain or [extended[0][2]])[0])


def _decode_extended(value: tuple[str | None, str | None, str]) -> str:
    """Decode `filename*` (charset, language, octets); "" where octets and charset don't match."""
    charset, _, octets = value
    try:
        return octets.encode("latin-1").decode(charset or "utf-8")
    except (LookupError, UnicodeError):
        return ""


def _decode_name(value: str) -> str:
    """Decode a name from a header, which was read as latin-1."""
    name = _decode_bytes(value.encode("latin-1", "replace"))
    if _ENCODED_WORD.search(name):
        try:
            words = email.header.decode_header(name)
            name = str(email.header.make_header(words)) or name
        except (LookupError, ValueError, email.errors.HeaderParseError):
            return name  # unknown charset: left undecoded
    return _OCTETS.sub(lambda match: _unquote_octets(match.group()), name)


def _unquote_octets(octets: str) -> str:
    """Decode percent-encoded octets beyond ASCII, and the quotes that browsers encode."""
    content = unquote_to_bytes(octets)
    return octets if content.isascii() and content != b'"' else _decode_bytes(content)


def _decode_bytes(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
