"""Reads a request's body as the platform does: JSON without \\u escapes, or a form with files."""

import json
import re
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
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

    Raises Refused: 44002 empty, 40033 with \\u escapes, 47001 not a JSON object, 41005 no file.
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
    except ValueError as error:
        raise Refused(47001) from error
    if not isinstance(parsed, dict):
        raise Refused(47001)
    return parsed


async def _read_form(request: Request) -> ReadBody:
    if "multipart/form-data" not in request.headers.get("content-type", ""):
        raise Refused(41005)
    fields: Body = {}
    files: dict[str, UploadedFile] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read()
                files[name] = UploadedFile(value.filename or "", value.content_type or "", content)
            else:
                fields[name] = value
    if not files.keys() & {"media", "img"}:
        raise Refused(41005)
    return ReadBody(fields, files)
