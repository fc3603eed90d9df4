"""What answers at api.weixin.qq.com, for any number of accounts.

Errors come as WeChat sends them: HTTP 200 and an errcode. The clock is handed in, so that a test
lets 48 hours pass without waiting.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable

from starlette.applications import Starlette
from starlette.routing import Route

from app.simulator.accounts.followers import SEARCHED, Follower, Interaction
from app.simulator.accounts.state import AccountState, Body, PlatformAccount, PlatformState, Sent
from app.simulator.accounts.tokens import TokenStore
from app.simulator.callback.wechat import WeChat
from app.simulator.families import FAMILIES
from app.simulator.gateway.dispatch import Dispatcher
from app.simulator.gateway.faults import FaultKind, Faults, PlannedFault
from app.simulator.gateway.routing import METHODS, InterfaceTable
from app.simulator.pages.routes import BrowserPages
from app.simulator.statistics.messages import MESSAGE_TYPES, OTHER_TYPE
from app.simulator.statistics.store import InboundMessage, StatisticsStore


class Platform:
    """The state behind the API; `app` is the API with the pages that browsers open."""

    def __init__(
        self,
        accounts: Iterable[PlatformAccount],
        *,
        faults: Faults | None = None,  # by chance, beside those that `fail_next` orders
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self.state = PlatformState(tuple(accounts), clock)
        self.faults = faults or Faults()
        self.tokens = TokenStore(clock)
        self.table = InterfaceTable(FAMILIES)
        self.dispatcher = Dispatcher(
            state=self.state, table=self.table, faults=self.faults, tokens=self.tokens
        )
        self._callbacks: dict[str, WeChat] = {}
        self.app = Starlette(
            routes=[
                *BrowserPages(self.state).routes,
                Route("/{path:path}", self.dispatcher.answer, methods=METHODS),
            ]
        )

    @property
    def sent(self) -> dict[str, list[Body]]:
        """What reached each follower's phone."""
        return self.state.sent

    @property
    def log(self) -> list[Sent]:
        """What reached all phones, in the order of its arrival."""
        return self.state.log

    @property
    def typed(self) -> list[tuple[float, str]]:
        """When, and to whom, 对方正在输入 was shown."""
        return self.state.typed

    @property
    def calls(self) -> Counter[str]:
        """Requests by path, refused ones too."""
        return self.dispatcher.calls

    @property
    def faulted(self) -> Counter[str | int]:
        """What chance did."""
        return self.dispatcher.faulted

    def account(self, appid: str | None = None) -> AccountState:
        """An account and its stores; without an appid the first one."""
        if appid is None:
            return next(iter(self.state.accounts.values()))
        return self.state.accounts[appid]

    def connect(self, wechat: WeChat) -> None:
        """Push the events of an account to its server."""
        self._callbacks[wechat.account.appid] = wechat

    async def push_due_events(self) -> int:
        """Push the events whose time has come. Returns how many there were."""
        events = self.state.take_due_events()
        for event in events:
            wechat = self._callbacks.get(event.appid)
            if wechat is not None:
                await wechat.push(wechat.stamp(event.fields, event.openid))
        return len(events)

    def interacted(
        self,
        openid: str,
        interaction: Interaction,
        appid: str | None = None,
        source: int = SEARCHED,
    ) -> None:
        """A follower did something that opens a window for messages; a new one came by `source`."""
        follower, now = self._follower(openid, appid), self.clock()
        if not follower.has_followed:
            follower.source = source
        self.account(appid).followers.note_move(follower, now, follows=True)
        follower.interact(interaction, now)

    def unsubscribed(self, openid: str, appid: str | None = None) -> None:
        """A follower left."""
        follower = self._follower(openid, appid)
        self.account(appid).followers.note_move(follower, self.clock(), follows=False)
        follower.leave()

    def received(self, openid: str, kind: str, appid: str | None = None) -> None:
        """A follower wrote to the account; `kind` is the MsgType."""
        msg_type = MESSAGE_TYPES.get(kind, OTHER_TYPE)
        message = InboundMessage(self.clock(), openid, msg_type)
        self.account(appid).store(StatisticsStore).messages.append(message)

    def fail_next(
        self, path: str, kind: FaultKind | int, times: int = 1, *, seconds: float = 0.0
    ) -> None:
        """Let the next calls of an interface fail. Raises ValueError for an unknown path."""
        if path not in self.table:
            raise ValueError(f"nothing answers at {path}")
        self.faults.plan(path, PlannedFault(kind, seconds), times)

    def is_typing(self, openid: str) -> bool:
        """Whether the follower sees 对方正在输入."""
        follower = self.state.find_follower(openid)
        return follower is not None and self.clock() < follower.typing_until

    def _follower(self, openid: str, appid: str | None) -> Follower:
        return self.account(appid).followers.followers.setdefault(openid, Follower())
