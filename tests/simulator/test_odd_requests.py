"""Requests that no client should send: each is refused as the platform does, never with a 500."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.simulator.families import FAMILIES
from app.simulator.gateway.routing import Interface
from tests.simulator.calling import Caller

INTERFACES = [interface for family in FAMILIES for interface in family.interfaces]
SAMPLE = list(
    {  # one of each family and kind
        (family.name, interface.method, interface.body): interface
        for family in FAMILIES
        for interface in family.interfaces
    }.values()
)
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
EXPIRED = "expired"  # stands for a token that has ended
NESTED, LONG = 100_000, 1000
NAMES = (  # of fields that handlers read
    "articles", "button", "openid_list", "user_list", "touser", "tag", "filter", "data", "text",
    "media_id", "msg_data_id", "action_info", "begin_date", "end_date", "kidList", "cgi_path",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OddRequest:
    """A request that is sent to interfaces, and the errcodes that may answer it.

    `everywhere`: to all that take such a body; others go to one of each family and kind.
    """

    name: str
    everywhere: bool = False
    errcodes: Mapping[str, int] = field(default_factory=dict)  # by the body that it wants
    method: str = ""  # "": the interface's own
    path: str = ""  # below the interface's own
    token: str | None = ""  # "": a good one; None: no token
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None


def write_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def all_fields(value: Any) -> bytes:
    """A body in which every field has the same value."""
    return write_json(dict.fromkeys(NAMES, value))


def same(errcode: int) -> dict[str, int]:
    return dict.fromkeys(("json", "file", "none", "GET"), errcode)


MULTIPART = {"content-type": "multipart/form-data; boundary=edge"}
ODD_REQUESTS = [
    OddRequest(name="no token", token=None, errcodes=same(41001)),
    OddRequest(name="unknown token", token="guess", errcodes=same(40001)),
    OddRequest(name="expired token", token=EXPIRED, errcodes=same(42001)),
    OddRequest(name="token of an odd alphabet", token="茶\x00%ff", errcodes=same(40001)),
    OddRequest(
        name="token in the header", token=None, headers={"authorization": "Bearer t"},
        errcodes=same(41001),
    ),
    OddRequest(
        name="token in the body", token=None, content=write_json({"access_token": "t"}),
        errcodes=same(41001),
    ),
    OddRequest(name="the other method", method="other"),
    OddRequest(name="PUT", method="PUT"),
    OddRequest(name="DELETE", method="DELETE"),
    OddRequest(name="a path below it", path="/more", errcodes=same(40066)),
    OddRequest(name="no body", content=b"", errcodes={"json": 44002, "file": 41005}),
    OddRequest(name="cut JSON", content=b'{"a": [', errcodes={"json": 47001, "file": 41005}),
    OddRequest(name="a list", content=b"[]", errcodes={"json": 47001, "file": 41005}),
    OddRequest(name="null", content=b"null", errcodes={"json": 47001}),
    OddRequest(name="XML", content=b"<xml><a/></xml>", errcodes={"json": 47001}),
    OddRequest(name="a form", content=b"a=1&b=2", errcodes={"json": 47001, "file": 41005}),
    OddRequest(name="GBK", content='{"content": "茶"}'.encode("gbk"), errcodes={"json": 47001}),
    OddRequest(name="bytes", content=bytes(range(256)), errcodes={"json": 47001}),
    OddRequest(name="escapes", content=b'{"a": "\\u8336"}', errcodes={"json": 40033}),
    OddRequest(name="deep JSON", content=b"[" * NESTED, errcodes={"json": 47001}),
    OddRequest(name="a long number", everywhere=True, content=b'{"a": ' + b"9" * 5000 + b"}"),
    OddRequest(name="no fields", everywhere=True, content=b"{}"),
    OddRequest(name="huge lists", everywhere=True, content=all_fields([{}] * LONG)),
    OddRequest(name="huge texts", everywhere=True, content=all_fields("茶" * LONG)),
    OddRequest(name="huge numbers", everywhere=True, content=all_fields(10**300)),
    OddRequest(name="digits without end", everywhere=True, content=all_fields("9" * 5000)),
    OddRequest(name="not a number", everywhere=True, content=all_fields(float("nan"))),
    OddRequest(
        name="a form without a file", content=b'--edge\r\ncontent-disposition: form-data; name="a"'
        b"\r\n\r\n1\r\n--edge--\r\n", headers=MULTIPART, errcodes={"json": 47001, "file": 41005},
    ),
    OddRequest(
        name="a form that ends early", content=b"--edge\r\n", headers=MULTIPART,
        errcodes={"json": 47001, "file": 41005},
    ),
    OddRequest(
        name="a form without an edge", content=b"x", errcodes={"json": 47001, "file": 41005},
        headers={"content-type": "multipart/form-data"},
    ),
    OddRequest(
        name="a file of another name", everywhere=True, files={"file": ("a.jpg", b"\xff\xd8\xff")},
        errcodes={"json": 47001, "file": 41005},
    ),
    OddRequest(name="empty files", everywhere=True, files={"media": ("", b""), "img": ("a", b"")}),
    OddRequest(
        name="no picture", everywhere=True,
        files={"media": ("茶.jpg", b"tea"), "img": ("a", b"tea")},
    ),
    OddRequest(
        name="odd query", everywhere=True,
        query=dict.fromkeys(("openid", "type", "kf_account", "tid", "ids", "start"), "\x00茶"),
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """An answer that the platform would not give."""

    interface: str
    status: int
    body: str


@pytest.mark.parametrize("odd", ODD_REQUESTS, ids=lambda odd: odd.name)
async def test_an_odd_request_is_refused_by_every_interface(
    odd: OddRequest, caller: Caller
) -> None:
    tokens = {EXPIRED: caller.token, "": caller.token}
    if odd.token == EXPIRED:
        caller.platform.tokens.expire_all("wx1")

    problems = await asyncio.gather(
        *(find_problem(caller.http, interface, odd, tokens) for interface in list_targets(odd))
    )

    assert [problem for problem in problems if problem] == []


def list_targets(odd: OddRequest) -> list[Interface]:
    if not odd.everywhere:
        return SAMPLE
    if odd.query:
        return [interface for interface in INTERFACES if interface.method == "GET"]
    kind = "file" if odd.files else "json"
    return [interface for interface in INTERFACES if interface.body == kind]


async def find_problem(
    http: httpx.AsyncClient, interface: Interface, odd: OddRequest, tokens: Mapping[str, str]
) -> Problem | None:
    """What is wrong with an interface's answer."""
    answer = await http.request(
        choose_method(interface, odd),
        interface.path + odd.path,
        params={**odd.query, **choose_token(odd, tokens)},
        headers=odd.headers,
        content=odd.content,
        files=odd.files,
    )
    if is_proper(answer) and get_errcode(answer) in list_allowed(interface, odd, answer):
        return None
    return Problem(interface.path, answer.status_code, answer.text[:200])


