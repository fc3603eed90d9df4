"""What routes are handed."""

from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Accounts
from app.sessions.answers import Answers
from app.sessions.mailbox import Mailboxes
from app.settings import Limits, Settings


@dataclass(frozen=True, slots=True)
class Door:
    """The api process's collaborators."""

    settings: Settings
    accounts: Accounts
    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    mailboxes: Mailboxes
    answers: Answers
    engine: AsyncEngine

    @property
    def limits(self) -> Limits:
        return self.settings.limits


async def door(request: Request) -> Door:
    """Opened by main's lifespan. A coroutine: FastAPI sends plain functions to a thread."""
    return cast("Door", request.app.state.door)
