"""Reads a request's body as the platform does: JSON without \\u escapes, or a form with files."""

import json
import re
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused
from app.simulator.gateway.routing import Interface, UploadedFile

# \u4f60 in the JSON itself. In "\\u4f60" the backslash is escaped: that is a text about escapes.
UNICODE_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True)
class ReadBody:
    """A request's body in its parts."""

    fields: Body = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)


async def read_body(request: Request, interface: Interface) -> ReadBody:
    """The body that the interface wants.

    Raises Refused: 44002 empty, 40033 with \\u escapes, 47001 not a JSON object, 41005 no form.
    """
    if interface.method == "GET" or interface.body == "none":
        return ReadBody()
    if interface.body == "file":
        return await _read_form(request)
    return ReadBody(parse_json(await request.body()))


def parse_json(body: bytes) -> Body:
    """The JSON object in a body. Raises Refused: 44002, 40033, 47001."""
    if not body:
        raise Refused(44002)
    if UNICODE_ESCAPE.search(body):
        raise Refused(40033)
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(47001) from error
    if not isinstance(parsed, dict):
        raise Refused(47001)
    return parsed


async def _read_form(request: Request) -> ReadBody:
    if "multipart/form-data" not in request.headers.get("content-type", ""):
        raise Refused(41005)
    try:
        async with request.form() as form:
            return await _sort_parts(form)
    except HTTPException as error:  # how Starlette refuses a form that it can't parse
        raise Refused(41005) from error


async def _sort_parts(form: FormData) -> ReadBody:
    fields: Body = {}
    files: dict[str, UploadedFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await _read_file(value)
        else:
            fields[name] = value
    return ReadBody(fields, files)


async def _read_file(upload: UploadFile) -> UploadedFile:
    content = await upload.read()
    return UploadedFile(upload.filename or "", upload.content_type or "", content)
