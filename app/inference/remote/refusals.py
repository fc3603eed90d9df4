"""What an endpoint says of a request that it refuses, as a log may hold it. No I/O."""

import json
import re
from collections.abc import Collection, Iterable

MAX_REASON = 300  # characters
MIN_QUOTE = 6  # characters of what was asked in a row: they are a quotation, not met by chance

_SPACE = re.compile(r"\s+")


def describe_error(answer: object) -> str:
    """The reason in an error's JSON, wherever its maker puts it; "" where there is none."""
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
    """The same of a body that may be JSON, a page or plain text."""
    text = body.decode("utf-8", "replace").strip()
    try:
        return describe_error(json.loads(text))
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text


def clean_reason(reason: str, prompt: Iterable[str], key: str) -> str:
    """One printable line, shortened, without the key and what it quotes of what was asked."""
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
    """Which of the parameters that were sent a refusal speaks of: the one it names first."""
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
    """Its code, or the place that it speaks of."""
    match error:
        case {"loc": [*place]}:
            return f" ({'.'.join(map(str, place))})"
        case {"code": str(code)} if code:
            return f" ({code})"
        case _:
            return ""
