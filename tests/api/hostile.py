"""Every REST request with one part of it replaced by what no caller should send."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

STRINGS = (
    "a\x00b", "", "٣", "３", "-1", "1e400", "nan", str(2**31), str(2**63), "x" * 20_000, "\ud800",
    "%00",
    "9" * 12 + "_" + "0" * 32, "٣" * 10 + "_" + "0" * 32, "３-３", "9" * 16 + "-" + "9" * 16,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    "a\x00b", "\ud800", "３", "x" * 20_000, -1, 2**31 - 1, 2**63, float("nan"), None,
    {"a\x00b": []},
)  # fmt: skip
DEEP_VALUES = VALUES[:2]  # for parts of parts: what no schema there may let through


@dataclass(frozen=True)
class Hostile:
    """A request, and what was put where."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes | None
    place: str
    value: Any

    @property
    def is_unstorable(self) -> bool:
        """Whether PostgreSQL would refuse it: 422 is the only right answer."""
        text = json.dumps(self.value)
        return "\\u0000" in text or ("\\ud800" in text and self.place.startswith("body"))


@dataclass(frozen=True)
class Operation:
    """One method of one path, with parts that pass."""

    method: str
    path: str
    path_values: Mapping[str, str]  # values of path parameters
    parameters: Sequence[Mapping[str, Any]]
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)

    def hostile(self) -> Iterator[Hostile]:
        """The request once for each part and hostile value."""
        for parameter in self.parameters:
            for value in STRINGS:
                yield self._with(parameter["in"], parameter["name"], value)
        for place in list_places(self.body):
            for value in VALUES if len(place) < 3 else DEEP_VALUES:
                body = replace_part(self.body, place, value)
                yield self._request(body=body, place=f"body {place}", value=value)

    def _with(self, where: str, name: str, value: str) -> Hostile:
        place = f"{where} {name}"
        if where == "path":
            return self._request(overrides={name: value}, place=place, value=value)
        if where == "query":
            return self._request(query={name: value}, place=place, value=value)
        ascii_only = value.encode("ascii", "ignore").decode().replace("\x00", "").strip()
        return self._request(headers={name: ascii_only}, place=place, value=ascii_only)

    def _request(
        self, place: str, value: Any, *, overrides: Mapping[str, str] | None = None, **parts: Any
    ) -> Hostile:
        names = {**self.path_values, **(overrides or {})}
        path = self.path.format(**{name: _quoted(each) for name, each in names.items()})
        body = parts.get("body", self.body)
        return Hostile(
            self.method, path, {**self.query, **parts.get("query", {})}, parts.get("headers", {}),
            None if body is None else json.dumps(body).encode(), place, value,
        )  # fmt: skip


def operations(app: FastAPI, path_values: Mapping[str, str]) -> Iterator[Operation]:
    """All that the OpenAPI schema names under /api."""
    schema = app.openapi()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/api/"):
                content = operation.get("requestBody", {}).get("content", {})
                body = _example(content.get("application/json", {}).get("schema"), schema)
                query = {"wait": "0"} if path.endswith("/events") else {}
                parameters = operation.get("parameters", [])
                yield Operation(method, path, dict(path_values), parameters, body, query)


def _example(reference: Mapping[str, Any] | None, schema: Mapping[str, Any]) -> Any:
    if reference is None:
        return None
    body = schema["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    return body.get("examples", [dict.fromkeys(body["properties"], "default")])[0]


def list_places(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if body is not None:
        yield place
    inside = body.items() if isinstance(body, dict) else enumerate(body if _is_list(body) else ())
    for key, each in inside:
        yield from list_places(each, (*place, key))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def replace_part(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    copy = body.copy()
    copy[place[0]] = replace_part(body[place[0]], place[1:], value)
    return copy


def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")
