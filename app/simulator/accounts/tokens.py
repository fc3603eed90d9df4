"""Access tokens: how long each lives, and which others it outlives.

Source: /doc/subscription/api/base/api_getstableaccesstoken.html.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from app.simulator.clock import china_day
from app.simulator.errcodes import Refused

LIFE_SECONDS = 7200
OVERLAP_SECONDS = 300  # in a token's last five minutes its successor is handed out; both work
FORCED_APART_SECONDS = 30  # a refresh forced sooner than this refreshes nothing
FORCED_A_DAY = 20


@dataclass
class AccessToken:
    """A token; times are seconds since 1970."""

    name: str
    appid: str
    issued_at: float
    expires_at: float


class TokenStore:
    """The tokens of all accounts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._issued: dict[str, AccessToken] = {}
        self._stable: dict[str, AccessToken] = {}  # appid -> the one last handed out
        self._rotated: dict[str, AccessToken] = {}
        self._forced: dict[tuple[str, str], int] = {}  # appid, day -> refreshes that were forced
        self._numbers = itertools.count(1)

    def stable(self, appid: str, *, force_refresh: bool) -> tuple[str, int]:
        """The token and the seconds it has left; the same one again while it has life in it.

        Raises Refused with 45009 where 20 refreshes were forced today.
        """
        now, token = self._clock(), self._stable.get(appid)
        if token is None or now >= token.expires_at - OVERLAP_SECONDS:
            token = self._stable[appid] = self._issue(appid)
        elif force_refresh and now >= token.issued_at + FORCED_APART_SECONDS:
            self._count_forced(appid, now)
            self.revoke(token.name)
            token = self._stable[appid] = self._issue(appid)
        return token.name, int(token.expires_at - now)

    def rotated(self, appid: str) -> tuple[str, int]:
        """The old way: each call makes a new token and leaves the last one five minutes."""
        before = self._rotated.get(appid)
        if before is not None:
            before.expires_at = min(before.expires_at, self._clock() + OVERLAP_SECONDS)
        token = self._rotated[appid] = self._issue(appid)
        return token.name, LIFE_SECONDS

    def revoke(self, name: str) -> None:
        """From now on invalid (40001), as when somebody resets the secret."""
        token = self._issued.pop(name)
        if self._stable.get(token.appid) is token:
            del self._stable[token.appid]

    def expire_all(self, appid: str) -> None:
        """End the life of all tokens of an account: they answer 42001."""
        for token in self._issued.values():
            if token.appid == appid:
                token.expires_at = min(token.expires_at, self._clock())

    def appid_of(self, name: str) -> str:
        """Whose token it is. Raises Refused: 41001 for none, 40001 unknown, 42001 expired."""
        if not name:
            raise Refused(41001)
        token = self._issued.get(name)
        if token is None:
            raise Refused(40001)
        if self._clock() >= token.expires_at:
            raise Refused(42001)
        return token.appid

    def _count_forced(self, appid: str, now: float) -> None:
        today = (appid, china_day(now))
        if self._forced.get(today, 0) >= FORCED_A_DAY:
            raise Refused(45009)
        self._forced[today] = self._forced.get(today, 0) + 1

    def _issue(self, appid: str) -> AccessToken:
        now = self._clock()
        name = f"{next(self._numbers)}_{appid}_" + "x" * 480  # room for 512 is asked for
        token = AccessToken(name, appid, now, now + LIFE_SECONDS)
        self._issued[name] = token
        return token
