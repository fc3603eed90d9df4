"""Parses a body into checked XML elements; refuses hostile XML before it builds a tree."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

import wechatpy

from app.wechat.callback.replies import FORBIDDEN
from app.wechat.callback.values import Fields

MOST_ELEMENTS = 512  # the platform's largest, a mass send of 8 articles, has about 100
MOST_DEPTH = 16  # the platform nests 5 deep

# Replaces each character that XML forbids until the tree is built; a noncharacter that nobody
# types. If such characters were just removed, `]]` and `>` around one would end a CDATA section.
_MARK = "\ufdd0"
# A CDATA section is matched first: what looks like a reference in it is text.
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&#(?:x([0-9A-Fa-f]+)|([0-9]+));", re.ASCII | re.DOTALL
)

_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,20})?([Ee][+-]?[0-9]{1,2})?", re.ASCII)
_INTEGER = re.compile(r"[0-9]{1,19}", re.ASCII)
_LARGEST = 2**63 - 1  # the platform's 64-bit integers are signed, as a database's are


class Malformed(Exception):
    """A body that is no WeChat message; `reason` says in plain words what is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_xml(body: bytes | str) -> "Node":
    """The root element of a message. Raises Malformed.

    What XML 1.0 forbids in a text, and bytes that are no UTF-8, are dropped: a follower typed
    them, or the platform cut a character in two. expat walks the body first and stops at the
    first forbidden construct, so that 64 KiB of hostile XML cost milliseconds; only then does
    wechatpy build its tree.
    """
    text = _mark_forbidden(body)
    _check_structure(text)
    try:
        children = wechatpy.parse_message(text)._data
    except Exception as error:  # wechatpy raises what its parts raise: nine types were counted
        raise Malformed("MsgType or Event is missing, empty, repeated or nested") from error
    return Node(_drop_marks(children) if _MARK in text else children)


@dataclass(frozen=True, slots=True)
class Node:
    """An element's children, read by name.

    `required` and `integer` are for sender, recipient, type and time: they raise Malformed. The
    other readers return a default for what is missing or odd, so that the follower is answered.
    """

    children: dict[str, Any]

    def text(self, name: str) -> str:
        """The first text of that name, without white space around it; "" when there is none."""
        values = _as_list(self.children.get(name))
        # Beside attributes or elements, xmltodict names the text itself `#text`.
        texts = (value.get("#text") if isinstance(value, dict) else value for value in values)
        return next((text for text in texts if isinstance(text, str)), "")

    def optional(self, name: str) -> str | None:
        return self.text(name) or None

    def required(self, name: str) -> str:
        """The one text of that name. Raises Malformed."""
        value = self.children.get(name)
        if isinstance(value, list):
            raise Malformed(f"{name} is repeated")
        if isinstance(value, dict):
            raise Malformed(f"{name} is nested")
        return str(value) if value else _raise_missing(name)

    def integer(self, name: str) -> int:
        """The one whole number of that name. Raises Malformed."""
        number = _whole_number(self.required(name))
        if number is None:
            raise Malformed(f"{name} is not a whole number")
        return number

    def optional_integer(self, name: str) -> int | None:
        """None where there is no whole number."""
        return _whole_number(self.text(name))

    def optional_decimal(self, name: str) -> float | None:
        """None where there is no decimal number; 1.0E-5 is one."""
        text = self.text(name)
        return float(text) if _DECIMAL.fullmatch(text) else None

    def child(self, name: str) -> "Node":
        """The first child element of that name; an empty node when there is none."""
        return next(iter(self.each(name)), Node({}))

    def each(self, name: str) -> list["Node"]:
        """All child elements of that name; empty ones and texts are left out."""
        values = _as_list(self.children.get(name))
        return [Node(value) for value in values if isinstance(value, dict)]

    def integers(self, name: str) -> tuple[int, ...]:
        """The whole numbers of that name; what is none is left out."""
        texts = [value for value in _as_list(self.children.get(name)) if isinstance(value, str)]
        return tuple(n for n in map(_whole_number, texts) if n is not None)

    def fields(self, *, without: frozenset[str]) -> Fields:
        """Every text below, by its path; see `Fields`."""
        children = {name: value for name, value in self.children.items() if name not in without}
        return Fields(_iterate_leaves(children, ""))


def _mark_forbidden(body: bytes | str) -> str:
    """The body as text, each character that XML forbids replaced by `_MARK`. Raises Malformed."""
    # Bytes that are no UTF-8 become lone surrogates, which XML forbids as well.
    text = body.decode("utf-8", "surrogateescape") if isinstance(body, bytes) else body
    text = FORBIDDEN.sub(_MARK, text).strip(_MARK)
    if not text:
        raise Malformed("empty body")
    return _REFERENCE.sub(_mark_reference, text) if "&#" in text else text


def _mark_reference(match: re.Match[str]) -> str:
    """The character reference unchanged, or `_MARK` if it names a forbidden character."""
    digits = match[1] or match[2]
    if digits is None:
        return match[0]
    digits = digits.lstrip("0") or "0"
    code = int(digits, 16 if match[1] else 10) if len(digits) <= 7 else sys.maxunicode + 1
    return _MARK if code > sys.maxunicode or FORBIDDEN.match(chr(code)) else match[0]


def _drop_marks(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_MARK, "").strip()
    if isinstance(value, list):
        return [_drop_marks(below) for below in value]
    if isinstance(value, dict):
        return {name: _drop_marks(below) for name, below in value.items()}
    return value


def _check_structure(text: str) -> None:
    guard = _StructureGuard()
    parser = expat.ParserCreate("UTF-8")  # whatever encoding the XML declares
    parser.StartElementHandler = guard.start_element
    parser.EndElementHandler = guard.end_element
    parser.StartDoctypeDeclHandler = guard.refuse_doctype
    parser.EntityDeclHandler = guard.refuse_doctype
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise Malformed(f"not well-formed XML: {expat.ErrorString(error.code)}") from error


class _StructureGuard:
    def __init__(self) -> None:
        self.elements = 0
        self.depth = 0

    def start_element(self, _name: str, _attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS:
            raise Malformed(f"more than {MOST_ELEMENTS} elements")
        if self.depth > MOST_DEPTH:
            raise Malformed(f"nested more than {MOST_DEPTH} deep")

    def end_element(self, _name: str) -> None:
        self.depth -= 1

    def refuse_doctype(self, *_: object) -> None:
        raise Malformed("a document type or entity is declared")


def _whole_number(text: str) -> int | None:
    if not _INTEGER.fullmatch(text) or int(text) > _LARGEST:
        return None
    return int(text)


def _raise_missing(name: str) -> NoReturn:
    raise Malformed(f"{name} is missing or empty")


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _iterate_leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _iterate_leaves(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _iterate_leaves(below, f"{path}.{number}")
    else:
        yield path, value or ""
