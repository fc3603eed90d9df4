"""REST for the CMS: what the bot understands and what it would say."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.cms.asking import ask
from app.cms.values import Question, Reply, Texts, Understandings
from app.deps import Door, door
from app.jobs import Classify, Preview

# The gate checks the key; this tells the OpenAPI page of it.
_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1", tags=["cms"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]


@router.post("/intents")
async def intents(asked: Texts, at: OpenDoor) -> Understandings:
    """Intent and sentiment of up to 256 texts, each of up to 2,000 characters."""
    return Understandings(results=await ask(at, lambda w: Classify(waiter=w, texts=asked.texts)))


@router.post("/replies")
async def replies(asked: Question, at: OpenDoor) -> Reply:
    """What the bot would say to this follower now, and why. Nothing is sent or remembered."""
    accounts.get(at.accounts, asked.account)
    started = time.perf_counter()
    found = await ask(at, lambda waiter: Preview(waiter=waiter, **asked.model_dump()))
    found["latency_ms"] = round((time.perf_counter() - started) * 1000, 2)
    return Reply(**found)