def choose_method(interface: Interface, odd: OddRequest) -> str:
    if odd.method == "other":
        return {"GET": "POST", "POST": "GET"}[interface.method]
    return odd.method or interface.method


def choose_token(odd: OddRequest, tokens: Mapping[str, str]) -> dict[str, str]:
    if odd.token is None:
        return {}
    return {"access_token": tokens.get(odd.token, odd.token)}


def is_proper(answer: httpx.Response) -> bool:
    """Whether an answer is a file, or JSON with a rid where it refuses."""
    if answer.status_code != 200:
        return False
    if not answer.headers["content-type"].startswith("application/json"):
        return "content-disposition" in answer.headers
    body = answer.json()
    return not body.get("errcode") or RID.search(body["errmsg"]) is not None


def get_errcode(answer: httpx.Response) -> int:
    is_json = answer.headers["content-type"].startswith("application/json")
    return int(answer.json().get("errcode", 0)) if is_json else 0


def list_allowed(interface: Interface, odd: OddRequest, answer: httpx.Response) -> set[int]:
    """The errcodes that may answer: what the request orders, or any."""
    if odd.method:
        return {43001 if interface.method == "GET" else 43002}
    expected = "GET" if interface.method == "GET" else interface.body
    is_about_token = odd.token != ""
    if expected not in odd.errcodes or (is_about_token and not interface.needs_token):
        return {get_errcode(answer)}
    return {odd.errcodes[expected]}
