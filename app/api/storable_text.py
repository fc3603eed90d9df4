"""Refuses text that the database can't keep, for all REST routes at once."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError

# PostgreSQL stores neither NUL nor half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REFUSED = "NUL and halves of surrogate pairs can't be kept: leave the character out"

JsonPath = tuple[str | int, ...]


async def refuse_unstorable_text(request: Request) -> None:
    """A dependency of every REST route. Raises RequestValidationError, which is a 422.

    Looks at the path, the query and a JSON body. Files are read by a process of their own.
    """
    query = request.query_params
    texts: dict[str, Any] = {
        "path": request.path_params,
        "query": {name: query.getlist(name) for name in query},
        "body": await _json_body(request),
    }
    for source, value in texts.items():
        for place, text in _iterate_strings(value, (source,)):
            if _UNSTORABLE.search(text):
                fault = {"type": "unstorable_text", "loc": place, "msg": _REFUSED}
                raise RequestValidationError([fault])


async def _json_body(request: Request) -> Any:
    """None where there is none. FastAPI has parsed it already, and starlette keeps it."""
    if "json" not in request.headers.get("content-type", ""):
        return None
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None  # the route refuses it


def _iterate_strings(value: Any, place: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    """Every string in it, keys included, with its place. No recursion: a body may be deep."""
    waiting = [(place, value)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            waiting += [((*place, "key"), key) for key in value]
            waiting += [((*place, key), each) for key, each in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*place, index), each) for index, each in enumerate(value)]
