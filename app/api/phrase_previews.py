"""Previews of a phrase's variants: each text with its slots filled, its size and warnings."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.api.schemas.phrases import TextPreviewResponse, TextWarningResponse
from app.db.account_documents import AccountDocuments
from app.dialogue.wording import catalogue
from app.messages import phrases
from app.messages.lengths import TEXT_BYTES, size
from app.messages.phrases import Phrase
from app.rules import rulebook
from app.rules.rulebook import NAME as RULES
from app.safety import moderation
from app.safety.moderation import Moderation
from app.safety.words.word_lists import NAME as WORDS

_PROMISES_LINK = re.compile("链接|网址|(?:点击?|戳)(?:这里|此处|下方|下面|一?下)|点此|戳此|二维码")
_HAS_LINK = re.compile(r"""<a\s[^<>]*href=|https?://\S|weixin://\S""", re.IGNORECASE)


async def preview_texts(
    engine: AsyncEngine,
    account: Account,
    phrase: Phrase,
    texts: Sequence[str],
    values: Mapping[str, str],
) -> list[TextPreviewResponse]:
    """Preview each text as a follower would read it; slots without a value get samples."""
    lists = await _read_word_lists(engine, account.name)
    slots = await _slot_values(engine, account, texts) | {**catalogue.SAMPLES, **values}
    return [_preview_text(text, phrases.fill(text, slots), phrase, lists) for text in texts]


def _preview_text(text: str, full: str, phrase: Phrase, lists: Moderation) -> TextPreviewResponse:
    warnings = [*_find_warnings(text, full, phrase, lists)]
    return TextPreviewResponse(text=full, bytes=size(full), warnings=warnings)


async def _slot_values(
    engine: AsyncEngine, account: Account, texts: Sequence[str]
) -> dict[str, str]:
    """The values of the common slots at this moment."""
    content, _ = await AccountDocuments(engine, RULES).read(account.name)
    rules = rulebook.read_rulebook(content or {})
    return rules.slots("".join(texts), account.brand, account.service_hours, time.time())


async def _read_word_lists(engine: AsyncEngine, account: str) -> Moderation:
    content, _ = await AccountDocuments(engine, WORDS).read(account)
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
