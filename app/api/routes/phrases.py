"""REST for our sentences: listed, worded otherwise, tried, and brought back."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.accounts import Account
from app.api.schemas.phrases import (
    NewTexts,
    PhraseList,
    PhrasePreviewed,
    PhraseShown,
    PreviewAsked,
    TextPreviewed,
    Warned,
    shown,
)
from app.api.worker_client import ask
from app.db.account_documents import Books
from app.deps import Door, door
from app.dialogue.wording import catalogue
from app.errors import BadPhrase, Overloaded, Stale, UnknownPhrase
from app.jobs import Taxonomy
from app.messages import phrases
from app.messages.lengths import TEXT_BYTES, size
from app.messages.phrases import INTENT, Phrase, Phrasebook
from app.rules import rulebook
from app.rules.rulebook import NAME as RULES
from app.safety import moderation
from app.safety.moderation import Moderation
from app.safety.word_lists import NAME as WORDS

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1/phrases", tags=["phrases"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]
AccountName = Annotated[str, Query(max_length=64)]
Id = Annotated[str, Path(max_length=200)]

TRIES = 10  # when others write phrases of the account at the same moment
_PROMISES_LINK = re.compile("链接|网址|(?:点击?|戳)(?:这里|此处|下方|下面|一?下)|点此|戳此|二维码")
_HAS_LINK = re.compile(r"""<a\s[^<>]*href=|https?://\S|weixin://\S""", re.IGNORECASE)


@router.get("")
async def browse(at: OpenDoor, account: AccountName = "default") -> PhraseList:
    """All sentences that are ours: of the system, and each intent's replies (`intent.ID`).

    What rules, entries and word lists say is written there.
    """
    accounts.get(at.accounts, account)
    known = [*catalogue.PHRASES.values(), *(await _intents(at)).values()]
    own = await _own(at, account)
    return PhraseList(account=account, phrases=[shown(phrase, own) for phrase in known])


@router.put("/{phrase}")
async def write(phrase: Id, new: NewTexts, at: OpenDoor) -> PhraseShown:
    """Say these variants instead. Workers do within two seconds."""
    accounts.get(at.accounts, new.account)
    known = await _phrase(at, phrase)
    if faults := phrases.faults(new.texts, known):
        raise BadPhrase("; ".join(faults))
    return shown(known, await _change(at, new.account, phrase, new.texts))


@router.delete("/{phrase}")
async def reset(phrase: Id, at: OpenDoor, account: AccountName = "default") -> PhraseShown:
    """Say again what is shipped."""
    accounts.get(at.accounts, account)
    known = await _phrase(at, phrase)
    return shown(known, await _change(at, account, phrase, None))


@router.post("/preview")
async def preview(asked: PreviewAsked, at: OpenDoor) -> PhrasePreviewed:
    """Each variant as a follower would read it, its length, and what is wrong with it."""
    account = accounts.get(at.accounts, asked.account)
    known = await _phrase(at, asked.id)
    saved = (await _own(at, account.name)).variants(known)
    texts = saved if asked.texts is None else asked.texts
    lists = await _lists(at, account.name)
    values = await _values(at, account, texts) | {**catalogue.SAMPLES, **asked.values}
    filled = [(text, phrases.fill(text, values)) for text in texts]
    return PhrasePreviewed(
        id=known.id,
        texts=[
            TextPreviewed(
                text=full, bytes=size(full), warnings=[*_warned(text, full, known, lists)]
            )
            for text, full in filled
        ],
    )


async def _phrase(at: Door, name: str) -> Phrase:
    """Raises UnknownPhrase."""
    known = catalogue.PHRASES.get(name)
    if known is None and name.startswith(INTENT):
        known = (await _intents(at)).get(name)
    if known is None:
        raise UnknownPhrase(f"no phrase is named {name!r}; GET /api/v1/phrases lists them")
    return known


async def _intents(at: Door) -> dict[str, Phrase]:
    """Of the model that answers now, which a worker has."""
    found = await ask(at, lambda waiter: Taxonomy(waiter=waiter))
    return {INTENT + intent["id"]: catalogue.of_intent(intent) for intent in found}


async def _own(at: Door, account: str) -> Phrasebook:
    content, _ = await Books(at.engine, phrases.NAME).read(account)
    return phrases.parse(content or {})


async def _change(at: Door, account: str, name: str, texts: list[str] | None) -> Phrasebook:
    """Write one phrase; those of others that are written at the same moment stay."""
    books = Books(at.engine, phrases.NAME)
    for _ in range(TRIES):
        content, revision = await books.read(account)
        changed: dict[str, Any] = {**(content or {}), name: texts}
        if texts is None:
            del changed[name]
        try:
            await books.write(account, changed, revision)
        except Stale:
            continue
        return phrases.parse(changed)
    raise Overloaded("others write phrases of this account just now; try again")


async def _values(at: Door, account: Account, texts: Sequence[str]) -> dict[str, str]:
    """The slots of every turn, as of now."""
    content, _ = await Books(at.engine, RULES).read(account.name)
    rules = rulebook.read(content or {})
    return rules.slots("".join(texts), account.brand, account.service_hours, time.time())


async def _lists(at: Door, account: str) -> Moderation:
    content, _ = await Books(at.engine, WORDS).read(account)
    return await asyncio.to_thread(moderation.parse, content or {})


def _warned(text: str, full: str, phrase: Phrase, lists: Moderation) -> Iterator[Warned]:
    faults = list(phrases.faults_of(text, phrase))
    yield from (Warned(code=fault.code, message=fault.message) for fault in faults)
    if size(full) > TEXT_BYTES >= size(text):
        message = f"with its slots filled it has {size(full)} bytes; one message takes {TEXT_BYTES}"
        yield Warned(code="too_long", message=message)
    for hit in lists.check(full, "outgoing").hits:
        title = lists.categories[hit.category].title or hit.category
        yield Warned(code="forbidden_word", message=f"{hit.word} is in the list {title}")
    if _PROMISES_LINK.search(full) and not _HAS_LINK.search(full):
        message = 'it speaks of a link and has none to tap: write <a href="https://...">...</a>'
        yield Warned(code="link_promised", message=message)
