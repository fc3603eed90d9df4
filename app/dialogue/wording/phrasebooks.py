"""Operators' reworded phrases in memory; also for api processes, which load no model."""

import time

from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Accounts
from app.db.account_documents import AccountDocuments, CachedDocument
from app.messages import phrases
from app.messages.phrases import Phrase, Phrasebook


def word_phrase(
    accounts: Accounts, own: CachedDocument[Phrasebook], name: str, phrase: Phrase, /, **values: str
) -> str:
    """Fill a phrase in the account's wording; as shipped if the account doesn't exist any more."""
    account = accounts.get(name)
    common = {"brand": account.brand, "hours": account.service_hours} if account else {}
    texts = [phrases.fill(each, common | values) for each in own.of(name).variants(phrase)]
    return phrases.choose(texts, time.time_ns())


def open_phrasebooks(engine: AsyncEngine) -> CachedDocument[Phrasebook]:
    """The cached phrasebooks of all accounts."""
    return CachedDocument(AccountDocuments(engine, phrases.NAME), phrases.parse, phrases.BLANK)
