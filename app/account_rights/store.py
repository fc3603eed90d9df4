"""What the platform told of each account, in Redis: shared by all processes for some days.

A worker asks the platform once a day, and soon after a 48001. A right that 48001 refused counts as
missing for a day, whatever the account's kind says: the platform takes single rights away, too.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.account_rights.values import AccountRight, AccountRights
from app.redis import keys
from app.redis.client import RedisClient

ASKED_EVERY = 86_400.0  # seconds
REFUSED_FOR = 86_400.0  # seconds that a 48001 counts
_RIGHTS = TypeAdapter(AccountRights)
_REFUSED = "refused:"


@dataclass(frozen=True, slots=True)
class StoredRights:
    """What the platform answered at `asked_at` (seconds since 1970), and refused since."""

    answer: AccountRights
    asked_at: float
    refused_at: Mapping[AccountRight, float]

    def current(self, now: float) -> AccountRights:
        """What the account may do now."""
        refused = {right for right, at in self.refused_at.items() if now - at < REFUSED_FOR}
        return replace(self.answer, rights=self.answer.rights - refused)

    def is_due(self, now: float) -> bool:
        """Whether to ask the platform again: a day has passed, or it refused a right since."""
        asked_again = now - self.asked_at >= ASKED_EVERY
        return asked_again or any(at > self.asked_at for at in self.refused_at.values())


@dataclass(frozen=True, slots=True)
class RightsStore:
    """The rights of all accounts."""

    redis: RedisClient
    clock: Callable[[], float] = time.time

    async def read(self, appid: str) -> StoredRights | None:
        """What is stored of the account; None where the platform told nothing yet."""
        return (await self.read_all([appid]))[appid]

    async def read_all(self, appids: Sequence[str]) -> dict[str, StoredRights | None]:
        """The same for each account, in one round trip."""
        async with self.redis.pipeline(transaction=False) as pipeline:
            for appid in appids:
                pipeline.hgetall(keys.account_rights(appid))
            return dict(zip(appids, map(_parse, await pipeline.execute()), strict=True))

    async def store(self, appid: str, answer: AccountRights) -> None:
        """Store what the platform told; refusals older than a day are forgotten."""
        now, key = self.clock(), keys.account_rights(appid)
        fields = await self.redis.hgetall(key)
        old = [
            name
            for name, at in fields.items()
            if name.startswith(_REFUSED) and now - float(at) >= REFUSED_FOR
        ]
        async with self.redis.pipeline() as pipeline:
            if old:
                pipeline.hdel(key, *old)
            pipeline.hset(key, mapping={"answer": _RIGHTS.dump_json(answer), "asked_at": now})
            pipeline.expire(key, keys.ACCOUNT_RIGHTS_FOR)
            await pipeline.execute()

    async def mark_refused(self, appid: str, right: AccountRight) -> None:
        """The platform answered 48001 for an interface of this right."""
        key = keys.account_rights(appid)
        async with self.redis.pipeline() as pipeline:
            pipeline.hset(key, f"{_REFUSED}{right}", str(self.clock()))
            pipeline.expire(key, keys.ACCOUNT_RIGHTS_FOR)
            await pipeline.execute()

    async def begin_asking(self, appid: str) -> bool:
        """Whether this worker is the one that asks the platform now."""
        is_first = await self.redis.set(
            keys.rights_asked(appid), "1", ex=keys.RIGHTS_ASKED_APART, nx=True
        )
        return bool(is_first)


def _parse(fields: Mapping[str, Any]) -> StoredRights | None:
    """The stored hash as a value; None where nothing was told, or by another version."""
    try:
        answer = _RIGHTS.validate_json(fields["answer"])
        refused_at = {
            AccountRight(name.removeprefix(_REFUSED)): float(at)
            for name, at in fields.items()
            if name.startswith(_REFUSED)
        }
        return StoredRights(answer, float(fields["asked_at"]), refused_at)
    except (KeyError, ValueError, ValidationError):
        return None
