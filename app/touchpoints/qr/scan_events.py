"""What followers did by QR codes: follow, scan, and unfollow after a follow by a code.

A follower is known by a pseudonym here. It is needed until they leave: the unfollow is counted for
the channel that brought them. Then, or when their data is erased, the rows lose the pseudonym and
stay as counts.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import scan_events, storable
from app.jobs import MessageJob
from app.privacy.pseudonym import make_pseudonym
from app.privacy.repository import Followers
from app.wechat.client.families.qrcodes import SCENE_CHARACTERS

_KINDS = {"subscribe": "follow", "scan": "scan"}  # by the kind of the message

ScanRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScanEvents:
    """The table `scan_events`. `key` is that of pseudonyms."""

    engine: AsyncEngine
    key: str

    def build_row(self, message: MessageJob) -> ScanRow | None:
        """The row of a follow or scan; None for other messages, and without a scene of ours."""
        kind, scene = _KINDS.get(message.kind), storable(message.text)
        if kind is None or not 1 <= len(scene) <= SCENE_CHARACTERS:
            return None
        return {
            "id": self._hash_delivery(message.id),
            "account": message.account,
            "scene": scene,
            "kind": kind,
            "pseudonym": make_pseudonym(message.openid, self.key),
            "at": message.received,
        }

    async def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows; one that was written before, by whichever worker, stays unchanged."""
        if not rows:
            return
        async with self.engine.begin() as connection:
            statement = insert(scan_events).on_conflict_do_nothing()
            await connection.execute(statement, [dict(row) for row in rows])

    async def record_unfollow(self, account: str, openid: str, delivery: str, now: float) -> None:
        """Count the unfollow for the scene of the last follow; without one nothing is stored."""
        pseudonym = make_pseudonym(openid, self.key)
        theirs = and_(scan_events.c.account == account, scan_events.c.pseudonym == pseudonym)
        follows = and_(theirs, scan_events.c.kind == "follow", scan_events.c.at <= now)
        query = select(scan_events.c.scene).where(follows).order_by(scan_events.c.at.desc())
        async with connect_to_read(self.engine) as connection:
            scene = await connection.scalar(query.limit(1))
        if scene is None:
            return
        row = {
            "id": self._hash_delivery(delivery), "account": account, "scene": scene,
            "kind": "unfollow", "pseudonym": "", "at": now,
        }  # fmt: skip
        await self.write([row])

    async def erase_pseudonym(self, account: str, openid: str, until: float) -> None:
        """Take the pseudonym out of a follower's rows up to `until`."""
        await Followers(self.engine, self.key).erase_pseudonym(account, openid, until)

    def _hash_delivery(self, delivery: str) -> str:
        mac = hmac.new(self.key.encode(), f"scan:{delivery}".encode(), hashlib.sha256)
        return mac.hexdigest()
