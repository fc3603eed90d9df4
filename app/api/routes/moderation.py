"""REST for moderation: an account's word lists, and a check of a text."""

import asyncio
from dataclasses import replace

from app.api.schemas.moderation import (
    ModerationCheckRequest,
    ModerationCheckResponse,
    ModerationReasonResponse,
    WordListsRequest,
    WordListsResponse,
)
from app.db.account_documents import AccountDocuments
from app.deps import AppState, ServedAccount, State, api_router
from app.messages import phrases
from app.privacy import pii
from app.safety import injection, moderation
from app.safety.moderation import Moderation
from app.safety.words.word_lists import NAME, WordLists, shipped_lists

router = api_router("/api/v1/moderation", "moderation", "moderation")


@router.get("/words")
async def read_word_lists(state: State, account: ServedAccount) -> WordListsResponse:
    """Read the account's own lists with their revision, and the shipped ones."""
    content, revision = await AccountDocuments(state.engine, NAME).read(account.name)
    return _word_lists_response(account.name, content, revision)


@router.put("/words")
async def write_word_lists(words: WordListsRequest, state: State) -> WordListsResponse:
    """Replace the lists of `revision`; all workers use the new ones within seconds."""
    state.get_account(words.account)
    over = await AccountDocuments(state.engine, NAME).write(
        words.account, words.book, words.revision
    )
    return _word_lists_response(words.account, words.book, over)


@router.post("/check")
async def check_text(request: ModerationCheckRequest, state: State) -> ModerationCheckResponse:
    """Check a text by moderation, and say why. Nothing is sent or stored."""
    account = state.get_account(request.account)
    lists = await _read_moderation(state, account.name)
    return _check_response(request, lists)


async def _read_moderation(state: AppState, account: str) -> Moderation:
    """The account's word lists with the shipped ones, and its own phrases."""
    content, _ = await AccountDocuments(state.engine, NAME).read(account)
    own_phrases, _ = await AccountDocuments(state.engine, phrases.NAME).read(account)
    lists = await asyncio.to_thread(moderation.parse_moderation, content or {})
    return replace(lists, phrases=phrases.parse(own_phrases or {}))


def _check_response(request: ModerationCheckRequest, lists: Moderation) -> ModerationCheckResponse:
    verdict = lists.check(request.text, request.direction)
    return ModerationCheckResponse(
        action=verdict.action,
        text=verdict.text,
        reply=verdict.reply,
        reasons=[
            ModerationReasonResponse(
                word=hit.word,
                category=hit.category,
                title=lists.categories[hit.category].title,
                start=hit.start,
                end=hit.end,
            )
            for hit in verdict.hits
        ],
        injection=injection.detect_injection(request.text),
        outside=pii.mask(request.text),
    )


def _word_lists_response(account: str, content: object, revision: int) -> WordListsResponse:
    book, below = WordLists.model_validate(content or {}), shipped_lists()
    return WordListsResponse(
        **book.model_dump(),
        account=account,
        revision=revision,
        defaults=below.categories,
        default_allow=below.allow,
    )
