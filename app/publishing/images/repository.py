"""Which images the platform has, by the SHA-256 of what their authors gave."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import uploaded_images

ImageKind = Literal["article", "material"]


@dataclass(frozen=True)
class UploadedImage:
    """An image on the platform's servers; a `media_id` has permanent material only."""

    url: str
    media_id: str
    width: int  # pixels
    height: int


@dataclass(frozen=True, slots=True)
class UploadedImages:
    """The table `uploaded_images`."""

    engine: AsyncEngine

    async def find(self, account: str, sha256: str, kind: ImageKind) -> UploadedImage | None:
        """The image if it was uploaded for this account before."""
        table = uploaded_images.c
        mine = and_(table.account == account, table.sha256 == sha256, table.kind == kind)
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(select(uploaded_images).where(mine))).one_or_none()
        if row is None:
            return None
        return UploadedImage(row.url, row.media_id, row.width, row.height)

    async def add(self, account: str, sha256: str, kind: ImageKind, image: UploadedImage) -> None:
        """Record an upload; a later one of the same image replaces it."""
        values = {
            "url": image.url, "media_id": image.media_id, "width": image.width,
            "height": image.height, "uploaded": time.time(),
        }  # fmt: skip
        row = {"account": account, "sha256": sha256, "kind": kind} | values
        statement = insert(uploaded_images).values(**row)
        statement = statement.on_conflict_do_update(
            index_elements=["account", "sha256", "kind"], set_=values
        )
        async with self.engine.begin() as connection:
            await connection.execute(statement)

    async def forget_materials(self, account: str, media_ids: Iterable[str]) -> bool:
        """Forget uploads, so that they are made again; returns whether any was known."""
        table = uploaded_images.c
        lost = and_(table.account == account, table.media_id.in_(list(media_ids)))
        async with self.engine.begin() as connection:
            result = await connection.execute(delete(uploaded_images).where(lost))
        return bool(result.rowcount)
