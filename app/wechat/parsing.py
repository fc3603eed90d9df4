"""From bytes to checked elements: what is refused before a tree is built, and typed readers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

import wechatpy

from app.wechat.values import Fields

MOST_ELEMENTS = 512  # the platform's largest, a mass send of 8 articles, has about 100
MOST_DEPTH = 16  # the platform nests 5 deep

_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,20})?", re.ASCII)
_INTEGER = re.compile(r"[0-9]{1,19}", re.ASCII)
_LARGEST = 2**63 - 1  # the platform's 64-bit integers are signed, as a database's are


class Malformed(Exception):
    """A body that is no WeChat message; `reason` says in plain words what is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(body: bytes | str) -> "Node":
    """The root element of a message. Raises Malformed.

    expat walks the body first and stops at the first forbidden thing, so that 64 KiB of hostile
    XML cost milliseconds; only then does wechatpy build its tree.
    """
    text = _decoded(body)
    _guard(text)
    try:
        return Node(wechatpy.parse_message(text)._data)
    except Exception as error:  # wechatpy raises what its parts raise: nine types were counted
        raise Malformed("MsgType or Event is missing, empty, repeated or nested") from error


@dataclass(frozen=True, slots=True)
class Node:
    """An element's children, read by name. Every reader raises Malformed on what doesn't fit."""

    children: dict[str, Any]

    def has(self, name: str) -> bool:
        return name in self.children

    def text(self, name: str) -> str:
        """The text of a child, without white space around it; "" when absent or empty."""
        value = self.children.get(name)
        if isinstance(value, list):
            raise Malformed(f"{name} is repeated")
        if isinstance(value, dict):
            raise Malformed(f"{name} is nested")
        return value or ""

    def optional(self, name: str) -> str | None:
        return self.text(name) or None

    def required(self, name: str) -> str:
        return self.text(name) or _missing(name)

    def integer(self, name: str) -> int:
        text = self.required(name)
        if not _INTEGER.fullmatch(text) or int(text) > _LARGEST:
            raise Malformed(f"{name} is not a whole number")
        return int(text)

    def optional_integer(self, name: str) -> int | None:
        return self.integer(name) if self.text(name) else None

    def decimal(self, name: str) -> float:
        text = self.required(name)
        if not _DECIMAL.fullmatch(text):
            raise Malformed(f"{name} is not a decimal number")
        return float(text)

    def child(self, name: str) -> "Node":
        """The one child element of that name; an empty node when absent."""
        nodes = self.each(name)
        if len(nodes) > 1:
            raise Malformed(f"{name} is repeated")
        return nodes[0] if nodes else Node({})

    def each(self, name: str) -> list["Node"]:
        """All child elements of that name; empty ones are left out."""
        values = [value for value in _listed(self.children.get(name)) if value is not None]
        if not all(isinstance(value, dict) for value in values):
            raise Malformed(f"{name} holds text instead of elements")
        return [Node(value) for value in values]

    def integers(self, name: str) -> tuple[int, ...]:
        """The numbers of all children of that name."""
        values = _listed(self.children.get(name))
        return tuple(Node({name: value}).integer(name) for value in values)

    def fields(self, *, without: frozenset[str]) -> Fields:
        """Every text below, by its path; see `Fields`."""
        kept = {name: value for name, value in self.children.items() if name not in without}
        return Fields(_leaves(kept, ""))


def _decoded(body: bytes | str) -> str:
    if not body:
        raise Malformed("empty body")
    try:
        text = body.decode() if isinstance(body, bytes) else body
        text.encode()
    except UnicodeError as error:
        raise Malformed("not UTF-8") from error
    return text


def _guard(text: str) -> None:
    guard = _Guard()
    parser = expat.ParserCreate("UTF-8")  # whatever encoding the XML declares
    parser.StartElementHandler = guard.opened
    parser.EndElementHandler = guard.closed
    parser.StartDoctypeDeclHandler = guard.doctype
    parser.EntityDeclHandler = guard.doctype
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise Malformed(f"not well-formed XML: {expat.ErrorString(error.code)}") from error


class _Guard:
    def __init__(self) -> None:
        self.elements = 0
        self.depth = 0

    def opened(self, _name: str, _attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS:
            raise Malformed(f"more than {MOST_ELEMENTS} elements")
        if self.depth > MOST_DEPTH:
            raise Malformed(f"nested more than {MOST_DEPTH} deep")

    def closed(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        raise Malformed("a document type or entity is declared")


def _missing(name: str) -> NoReturn:
    raise Malformed(f"{name} is missing or empty")


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _leaves(below, f"{path}.{number}")
    else:
        yield path, value or ""
