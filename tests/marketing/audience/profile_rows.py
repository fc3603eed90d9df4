"""Profiles of followers of whom little is known, for tests that only need them to exist."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import follower_profiles
from app.marketing.audience.profile_repository import FollowerProfiles


async def store_profiles(
    engine: AsyncEngine, account: str, pseudonyms: Sequence[str], **changed: Sequence[Any]
) -> None:
    """Store a profile of each follower, in place of all that are stored; changed: whole columns."""
    count = len(pseudonyms)
    columns: dict[str, list[Any]] = {
        column.name: [None if column.nullable else 0] * count for column in follower_profiles.c
    }
    columns |= {
        "pseudonym": list(pseudonyms), "is_following": [True] * count, "stage": ["new"] * count,
        **{name: [[]] * count for name in ("active_hours", "moods", "intents", "interests")},
        **{name: list(cells) for name, cells in changed.items()},
    }  # fmt: skip
    await FollowerProfiles(engine).replace(account, 1.0, columns)
