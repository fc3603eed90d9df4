"""Reads the reason of a refused request, and cleans it for logs. No I/O."""

import json
import re
from collections.abc import Collection, Iterable

MAX_REASON = 300  # characters
MIN_QUOTE = 6  # characters in a row that also are in the prompt count as a quotation of it

_SPACE = re.compile(r"\s+")


def describe_error(answer: object) -> str:
    """The reason in an error's JSON, in any vendor's layout; "" where there is none."""
    match answer:
        case str():
            return answer
        case [first, *_]:
            return describe_error(first)
        case {"error": inner} | {"detail": [*_] as inner} | {"errors": [*_] as inner} if inner:
            return describe_error(inner)
        case {"message": str(reason)} | {"msg": str(reason)} | {"detail": str(reason)}:
            return reason + _describe_location(answer)
        case _:
            return ""


def describe_body(body: bytes) -> str:
    """The reason in a body of JSON or plain text; "" for an HTML page."""
    text = body.decode("utf-8", "replace").strip()
    try:
        return describe_error(json.loads(text))
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text


def clean_reason(reason: str, prompt: Iterable[str], key: str) -> str:
    """The reason as one printable line of at most 301 characters, without the key and without
    quotations of the prompt.
    """
    if key:
        reason = reason.replace(key, "…")
    line = "".join(c if c.isprintable() else " " for c in reason[: 8 * MAX_REASON])
    line, whole = _SPACE.sub(" ", line).strip(), _SPACE.sub(" ", "\n".join(prompt))
    quotation = set[int]()
    for at in range(len(line) - MIN_QUOTE + 1):
        if line[at : at + MIN_QUOTE] in whole:
            quotation.update(range(at, at + MIN_QUOTE))
    cleaned = re.sub("\0+", "…", "".join("\0" if i in quotation else c for i, c in enumerate(line)))
    return cleaned if len(cleaned) <= MAX_REASON else f"{cleaned[:MAX_REASON]}…"


def find_parameter(body: bytes, sent: Collection[str]) -> str | None:
    """The parameter of `sent` that a refusal names (first), or None."""
    text = body.decode("utf-8", "replace")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    match answer:
        case {"error": {"param": str(name)}} | {"param": str(name)} if name in sent:
            return name
    places = {name: re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in sent}
    positions = {name: place.start() for name, place in places.items() if place}
    return min(positions, key=positions.__getitem__, default=None)


def _describe_location(error: object) -> str:
    """The location or code of an error, in brackets; "" where it has neither."""
    match error:
        case {"loc": [*place]}:
            return f" ({'.'.join(map(str, place))})"
        case {"code": str(code)} if code:
            return f" ({code})"
        case _:
            return ""
