"""What the platform remembers: its accounts, and what is stored for each of them.

A family of interfaces declares a dataclass with defaults for what it stores (`DraftBox`), and reads
it by `account.store(DraftBox)`: each account has one of each.
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from app.simulator.accounts.followers import Follower, FollowerBook
from app.simulator.callback.wire import Fields

Body = dict[str, Any]  # JSON, whatever the caller sent
AccountKind = Literal["personal", "subscription", "service"]
Store = TypeVar("Store")

FIRST_NUMBER = 2247483651  # of msg_id, msg_data_id and publish_id: as large as the platform's


@dataclass(frozen=True, kw_only=True)
class PlatformAccount:
    """An account as its settings page shows it. A personal account can't be verified."""

    appid: str
    secret: str
    kind: AccountKind = "service"
    verified: bool = True
    nickname: str = "模拟公众号"
    callback_url: str = ""  # as entered on the settings page; empty: none
    secret_frozen: bool = False
    ip_whitelist: frozenset[str] | None = None  # addresses that may call; None: any
    sells_products: bool = True  # 带货能力
    daily_limits: Mapping[str, int] = field(default_factory=dict)  # budget -> in place of its own

    def __post_init__(self) -> None:
        if self.kind == "personal" and self.verified:
            raise ValueError("a personal account can't be verified")


@dataclass(frozen=True)
class PlatformEvent:
    """An event that the platform pushes to the account's server at a time of its clock."""

    at: float
    appid: str
    openid: str  # FromUserName
    fields: Fields


@dataclass(frozen=True)
class Sent:
    """What reached a phone, and when by the platform's clock."""

    at: float
    openid: str
    message: Body


@dataclass
class AccountState:
    """An account and everything that is stored for it."""

    account: PlatformAccount
    numbers: int = FIRST_NUMBER
    _stores: dict[str, Any] = field(default_factory=dict)  # by the name of their class

    @property
    def followers(self) -> FollowerBook:
        """The account's followers and tags."""
        return self.store(FollowerBook)

    def store(self, kind: type[Store]) -> Store:
        """The account's own `kind`; made at the first call."""
        if kind.__name__ not in self._stores:
            self._stores[kind.__name__] = kind()
        return cast(Store, self._stores[kind.__name__])

    def put_store(self, store: object) -> None:
        """Replace the account's store of this class."""
        self._stores[type(store).__name__] = store

    def next_number(self) -> int:
        """A new number, for msg_id and the like."""
        self.numbers += 1
        return self.numbers

    def next_id(self, purpose: str) -> str:
        """A new opaque id of 43 characters, such as a media_id."""
        seed = f"{self.account.appid}:{purpose}:{self.next_number()}"
        digest = hashlib.sha256(seed.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class PlatformState:
    """All accounts, and what the platform sent."""

    def __init__(self, accounts: "tuple[PlatformAccount, ...]", clock: Callable[[], float]) -> None:
        self.clock = clock
        self.accounts = {account.appid: AccountState(account) for account in accounts}
        self.sent: dict[str, list[Body]] = defaultdict(list)  # openid -> what reached the phone
        self.log: list[Sent] = []  # the same of all followers, in the order of their arrival
        self.typed: list[tuple[float, str]] = []  # when, and to whom, 对方正在输入 was shown
        self.waiting_events: list[PlatformEvent] = []
        self.events: list[PlatformEvent] = []  # those that were due, in their order

    def deliver(self, openid: str, message: Body) -> None:
        """Show a message on a follower's phone."""
        self.sent[openid].append(message)
        self.log.append(Sent(self.clock(), openid, message))

    def schedule(self, event: PlatformEvent) -> None:
        """Push an event when its time has come."""
        self.waiting_events.append(event)

    def take_due_events(self) -> list[PlatformEvent]:
        """The events whose time has come, in its order; each is returned once."""
        now = self.clock()
        due = sorted((e for e in self.waiting_events if e.at <= now), key=lambda event: event.at)
        self.waiting_events = [event for event in self.waiting_events if event.at > now]
        self.events += due
        return due

    def find_follower(self, openid: str) -> Follower | None:
        """The follower of any account; openids are unique among accounts."""
        for state in self.accounts.values():
            if openid in state.followers.followers:
                return state.followers.followers[openid]
        return None
