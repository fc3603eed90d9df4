"""The log of generated answers, without text and openid, so that erasure leaves it in place."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import generations


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generated text. `delivery` and `text` are stored as keyed hashes only."""

    delivery: str
    account: str
    pseudonym: str
    model: str
    text: str
    labelled: bool
    received: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class GenerationLog:
    """Writes generations; `Followers.drop_old` drops them."""

    engine: AsyncEngine
    key: str

    async def write(self, log_entries: Sequence[Generation]) -> None:
        """Insert the generations; one that was written before stays unchanged."""
        if not log_entries:
            return
        rows = [
            {
                "id": self._keyed_hash("delivery", each.delivery),
                "account": each.account,
                "pseudonym": each.pseudonym,
                "model": each.model,
                "digest": self.digest(each.text),
                "labelled": each.labelled,
                "received": each.received,
            }
            for each in log_entries
        ]
        async with self.engine.begin() as connection:
            await connection.execute(insert(generations).on_conflict_do_nothing(), rows)

    def digest(self, text: str) -> str:
        """The keyed hash of a text in the log, by which a text can be proved to be ours."""
        return self._keyed_hash("text", text)

    def _keyed_hash(self, what: str, value: str) -> str:
        mac = hmac.new(self.key.encode(), f"{what}:{value}".encode(), hashlib.sha256)
        return mac.hexdigest()
