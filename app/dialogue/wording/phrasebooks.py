"""What operators worded otherwise, in memory: for api processes too, which load no model."""

import time

from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Accounts
from app.db.account_documents import AccountDocuments, CachedDocument
from app.messages import phrases
from app.messages.phrases import Phrase, Phrasebook


def word_phrase(
    accounts: Accounts, own: CachedDocument[Phrasebook], name: str, phrase: Phrase, /, **values: str
) -> str:
    """A phrase as the account words it; as shipped for an account that is served no longer."""
    account = accounts.get(name)
    common = {"brand": account.brand, "hours": account.service_hours} if account else {}
    texts = [phrases.fill(each, common | values) for each in own.of(name).variants(phrase)]
    return phrases.choose(texts, time.time_ns())


def open_phrasebooks(engine: AsyncEngine) -> CachedDocument[Phrasebook]:
    """What operators worded otherwise."""
    return CachedDocument(AccountDocuments(engine, phrases.NAME), phrases.parse, phrases.BLANK)
