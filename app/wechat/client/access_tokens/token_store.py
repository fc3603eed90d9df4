"""Access tokens in Redis, with the lock under which one is renewed."""

import json
import uuid
from dataclasses import dataclass, field

from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import Script
from app.wechat.client.errors import ApiError

EARLY = 300.0  # seconds before its expiry a token is renewed; the platform accepts both meanwhile

_STORE = Script(
    "store_access_token",
    keys=("lock", "token"),
    args=("holder", "value", "expires_at", "obtained_at"),
    body="""
    if redis.call('GET', lock) ~= holder then return 0 end
    redis.call('DEL', token)
    redis.call('HSET', token, 'token', value, 'expires_at', expires_at, 'obtained_at', obtained_at)
    redis.call('EXPIRE', token, math.ceil(tonumber(expires_at) - tonumber(obtained_at)))
    return 1
    """,
)
_MARK_REFUSED = Script(
    "mark_token_refused",
    keys=("token",),
    args=("value",),
    body="""
    if redis.call('HGET', token, 'token') ~= value then return 0 end
    return redis.call('HSET', token, 'refused', '1')
    """,
)
_RELEASE = Script(
    "release_token_lock",
    keys=("lock",),
    args=("holder",),
    body="""
    if redis.call('GET', lock) ~= holder then return 0 end
    return redis.call('DEL', lock)
    """,
)


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A stored token; times are seconds since 1970."""

    value: str = field(repr=False)
    expires_at: float
    obtained_at: float
    is_refused: bool = False

    def is_usable(self, now: float) -> bool:
        """Whether a call may be made with it."""
        return not self.is_refused and now < self.expires_at

    def is_due(self, now: float) -> bool:
        """Whether it is to be renewed."""
        return not self.is_usable(now) or now >= self.expires_at - EARLY


@dataclass(frozen=True, slots=True)
class AccessTokenStore:
    """The tokens of all accounts by AppID. A lock is known by the id of who took it."""

    redis: RedisClient

    async def read(self, appid: str) -> StoredToken | None:
        """The stored token, also one that was refused."""
        stored = await self.redis.hgetall(keys.access_token(appid))
        if "token" not in stored:
            return None
        return StoredToken(
            value=stored["token"],
            expires_at=float(stored["expires_at"]),
            obtained_at=float(stored["obtained_at"]),
            is_refused="refused" in stored,
        )

    async def store(self, appid: str, token: StoredToken, holder: str) -> None:
        """Store the token, unless another took the lock meanwhile."""
        await _STORE.run(
            self.redis,
            lock=keys.token_lock(appid),
            token=keys.access_token(appid),
            holder=holder,
            value=token.value,
            expires_at=token.expires_at,
            obtained_at=token.obtained_at,
        )

    async def mark_refused(self, appid: str, value: str) -> None:
        """Mark the token as refused, unless another is stored already."""
        await _MARK_REFUSED.run(self.redis, token=keys.access_token(appid), value=value)

    async def take_lock(self, appid: str) -> str | None:
        """The id under which the lock was taken; None while another has it."""
        holder = uuid.uuid4().hex
        is_free = await self.redis.set(
            keys.token_lock(appid), holder, nx=True, px=keys.TOKEN_LOCK_FOR
        )
        return holder if is_free else None

    async def release_lock(self, appid: str, holder: str) -> None:
        """Release the lock if `holder` still has it."""
        await _RELEASE.run(self.redis, lock=keys.token_lock(appid), holder=holder)

    async def read_holder(self, appid: str) -> str | None:
        """The id of who has the lock."""
        holder: str | None = await self.redis.get(keys.token_lock(appid))
        return holder

    async def record_failure(self, appid: str, holder: str, error: ApiError) -> None:
        """Store why this holder got no token, for those that wait for it."""
        failure = {"holder": holder, "code": error.code, "errmsg": error.errmsg}
        await self.redis.set(
            keys.token_failure(appid),
            json.dumps(failure, ensure_ascii=False),
            px=keys.TOKEN_FAILURE_FOR,
        )

    async def read_failure(self, appid: str, holder: str | None = None) -> ApiError | None:
        """Why this holder, or anybody, got no token in the last TOKEN_FAILURE_FOR."""
        stored = await self.redis.get(keys.token_failure(appid))
        failure = json.loads(stored) if stored else None
        if failure is None or holder not in {None, failure["holder"]}:
            return None
        return ApiError(failure["code"], failure["errmsg"], unheard=True)

    async def begin_forced_refresh(self, appid: str) -> bool:
        """Whether no other refresh was forced within FORCED_REFRESH_APART; records this one."""
        return bool(
            await self.redis.set(
                keys.forced_refresh(appid), "1", nx=True, ex=keys.FORCED_REFRESH_APART
            )
        )
