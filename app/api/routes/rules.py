"""REST for an account's rules: read and written as one book, and tried before they are saved."""

import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.accounts import Account
from app.api.schemas.rules import Asked, Previewed, Rule, Saved, Written
from app.db.account_documents import Books
from app.deps import Door, door
from app.errors import UnreadableRules
from app.rules import rulebook as rules_rulebook
from app.rules.rulebook import NAME, Rulebook
from app.rules.values import Rules

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1/rules", tags=["rules"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]


@router.get("")
async def read(at: OpenDoor, account: Annotated[str, Query(max_length=64)] = "default") -> Saved:
    """The account's book and its revision; an empty one, of revision 0, before the first."""
    accounts.get(at.accounts, account)
    return await _saved(at, account)


@router.put("")
async def write(written: Written, at: OpenDoor) -> Saved:
    """Put a book in the place of the one that was read; 409 when somebody else wrote meanwhile.

    Workers answer by it within two seconds.
    """
    accounts.get(at.accounts, written.account)
    content = written.rules.model_dump(mode="json", exclude_defaults=True)
    revision = await Books(at.engine, NAME).write(written.account, content, written.revision)
    return Saved(account=written.account, revision=revision, rules=written.rules)


@router.post("/preview")
async def preview(asked: Asked, at: OpenDoor) -> Previewed:
    """Which rule would answer at that time, and what it says. Nothing is saved or sent."""
    account = accounts.get(at.accounts, asked.account)
    saved = await _saved(at, account.name) if asked.rules is None else None
    rulebook = rules_rulebook.prepare(saved.rules if saved else asked.rules or Rules())
    found = previewed(rulebook, asked, account)
    return found.model_copy(update={"revision": saved.revision if saved else None})


async def _saved(at: Door, account: str) -> Saved:
    content, revision = await Books(at.engine, NAME).read(account)
    try:
        rules = Rules() if content is None else Rules.model_validate(content)
    except ValueError as error:
        raise UnreadableRules(
            f"revision {revision} can't be read by this version; write anew over it: {error}"
        ) from None
    return Saved(account=account, revision=revision, rules=rules)


def previewed(rulebook: Rulebook, asked: Asked, account: Account) -> Previewed:
    """What the rules say, in words."""
    now = _moment(asked.at, rulebook)
    ruled = rulebook.answer(asked.kind, asked.said, now)
    opens = rulebook.opens_next(now)

    def fill(text: str) -> str:
        return rulebook.fill(text, account.brand, account.service_hours, now)

    return Previewed(
        rule=Rule(part=ruled.part, rule=ruled.rule, matched=ruled.matched) if ruled else None,
        reply=fill(ruled.reply) if ruled else "",
        ask=ruled.ask if ruled else "",
        to_person=ruled.to_person if ruled else False,
        open=rulebook.open_at(now),
        opens=None if opens is None else datetime.fromtimestamp(opens, rulebook.zone),
        outside=fill(rulebook.outside(now)),
        revision=None,
    )


def _moment(at: datetime | None, rulebook: Rulebook) -> float:
    if at is None:
        return time.time()
    return (at if at.tzinfo else at.replace(tzinfo=rulebook.zone)).timestamp()
