"""Answers one request: faults, then token, rights, budget, body, and the interface's handler."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.simulator.accounts import quotas, rights
from app.simulator.accounts.state import AccountState, PlatformState
from app.simulator.accounts.tokens import TokenStore
from app.simulator.errcodes import Refused
from app.simulator.gateway.faults import FaultKind, Faults
from app.simulator.gateway.requests import read_body
from app.simulator.gateway.rids import CallRecord, RidLog
from app.simulator.gateway.routing import Answer, Call, FileAnswer, Interface, InterfaceTable

HANG_FOR = 30.0  # seconds: callers give up long before
MOST_RECORDED = 10_000  # characters of a body that rid/get shows


@dataclass(kw_only=True)
class Dispatcher:
    """The platform's gateway in front of all interfaces."""

    state: PlatformState
    table: InterfaceTable
    faults: Faults
    tokens: TokenStore
    rids: RidLog = field(default_factory=RidLog)
    calls: Counter[str] = field(default_factory=Counter)  # path -> requests, refused ones too
    faulted: Counter[str | int] = field(default_factory=Counter)  # what chance did

    async def answer(self, request: Request) -> Response:
        """The response to any request."""
        path = request.url.path
        self.calls[path] += 1
        planned = self.faults.take_planned(path)
        seconds = planned.seconds if planned else self.faults.seconds()
        await asyncio.sleep(seconds)
        if planned:
            return await self._answer_with(request, planned.kind)
        kind = self.faults.draw()
        if kind:
            self.faulted[kind] += 1
        return await self._answer_with(request, kind)

    async def _answer_with(self, request: Request, kind: FaultKind | int) -> Response:
        if kind == 0:
            return await self._answer_well(request)
        if isinstance(kind, int):
            return await self._refuse(request, Refused(kind), "", time.perf_counter())
        if kind == "deaf":
            await self._answer_well(request)
        return _BROKEN[kind]()

    async def _answer_well(self, request: Request) -> Response:
        started, caller = time.perf_counter(), None
        try:
            interface = self.table.find(request.method, request.url.path)
            caller = self._admit(request, interface)
            answer = interface.answer(await self._build_call(request, interface, caller))
        except Refused as refused:
            appid = caller.account.appid if caller else ""
            return await self._refuse(request, refused, appid, started)
        return _render(answer)

    def _admit(self, request: Request, interface: Interface) -> AccountState | None:
        """Who calls, once token, address, rights and budget are good."""
        if not interface.needs_token:
            return None
        appid = self.tokens.appid_of(request.query_params.get("access_token", ""))
        state = self.state.accounts[appid]
        rights.check_address(state.account, read_client_ip(request))
        rights.check_right(state.account, interface.right)
        if interface.budget is not None:
            quotas.spend(state, interface.budget, self.state.clock())
        return state

    async def _build_call(
        self, request: Request, interface: Interface, caller: AccountState | None
    ) -> Call:
        body = await read_body(request, interface)
        return Call(
            platform=self.state, tokens=self.tokens, rids=self.rids, table=self.table,
            caller=caller, query=dict(request.query_params), body=body.fields, files=body.files,
            client_ip=read_client_ip(request), now=self.state.clock(),
        )  # fmt: skip

    async def _refuse(
        self, request: Request, refused: Refused, appid: str, started: float
    ) -> Response:
        now = self.state.clock()
        rid = self.rids.make_rid(now)
        body = {
            "errcode": refused.errcode,
            "errmsg": f"{refused.message} rid: {rid}",
            **refused.fields,
        }
        record = CallRecord(
            appid=appid,
            invoke_time=int(now),
            cost_in_ms=int((time.perf_counter() - started) * 1000),
            request_url=request.url.query,
            request_body=await _read_text(request),
            response_body=json.dumps(body, ensure_ascii=False),
            client_ip=read_client_ip(request),
        )
        self.rids.keep(rid, record)
        return _render(body)


def read_client_ip(request: Request) -> str:
    """The address that the call comes from."""
    return request.client.host if request.client else ""


def _render(answer: Answer | Mapping[str, Any]) -> Response:
    if isinstance(answer, FileAnswer):
        headers = {"Content-disposition": f'attachment; filename="{answer.name}"'}
        return Response(answer.content, headers=headers, media_type=answer.media_type)
    content = json.dumps(answer, ensure_ascii=False)
    return Response(content, media_type="application/json; encoding=utf-8")


async def _read_text(request: Request) -> str:
    if "multipart" in request.headers.get("content-type", ""):
        return ""  # the body is consumed, and no text
    return (await request.body()).decode(errors="replace")[:MOST_RECORDED]


async def _hang() -> AsyncIterator[bytes]:
    yield b'{"errcode": '
    await asyncio.sleep(HANG_FOR)


async def _cut() -> AsyncIterator[bytes]:
    yield b'{"errcode": '


async def _drop() -> AsyncIterator[bytes]:
    yield b'{"errcode": '
    raise ConnectionAbortedError("as planned")


_BROKEN: Mapping[FaultKind, Callable[[], Response]] = {
    "bad_gateway": lambda: Response("<html>502 Bad Gateway</html>", 502, media_type="text/html"),
    "not_json": lambda: Response("<html>系统维护中</html>", media_type="text/html"),
    "hangs": lambda: StreamingResponse(_hang()),
    "cut": lambda: StreamingResponse(_cut()),
    "drops": lambda: StreamingResponse(_drop()),
    "deaf": lambda: StreamingResponse(_cut()),
}
