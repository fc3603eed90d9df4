"""A dependency of all REST routes: refuses text that the database can't store."""

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
    """Check the strings of path, query and JSON body. Raises RequestValidationError (422).

    Files are checked by the subprocess that reads them.
    """
    query = request.query_params
    body = await _json_body(request)
    texts: dict[str, Any] = {
        "path": request.path_params,
        "query": {name: query.getlist(name) for name in query},
        "body": body,
    }
    for source, value in texts.items():
        for place, text in _iterate_strings(value, (source,)):
            if _UNSTORABLE.search(text):
                fault = {"type": "unstorable_text", "loc": place, "msg": _REFUSED}
                raise RequestValidationError([fault], body=body)


async def _json_body(request: Request) -> Any:
    """The JSON body, which Starlette has cached; None where there is none or it is invalid."""
    if "json" not in request.headers.get("content-type", ""):
        return None
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None  # the route refuses it


def _iterate_strings(value: Any, place: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    """Yield every string of `value` with its path, keys included; iterative, for deep bodies."""
    waiting = [(place, value)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            for key, each in value.items():
                waiting += [((*place, key), key), ((*place, key), each)]
        elif isinstance(value, list | tuple):
            waiting += [((*place, index), each) for index, each in enumerate(value)]
