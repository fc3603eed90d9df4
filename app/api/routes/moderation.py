"""REST for moderation: an account's word lists, and what would become of a text."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api.schemas.moderation import Asked, Checked, NewWords, Reason, Words
from app.db.account_documents import Books
from app.deps import Door, door
from app.messages import phrases
from app.privacy import pii
from app.safety import injection, moderation
from app.safety.word_lists import NAME, Book, shipped

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(
    prefix="/api/v1/moderation", tags=["moderation"], dependencies=[Security(_bearer)]
)
OpenDoor = Annotated[Door, Depends(door)]


@router.get("/words")
async def read(at: OpenDoor, account: Annotated[str, Query(max_length=64)] = "default") -> Words:
    """The account's own lists with their revision, and the shipped ones below them."""
    accounts.get(at.accounts, account)
    return _words(account, *await Books(at.engine, NAME).read(account))


@router.put("/words")
async def write(words: NewWords, at: OpenDoor) -> Words:
    """Put other lists in the place of those of `revision`; all workers have them in seconds."""
    accounts.get(at.accounts, words.account)
    over = await Books(at.engine, NAME).write(words.account, words.book, words.revision)
    return _words(words.account, words.book, over)


@router.post("/check")
async def check(asked: Asked, at: OpenDoor) -> Checked:
    """What would become of a text, and why. Nothing is sent or remembered."""
    accounts.get(at.accounts, asked.account)
    content, _ = await Books(at.engine, NAME).read(asked.account)
    lists = await asyncio.to_thread(moderation.parse, content or {})
    own, _ = await Books(at.engine, phrases.NAME).read(asked.account)
    lists = replace(lists, phrases=phrases.parse(own or {}))
    verdict = lists.check(asked.text, asked.direction)
    return Checked(
        action=verdict.action,
        text=verdict.text,
        reply=verdict.reply,
        reasons=[
            Reason(
                word=hit.word,
                category=hit.category,
                title=lists.categories[hit.category].title,
                start=hit.start,
                end=hit.end,
            )
            for hit in verdict.hits
        ],
        injection=injection.suspicious(asked.text),
        outside=pii.mask(asked.text),
    )


def _words(account: str, content: object, revision: int) -> Words:
    book, below = Book.model_validate(content or {}), shipped()
    return Words(
        **book.model_dump(),
        account=account,
        revision=revision,
        defaults=below.categories,
        default_allow=below.allow,
    )
