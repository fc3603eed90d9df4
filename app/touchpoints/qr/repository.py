"""QR channels in the database."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import qr_channels
from app.touchpoints.qr.channels import ChannelRetired, QrChannel, SceneTaken, UnknownChannel


@dataclass(frozen=True, slots=True)
class QrChannels:
    """The table `qr_channels`."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def check_scene_free(self, account: str, scene: str) -> None:
        """Raise SceneTaken when a channel has the scene, also one that is retired."""
        mine = and_(qr_channels.c.account == account, qr_channels.c.scene == scene)
        async with connect_to_read(self.engine) as connection:
            name = await connection.scalar(select(qr_channels.c.name).where(mine))
        if name is not None:
            raise SceneTaken(f"场景值“{scene}”已经属于渠道“{name}”，请换一个。")

    async def add(self, channel: QrChannel) -> None:
        """Store a new channel. Raises SceneTaken."""
        try:
            async with self.engine.begin() as connection:
                await connection.execute(insert(qr_channels).values(**asdict(channel)))
        except IntegrityError:  # another request took the scene meanwhile
            await self.check_scene_free(channel.account, channel.scene)
            raise

    async def get(self, account: str, channel_id: str) -> QrChannel:
        """The channel. Raises UnknownChannel."""
        query = select(qr_channels).where(_of(account, channel_id))
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownChannel(f"没有编号为 {channel_id} 的渠道。")
        return _read_channel(row)

    async def list_page(
        self, account: str, *, is_retired: bool = False, offset: int = 0, limit: int = 20
    ) -> list[QrChannel]:
        """A page of the channels that are in use, or of the retired ones; the latest first."""
        retired_at = qr_channels.c.retired_at
        state = retired_at.is_not(None) if is_retired else retired_at.is_(None)
        query = (
            select(qr_channels)
            .where(qr_channels.c.account == account, state)
            .order_by(qr_channels.c.created.desc(), qr_channels.c.id)
            .offset(offset)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_channel(row) for row in await connection.execute(query)]

    async def set_code(self, channel: QrChannel) -> QrChannel:
        """Store the new code of a channel. Raises UnknownChannel."""
        code = {name: getattr(channel, name) for name in ("ticket", "url", "expires_at")}
        return await self._change(channel.account, channel.id, code)

    async def retire(self, account: str, channel_id: str, by: str) -> QrChannel:
        """Take the channel out of use. Raises UnknownChannel, and ChannelRetired a second time."""
        channel = await self.get(account, channel_id)
        refuse_retired(channel)
        retirement = {"retired_at": self.clock(), "retired_by": by}
        return await self._change(account, channel_id, retirement)

    async def _change(self, account: str, channel_id: str, values: dict[str, Any]) -> QrChannel:
        statement = update(qr_channels).where(_of(account, channel_id)).values(**values)
        async with self.engine.begin() as connection:
            await connection.execute(statement)
        return await self.get(account, channel_id)


def refuse_retired(channel: QrChannel) -> None:
    """Raise ChannelRetired for a channel that is not in use any more."""
    if channel.retired_at is not None:
        raise ChannelRetired(f"渠道“{channel.name}”已由 {channel.retired_by} 停用。")


def _of(account: str, channel_id: str) -> Any:
    return and_(qr_channels.c.account == account, qr_channels.c.id == channel_id)


def _read_channel(row: Row[Any]) -> QrChannel:
    return QrChannel(**row._mapping)
