"""An account's rules in the database: one account document, with a revision."""

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.errors import UnreadableRules
from app.rules.rulebook import NAME
from app.rules.values import Rules


async def read_rules(engine: AsyncEngine, account: str) -> tuple[Rules, int]:
    """The rules and their revision; empty ones of revision 0 before the first.

    Raises UnreadableRules for rules of another version of this program.
    """
    content, revision = await AccountDocuments(engine, NAME).read(account)
    try:
        rules = Rules() if content is None else Rules.model_validate(content)
    except ValueError as error:
        raise UnreadableRules(
            f"revision {revision} can't be read by this version; write anew over it: {error}"
        ) from None
    return rules, revision


async def write_rules(engine: AsyncEngine, account: str, rules: Rules, over: int) -> int:
    """Replace the rules of revision `over`; returns the new revision. Raises StaleRevision."""
    content = rules.model_dump(mode="json", exclude_defaults=True)
    return await AccountDocuments(engine, NAME).write(account, content, over)
