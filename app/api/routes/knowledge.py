"""REST for what an account knows: questions and answers, live in all workers within a second."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api.schemas.knowledge import (
    Answerables,
    Changed,
    Entries,
    Fact,
    Learnt,
    NewFact,
    Page,
    Searched,
    as_message,
)
from app.api.worker_client import ask
from app.deps import Door, door
from app.jobs import Browse, Learn, Search, Unlearn
from app.jobs import Fact as Taught

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]
Account = Annotated[str, Query(max_length=64)]
Id = Annotated[str, Path(pattern=r"^[\w-]{1,32}$")]


@router.post("/entries")
async def learn(taught: Entries, at: OpenDoor) -> Learnt:
    """Add entries, or change those of the same id or question: all of them or none."""
    accounts.get(at.accounts, taught.account)
    facts = [_fact(fact.id or "", fact) for fact in taught.entries]
    found = await ask(at, lambda w: Learn(waiter=w, account=taught.account, facts=facts))
    return Learnt(entries=found)


@router.get("/entries")
async def browse(
    at: OpenDoor,
    account: Account = "default",
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Page:
    """Entries by id, `limit` of them from behind `after`; `next` is the next page's `after`."""
    accounts.get(at.accounts, account)
    return Page(**await ask(at, lambda w: Browse(
        waiter=w, account=account, after=after, limit=limit
    )))  # fmt: skip


@router.get("/entries/{entry}")
async def read(entry: Id, at: OpenDoor, account: Account = "default") -> Fact:
    """One entry."""
    accounts.get(at.accounts, account)
    found = await ask(at, lambda w: Browse(waiter=w, account=account, entry=entry))
    return Fact(**found["entries"][0])


@router.put("/entries/{entry}")
async def change(entry: Id, fact: Changed, at: OpenDoor) -> Fact:
    """Put another question and answer in the place of an entry, or a new one of this id."""
    accounts.get(at.accounts, fact.account)
    facts = [_fact(entry, fact)]
    [found] = await ask(at, lambda w: Learn(waiter=w, account=fact.account, facts=facts))
    return Fact.model_validate(found)


@router.delete("/entries/{entry}", status_code=204)
async def delete(entry: Id, at: OpenDoor, account: Account = "default") -> None:
    """Erase an entry; from here on no worker answers by it."""
    accounts.get(at.accounts, account)
    await ask(at, lambda w: Unlearn(waiter=w, account=account, entry=entry))


@router.post("/search")
async def search(asked: Searched, at: OpenDoor) -> Answerables:
    """The likeliest entries for up to 256 queries, and whether the first answers each."""
    accounts.get(at.accounts, asked.account)
    return Answerables(results=await ask(at, lambda w: Search(waiter=w, **asked.model_dump())))


def _fact(entry: str, fact: NewFact) -> Taught:
    answer = as_message(fact.answer)
    return Taught(id=entry, question=fact.question, variants=fact.variants, answer=answer)
