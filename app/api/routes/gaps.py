"""REST for what followers asked and nothing answered: read, drafted, decided."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api.schemas.gaps import LABEL_OF_AGENT, Added, Approved, Clusters, Draft, Shown, Wanted
from app.api.schemas.knowledge import Fact, as_message
from app.api.worker_client import ask
from app.deps import Door, door
from app.jobs import AddTo, Approve, Dismiss, GapReason, Unanswered
from app.jobs import Draft as Drafting

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(
    prefix="/api/v1/knowledge/gaps", tags=["knowledge"], dependencies=[Security(_bearer)]
)
OpenDoor = Annotated[Door, Depends(door)]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get("")
async def browse(
    at: OpenDoor,
    account: Annotated[str, Query(max_length=64)] = "default",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    reason: GapReason | None = None,
) -> Clusters:
    """What was asked most and has no answer, or a doubtful one; questions of one meaning together.

    unanswered: nothing answered. low_confidence: what did was unsure. rejected: 不是, 不对, or the
    same question followed. handed_over: 转人工 followed, or the bot had failed.
    out_of_scope_named: of no intent, yet it names the brand or what its entries speak of.
    """
    accounts.get(at.accounts, account)
    job = {"account": account, "limit": limit, "reason": reason}
    found = await ask(at, lambda waiter: Unanswered.model_validate(job | {"waiter": waiter}))
    return Clusters(**found)


@router.post("/{gap}/draft")
async def draft(gap: Id, wanted: Wanted, at: OpenDoor) -> Draft:
    """A colleague's answer to the question, else a model's, for a person to judge."""
    accounts.get(at.accounts, wanted.account)
    found = await ask(at, lambda w: Drafting(waiter=w, account=wanted.account, gap=gap))
    if found["agent"]:
        found |= {"ai_generated": False, "label": LABEL_OF_AGENT}
    return Draft(**found)


@router.post("/{gap}/approve")
async def approve(gap: Id, approved: Approved, at: OpenDoor) -> Fact:
    """Make it an entry, live at once; the questions shown are answered, who approved is kept."""
    accounts.get(at.accounts, approved.account)
    job = approved.model_dump() | {"answer": as_message(approved.answer)}
    return Fact(**await ask(at, lambda w: Approve(waiter=w, gap=gap, **job)))


@router.post("/{gap}/dismiss", status_code=204)
async def dismiss(gap: Id, shown: Shown, at: OpenDoor) -> None:
    """Offer the questions shown never again."""
    accounts.get(at.accounts, shown.account)
    await ask(at, lambda w: Dismiss(waiter=w, gap=gap, **shown.model_dump()))


@router.post("/{gap}/add-to")
async def add_to(gap: Id, added: Added, at: OpenDoor) -> Fact:
    """Have an entry found by the questions shown too; the entry as it is now."""
    accounts.get(at.accounts, added.account)
    return Fact(**await ask(at, lambda w: AddTo(waiter=w, gap=gap, **added.model_dump())))
