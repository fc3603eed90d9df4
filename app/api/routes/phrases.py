"""REST for phrases: list, reword, preview and reset the product's sentences."""

from typing import Annotated, Any

from fastapi import Path

from app.api.phrase_catalogue import find_phrase, list_intent_phrases
from app.api.phrase_previews import preview_texts
from app.api.schemas.phrases import (
    PhraseListResponse,
    PhrasePreviewRequest,
    PhrasePreviewResponse,
    PhraseResponse,
    PhraseTextsRequest,
    phrase_response,
)
from app.db.account_documents import AccountDocuments
from app.deps import AppState, ServedAccount, State, api_router
from app.dialogue.wording import catalogue
from app.errors import BadPhrase, Overloaded, StaleRevision
from app.messages import phrases
from app.messages.phrases import Phrasebook

router = api_router("/api/v1/phrases", "phrases", "phrases")
Id = Annotated[str, Path(max_length=200)]

TRIES = 10  # to write, when others change the account's phrases at the same moment


@router.get("")
async def list_phrases(state: State, account: ServedAccount) -> PhraseListResponse:
    """List all phrases: the system's, and each intent's replies (`intent.ID`).

    Texts of rules, entries and word lists have endpoints of their own.
    """
    shipped_phrases = [*catalogue.PHRASES.values(), *(await list_intent_phrases(state)).values()]
    own = await _read_phrasebook(state, account.name)
    return PhraseListResponse(
        account=account.name, phrases=[phrase_response(phrase, own) for phrase in shipped_phrases]
    )


@router.put("/{phrase}")
async def write_phrase(phrase: Id, new: PhraseTextsRequest, state: State) -> PhraseResponse:
    """Replace the phrase's variants; workers use them within two seconds."""
    state.get_account(new.account)
    shipped_phrase = await find_phrase(state, phrase)
    if faults := phrases.faults(new.texts, shipped_phrase):
        raise BadPhrase("; ".join(faults))
    return phrase_response(
        shipped_phrase, await _write_texts(state, new.account, phrase, new.texts)
    )


@router.delete("/{phrase}")
async def reset_phrase(phrase: Id, state: State, account: ServedAccount) -> PhraseResponse:
    """Reset the phrase to its shipped variants."""
    shipped_phrase = await find_phrase(state, phrase)
    return phrase_response(shipped_phrase, await _write_texts(state, account.name, phrase, None))


@router.post("/preview")
async def preview_phrase(request: PhrasePreviewRequest, state: State) -> PhrasePreviewResponse:
    """Show each variant as a follower would read it, with its length and warnings."""
    account = state.get_account(request.account)
    shipped_phrase = await find_phrase(state, request.id)
    saved = (await _read_phrasebook(state, account.name)).variants(shipped_phrase)
    texts = saved if request.texts is None else request.texts
    previews = await preview_texts(state.engine, account, shipped_phrase, texts, request.values)
    return PhrasePreviewResponse(id=shipped_phrase.id, texts=previews)


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
