"""Writes docs/errors.md from the code: `python -m tests.api.error_table`."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import app.main  # noqa: F401
import app.marketing.experiments.results.reports  # noqa: F401 - a worker imports it at its first use
import app.worker.assembly  # noqa: F401 - the two processes import all other modules with refusals
from app.errors import Refusal

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "errors.md"
HEAD = """# Refusals

<!-- Written by `python -m tests.api.error_table`; a test compares it with the code. -->

Every response of the REST API that is no success has this body:

```json
{"detail": "no account is named 'coffee'", "code": "unknown_account"}
```

`detail` says what was wrong and what to do, for people; its wording may change. `code` is for
programs and stays. Where the code is `invalid_request`, `detail` is a list with `type`, `loc` and
`msg` of each fault; `msg` names the field, what is allowed and what was received
(`events[3].value: must be 1 or less, got 1.3`). Faults of fields, and refusals that operators of
marketing meet, are in Chinese where `Accept-Language` begins with `zh`; the reason of a job that
failed is Chinese where there is one. Statuses 429, 503 and 504 are worth another try later; the
others are not.

| Code | Status | Meaning | In code |
| --- | --- | --- | --- |
"""


def list_refusals() -> list[type[Refusal]]:
    """Refusal and all public subclasses of it in app, by code."""
    return sorted(_iterate_subclasses(Refusal), key=lambda kind: kind.name)


def _iterate_subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    if kind.__module__.startswith("app.") and not kind.__name__.startswith("_"):
        yield kind
    for subclass in kind.__subclasses__():
        yield from _iterate_subclasses(subclass)


def render(refusals: list[type[Refusal]]) -> str:
    """The page: a row a refusal."""
    return HEAD + "".join(map(_render_row, refusals))


def _render_row(kind: type[Refusal]) -> str:
    file = kind.__module__.replace(".", "/") + ".py"
    meaning = " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
    status = kind.status if "status" in vars(kind) else "varies"
    return f"| `{kind.name}` | {status} | {meaning} | [`{kind.__name__}`](../{file}) |\n"


if __name__ == "__main__":
    PAGE.write_text(render(list_refusals()), "utf-8")
