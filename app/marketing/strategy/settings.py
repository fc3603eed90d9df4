"""Where the strategy of an account is kept."""

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.marketing.strategy.values import Strategy

KIND = "strategy"  # of the night's marketing job
DOCUMENT = "strategy"  # the account document


async def read_strategy(engine: AsyncEngine, account: str) -> Strategy:
    """The account's strategy; the default one where none is stored."""
    content, _ = await AccountDocuments(engine, DOCUMENT).read(account)
    return Strategy.model_validate(content or {})
