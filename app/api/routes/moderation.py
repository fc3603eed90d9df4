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
from app.deps import ServedAccount, State, api_router
from app.messages import phrases
from app.privacy import pii
from app.safety import injection, moderation
from app.safety.word_lists import NAME, WordLists, shipped_lists

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
    state.get_account(request.account)
    content, _ = await AccountDocuments(state.engine, NAME).read(request.account)
    lists = await asyncio.to_thread(moderation.parse_moderation, content or {})
    own, _ = await AccountDocuments(state.engine, phrases.NAME).read(request.account)
    lists = replace(lists, phrases=phrases.parse(own or {}))
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
