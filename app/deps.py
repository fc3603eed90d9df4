"""What routes are handed."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.accounts import Accounts
from app.errors import Unauthorized
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

    @property
    def limits(self) -> Limits:
        return self.settings.limits


async def door(request: Request) -> Door:
    """Opened by main's lifespan. A coroutine: FastAPI sends plain functions to a thread."""
    return cast("Door", request.app.state.door)


_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")


async def cms(
    at: Annotated[Door, Depends(door)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Door:
    """The door for the CMS. Raises Unauthorized without its key."""
    key = at.settings.cms_api_key.get_secret_value()
    if not given or not key or not secrets.compare_digest(given.credentials.encode(), key.encode()):
        raise Unauthorized("send the header Authorization: Bearer CMS_API_KEY")
    return at
