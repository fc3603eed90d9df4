"""Interfaces and families: the table of paths, and what a handler is given and gives back.

`families/__init__.py` says how a family is added.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import AccountState, Body, PlatformState
from app.simulator.accounts.tokens import TokenStore
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.rids import RidLog

OK: Mapping[str, Any] = {"errcode": 0, "errmsg": "ok"}
MOST_DIGITS = 19  # of a number in quotes
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # all are answered, most refused


@dataclass(frozen=True)
class UploadedFile:
    """A file of a multipart body."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class FileAnswer:
    """An answer that is a file and not JSON."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, once its token, rights, budget and JSON are good."""

    platform: PlatformState
    tokens: TokenStore
    rids: RidLog
    table: "InterfaceTable"
    caller: AccountState | None  # None: the interface asks for no token
    query: Mapping[str, str]
    body: Body = field(default_factory=dict)  # JSON, or the fields of a multipart body
    files: Mapping[str, UploadedFile] = field(default_factory=dict)
    client_ip: str = ""
    now: float  # seconds since 1970

    @property
    def account(self) -> AccountState:
        """Who calls. Raises Refused with 41001 where the interface asks for no token."""
        if self.caller is None:
            raise Refused(41001)
        return self.caller

    def text(self, name: str, missing: int = 47001) -> str:
        """A text of the body. Raises Refused: `missing` where there is none, 47001 for no text."""
        value = self.body.get(name, "")
        refuse_unless(isinstance(value, str), 47001)
        refuse_unless(value, missing)
        return str(value)

    def file(self, name: str) -> UploadedFile:
        """A file of the body. Raises Refused with 41005 where there is none of the name."""
        if name not in self.files:
            raise Refused(41005)
        return self.files[name]

    def part(self, name: str) -> Body:
        """An object within the body. Raises Refused with 47001 for anything else."""
        value = self.body.get(name)
        if not isinstance(value, dict):
            raise Refused(47001)
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number of 64 bits of the body. Raises Refused with 47001 for anything else."""
        value = self.body.get(name, default)
        if isinstance(value, str) and value.isdecimal() and len(value) <= MOST_DIGITS:
            value = int(value)  # the platform reads digits in quotes as a number
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
            raise Refused(47001)
        return value


Answer = Mapping[str, Any] | FileAnswer
Handler = Callable[[Call], Answer]


@dataclass(frozen=True, kw_only=True)
class Interface:
    """One interface of the platform. `body`: what a POST carries; `none` ignores it."""

    method: Literal["GET", "POST"]
    path: str
    answer: Handler
    right: Right = Right.BASIC
    budget: Budget | None = None  # None: calls aren't counted
    body: Literal["json", "file", "none"] = "json"
    needs_token: bool = True


@dataclass(frozen=True)
class Family:
    """The interfaces of one subject, and the stores that hold its data."""

    name: str
    interfaces: tuple[Interface, ...]
    stores: tuple[type, ...] = ()  # dataclasses with defaults, written to the state file


class InterfaceTable:
    """All interfaces by their path. Raises ValueError where two share one."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._interfaces: dict[str, Interface] = {}
        for family in families:
            for interface in family.interfaces:
                if interface.path in self._interfaces:
                    raise ValueError(f"two interfaces at {interface.path}")
                self._interfaces[interface.path] = interface

    def __contains__(self, path: str) -> bool:
        return path in self._interfaces

    def find(self, method: str, path: str) -> Interface:
        """The interface at a path.

        Raises Refused: 40066 where there is none, 43001 or 43002 where it wants another method.
        """
        interface = self._interfaces.get(path)
        if interface is None:
            raise Refused(40066)
        if interface.method != method:
            raise Refused(43001 if interface.method == "GET" else 43002)
        return interface

    def find_budget(self, path: str) -> Budget:
        """The budget that calls of a path are counted in. Raises Refused with 76021 for none."""
        interface = self._interfaces.get(path)
        if interface is None:
            raise Refused(76021)
        return interface.budget or Budget(path)
