"""Reads an account's rules of advertising from the database."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.safety.advertising.rule_schema import NAME
from app.safety.advertising.rulebook import AdvertisingRulebook, parse_rulebook


async def read_account_rulebook(engine: AsyncEngine, account: str) -> AdvertisingRulebook:
    """The shipped rules with the account's changes. They are compiled in a thread: where an account
    has changes, the first time takes some 70 ms. Raises UnreadableRule.
    """
    content, _ = await AccountDocuments(engine, NAME).read(account)
    return await asyncio.to_thread(parse_rulebook, content)
