"""Makes the QR codes of channels on the platform."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.accounts import Account
from app.publishing.lifecycle import NameMissing
from app.touchpoints.qr.channels import (
    DAY,
    CodeNotRenewable,
    NewChannel,
    QrChannel,
    check_scene,
)
from app.touchpoints.qr.repository import QrChannels, refuse_retired
from app.wechat.client.families.qrcodes import QrCode, QrCodes


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCodes:
    """A channel is stored once it has a code: what fails on the way leaves nothing behind."""

    codes: QrCodes
    channels: QrChannels
    clock: Callable[[], float] = time.time

    async def create(self, account: Account, new: NewChannel) -> QrChannel:
        """Make the code of a new channel, and store both.

        Raises NameMissing, BadScene, SceneTaken, ApiError.
        """
        channel = self._build_channel(account, new)
        check_scene(channel.platform_scene, is_lasting=channel.is_lasting)
        await self.channels.check_scene_free(account.name, channel.scene)
        channel = await self._make_code(account, channel, new.days)
        await self.channels.add(channel)
        return channel

    async def renew(self, account: Account, channel_id: str, days: int) -> QrChannel:
        """Give a channel another code of the same scene, valid for `days` from now.

        Raises UnknownChannel, ChannelRetired, CodeNotRenewable, ApiError.
        """
        channel = await self.channels.get(account.name, channel_id)
        refuse_retired(channel)
        if channel.is_lasting:
            raise CodeNotRenewable("永久二维码不会过期，不需要续期。")
        return await self.channels.set_code(await self._make_code(account, channel, days))

    def _build_channel(self, account: Account, new: NewChannel) -> QrChannel:
        """The channel, without a code yet. Raises NameMissing."""
        name, author, id_ = new.name.strip(), new.author.strip(), uuid.uuid4().hex[:16]
        if not (name and author):
            raise NameMissing("请写明渠道的名称和创建人的姓名。")
        return QrChannel(
            id=id_,
            account=account.name,
            name=name,
            scene=id_ if new.scene is None else str(new.scene),
            is_number=isinstance(new.scene, int),
            is_lasting=new.is_lasting,
            note=new.note,
            author=author,
            ticket="",
            url="",
            expires_at=None,
            created=self.clock(),
        )

    async def _make_code(self, account: Account, channel: QrChannel, days: int) -> QrChannel:
        """The channel with a new code. Raises InvalidField, ApiError."""
        scene = channel.platform_scene
        if channel.is_lasting:
            code = await self.codes.create_lasting(account, scene)
        else:
            code = await self.codes.create(account, scene, days * DAY)
        return _with_code(channel, code, self.clock())


def _with_code(channel: QrChannel, code: QrCode, now: float) -> QrChannel:
    seconds = code.expire_seconds
    expires_at = None if channel.is_lasting or seconds is None else now + seconds
    return replace(channel, ticket=code.ticket, url=code.url, expires_at=expires_at)
