"""The zone of an account, in which its calendar is read: that of its rules."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.rules.fields import parse_zone
from app.rules.rulebook import NAME
from app.rules.values import Rules

_DEFAULT = Rules().zone


async def read_zone(engine: AsyncEngine, account: str) -> ZoneInfo:
    """The zone that the account's rules name; Asia/Shanghai where they name none."""
    content, _ = await AccountDocuments(engine, NAME).read(account)
    name = content.get("zone", _DEFAULT) if isinstance(content, dict) else _DEFAULT
    return parse_zone(str(name))
