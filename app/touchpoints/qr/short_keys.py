"""Short keys: 15 characters for up to 4 KB of text, for up to 30 days, such as a long link."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.db.engines import connect_to_read
from app.db.tables import short_keys
from app.errors import Refusal
from app.publishing.lifecycle import NameMissing
from app.rules.fields import find_control
from app.wechat.client.errors import ApiError
from app.wechat.client.families.shorten import DATA_BYTES, LongData, ShortKeys
from app.wechat.client.request_values.validation import BAD_PAGE

UNKNOWN_KEY = BAD_PAGE  # 40097: an unknown or expired key is an invalid argument


class BadLongData(Refusal):
    """The text is empty, or longer than a short key may stand for."""

    status = 422
    name = "bad_long_data"


class UnknownShortKey(Refusal):
    """The platform doesn't know the short key, or it has expired."""

    status = 404
    name = "unknown_short_key"


@dataclass(frozen=True, kw_only=True)
class StoredShortKey:
    """A short key that was made here. Times are seconds since 1970."""

    account: str
    short_key: str
    long_data: str
    note: str
    author: str
    created: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class ShortKeyTable:
    """The table `short_keys`."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def write(self, key: StoredShortKey) -> None:
        """Store a key; the platform may give the same one again."""
        statement = insert(short_keys).values(**asdict(key))
        fresh = {name: statement.excluded[name] for name in ("long_data", "expires_at")}
        statement = statement.on_conflict_do_update(
            index_elements=["account", "short_key"], set_=fresh
        )
        async with self.engine.begin() as connection:
            await connection.execute(statement)

    async def list_page(
        self, account: str, *, is_expired: bool = False, offset: int = 0, limit: int = 20
    ) -> list[StoredShortKey]:
        """A page of the account's valid keys, or of the expired ones; the latest first."""
        expires_at, now = short_keys.c.expires_at, self.clock()
        state = expires_at <= now if is_expired else expires_at > now
        query = (
            select(short_keys)
            .where(short_keys.c.account == account, state)
            .order_by(short_keys.c.created.desc(), short_keys.c.short_key)
            .offset(offset)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            return [StoredShortKey(**row._mapping) for row in await connection.execute(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortKeyMaker:
    """Makes short keys on the platform, and reads them."""

    keys: ShortKeys
    table: ShortKeyTable

    async def make(
        self, account: Account, long_data: str, *, seconds: int, note: str, author: str
    ) -> StoredShortKey:
        """Make a key and store it. Raises NameMissing, BadLongData, InvalidField, ApiError."""
        check_long_data(long_data)
        if not author.strip():
            raise NameMissing("请写明创建人的姓名。")
        answer = await self.keys.make(account, long_data, seconds)
        now = self.table.clock()
        key = StoredShortKey(
            account=account.name,
            short_key=answer.short_key,
            long_data=long_data,
            note=note,
            author=author.strip(),
            created=now,
            expires_at=now + seconds,
        )
        await self.table.write(key)
        return key

    async def read(self, account: Account, short_key: str) -> LongData:
        """What the platform says a key stands for. Raises UnknownShortKey, ApiError."""
        try:
            return await self.keys.read(account, short_key)
        except ApiError as error:
            if error.code != UNKNOWN_KEY:
                raise
            raise UnknownShortKey(f"没有短 key“{short_key}”，或者它已经过期。") from None


def check_long_data(long_data: str) -> None:
    """Raise BadLongData, with the limit, for a text that the platform would refuse."""
    if not long_data.strip():
        raise BadLongData("要缩短的内容是空的。")
    if (size := len(long_data.encode())) > DATA_BYTES:
        raise BadLongData(f"要缩短的内容有 {size:,} 个字节，最多 {DATA_BYTES:,} 个。")
    if control := find_control(long_data):  # JSON escapes it, which the platform refuses (40033)
        raise BadLongData(f"要缩短的内容里有控制字符 U+{ord(control):04X}，请删除。")
