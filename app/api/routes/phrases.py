"""REST for phrases: list, reword, preview and reset the product's sentences."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import Path

from app.accounts import Account
from app.api.schemas.phrases import (
    PhraseListResponse,
    PhrasePreviewRequest,
    PhrasePreviewResponse,
    PhraseResponse,
    PhraseTextsRequest,
    TextPreviewResponse,
    TextWarningResponse,
    phrase_response,
)
from app.api.worker_client import call_worker
from app.db.account_documents import AccountDocuments
from app.deps import AppState, ServedAccount, State, api_router
from app.dialogue.wording import catalogue
from app.errors import BadPhrase, Overloaded, StaleRevision, UnknownPhrase
from app.jobs import ListIntents
from app.messages import phrases
from app.messages.lengths import TEXT_BYTES, size
from app.messages.phrases import INTENT, Phrase, Phrasebook
from app.rules import rulebook
from app.rules.rulebook import NAME as RULES
from app.safety import moderation
from app.safety.moderation import Moderation
from app.safety.word_lists import NAME as WORDS

router = api_router("/api/v1/phrases", "phrases", "phrases")
Id = Annotated[str, Path(max_length=200)]

TRIES = 10  # to write, when others change the account's phrases at the same moment
_PROMISES_LINK = re.compile("链接|网址|(?:点击?|戳)(?:这里|此处|下方|下面|一?下)|点此|戳此|二维码")
_HAS_LINK = re.compile(r"""<a\s[^<>]*href=|https?://\S|weixin://\S""", re.IGNORECASE)


@router.get("")
async def list_phrases(state: State, account: ServedAccount) -> PhraseListResponse:
    """List all phrases: the system's, and each intent's replies (`intent.ID`).

    Texts of rules, entries and word lists have endpoints of their own.
    """
    shipped_phrases = [*catalogue.PHRASES.values(), *(await _intent_phrases(state)).values()]
    own = await _read_phrasebook(state, account.name)
    return PhraseListResponse(
        account=account.name, phrases=[phrase_response(phrase, own) for phrase in shipped_phrases]
    )


@router.put("/{phrase}")
async def write_phrase(phrase: Id, new: PhraseTextsRequest, state: State) -> PhraseResponse:
    """Replace the phrase's variants; workers use them within two seconds."""
    state.get_account(new.account)
    shipped_phrase = await _find_phrase(state, phrase)
    if faults := phrases.faults(new.texts, shipped_phrase):
        raise BadPhrase("; ".join(faults))
    return phrase_response(
        shipped_phrase, await _write_texts(state, new.account, phrase, new.texts)
    )


@router.delete("/{phrase}")
async def reset_phrase(phrase: Id, state: State, account: ServedAccount) -> PhraseResponse:
    """Reset the phrase to its shipped variants."""
    shipped_phrase = await _find_phrase(state, phrase)
    return phrase_response(shipped_phrase, await _write_texts(state, account.name, phrase, None))


@router.post("/preview")
async def preview_phrase(request: PhrasePreviewRequest, state: State) -> PhrasePreviewResponse:
    """Show each variant as a follower would read it, with its length and warnings."""
    account = state.get_account(request.account)
    shipped_phrase = await _find_phrase(state, request.id)
    saved = (await _read_phrasebook(state, account.name)).variants(shipped_phrase)
    texts = saved if request.texts is None else request.texts
    lists = await _read_word_lists(state, account.name)
    values = await _slot_values(state, account, texts) | {**catalogue.SAMPLES, **request.values}
    filled = [(text, phrases.fill(text, values)) for text in texts]
    return PhrasePreviewResponse(
        id=shipped_phrase.id,
        texts=[
            TextPreviewResponse(
                text=full,
                bytes=size(full),
                warnings=[*_find_warnings(text, full, shipped_phrase, lists)],
            )
            for text, full in filled
        ],
    )


async def _find_phrase(state: AppState, name: str) -> Phrase:
    """The shipped phrase of this id. Raises UnknownPhrase."""
    shipped_phrase = catalogue.PHRASES.get(name)
    if shipped_phrase is None and name.startswith(INTENT):
        shipped_phrase = (await _intent_phrases(state)).get(name)
    if shipped_phrase is None:
        raise UnknownPhrase(f"no phrase is named {name!r}; GET /api/v1/phrases lists them")
    return shipped_phrase


async def _intent_phrases(state: AppState) -> dict[str, Phrase]:
    """The intents' phrases by id, asked of a worker, which has the model in use."""
    intents = await call_worker(state, lambda waiter: ListIntents(waiter=waiter))
    return {INTENT + intent["id"]: catalogue.of_intent(intent) for intent in intents}


async def _read_phrasebook(state: AppState, account: str) -> Phrasebook:
    content, _ = await AccountDocuments(state.engine, phrases.NAME).read(account)
    return phrases.parse(content or {})


async def _write_texts(
    state: AppState, account: str, name: str, texts: list[str] | None
) -> Phrasebook:
    """Write one phrase of the account's document, retrying when others change it meanwhile."""
    books = AccountDocuments(state.engine, phrases.NAME)
    for _ in range(TRIES):
        content, revision = await books.read(account)
        new_content: dict[str, Any] = {**(content or {}), name: texts}
        if texts is None:
            del new_content[name]
        try:
            await books.write(account, new_content, revision)
        except StaleRevision:
            continue
        return phrases.parse(new_content)
    raise Overloaded("others write phrases of this account just now; try again")


async def _slot_values(state: AppState, account: Account, texts: Sequence[str]) -> dict[str, str]:
    """The values of the common slots at this moment."""
    content, _ = await AccountDocuments(state.engine, RULES).read(account.name)
    rules = rulebook.read_rulebook(content or {})
    return rules.slots("".join(texts), account.brand, account.service_hours, time.time())


async def _read_word_lists(state: AppState, account: str) -> Moderation:
    content, _ = await AccountDocuments(state.engine, WORDS).read(account)
    return await asyncio.to_thread(moderation.parse_moderation, content or {})


def _find_warnings(
    text: str, full: str, phrase: Phrase, lists: Moderation
) -> Iterator[TextWarningResponse]:
    faults = list(phrases.faults_of(text, phrase))
    yield from (TextWarningResponse(code=fault.code, message=fault.message) for fault in faults)
    if size(full) > TEXT_BYTES >= size(text):
        message = f"with its slots filled it has {size(full)} bytes; one message takes {TEXT_BYTES}"
        yield TextWarningResponse(code="too_long", message=message)
    for hit in lists.check(full, "outgoing").hits:
        title = lists.categories[hit.category].title or hit.category
        yield TextWarningResponse(
            code="forbidden_word", message=f"{hit.word} is in the list {title}"
        )
    if _PROMISES_LINK.search(full) and not _HAS_LINK.search(full):
        message = 'it speaks of a link and has none to tap: write <a href="https://...">...</a>'
        yield TextWarningResponse(code="link_promised", message=message)
