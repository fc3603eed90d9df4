"""REST for mass sends: their speed, the cap on marketing messages, and single messages under it."""

import time

from app.api.schemas.mass_sends import (
    FrequencyCapRequest,
    FrequencyCapResponse,
    MarketingMessageRequest,
    MarketingMessageResponse,
    MassSpeedRequest,
    MassSpeedResponse,
)
from app.api.worker_client import call_worker
from app.db.account_documents import AccountDocuments
from app.deps import AppState, ServedAccount, State, api_router
from app.jobs import ManageMassSpeed, SendMarketingMessage
from app.publishing.frequency.cap import FrequencyCap
from app.publishing.frequency.ledger import FrequencyLedger
from app.publishing.frequency.policy import NAME, FrequencyRules

router = api_router("/api/v1", "posts", "posts")


@router.get("/mass-speed")
async def read_mass_speed(state: State, account: ServedAccount) -> MassSpeedResponse:
    """Read how fast the platform sends mass messages of the account."""
    result = await call_worker(state, lambda w: ManageMassSpeed(waiter=w, account=account.name))
    return MassSpeedResponse(**result)


@router.put("/mass-speed")
async def write_mass_speed(request: MassSpeedRequest, state: State) -> MassSpeedResponse:
    """Set the speed, so that a shop isn't overrun by readers. 403 without the right to send."""
    account = state.get_account(request.account)
    result = await call_worker(
        state, lambda w: ManageMassSpeed(waiter=w, account=account.name, speed=request.speed)
    )
    return MassSpeedResponse(**result)


@router.get("/frequency-cap")
async def read_frequency_cap(state: State, account: ServedAccount) -> FrequencyCapResponse:
    """Read how many marketing messages a follower may get in a month, or the default."""
    cap = open_cap(state)
    content, revision = await cap.documents.read(account.name)
    return FrequencyCapResponse(
        account=account.name,
        rules=FrequencyRules.model_validate(content or {}),
        revision=revision,
        capped_followers=await cap.count_capped_followers(account.name),
    )


@router.put("/frequency-cap")
async def write_frequency_cap(request: FrequencyCapRequest, state: State) -> FrequencyCapResponse:
    """Replace the cap of `revision`; 409 when it was changed meanwhile."""
    account = state.get_account(request.account)
    cap = open_cap(state)
    content = request.rules.model_dump(mode="json")
    revision = await cap.documents.write(account.name, content, request.revision)
    return FrequencyCapResponse(
        account=account.name,
        rules=request.rules,
        revision=revision,
        capped_followers=await cap.count_capped_followers(account.name),
    )


@router.post("/marketing-messages")
async def send_marketing_message(
    request: MarketingMessageRequest, state: State
) -> MarketingMessageResponse:
    """Send one follower a template or a text, once. 429 beyond the frequency cap of the month."""
    state.get_account(request.account)
    result = await call_worker(
        state, lambda w: SendMarketingMessage(waiter=w, **request.model_dump())
    )
    return MarketingMessageResponse(**result)


def open_cap(state: AppState) -> FrequencyCap:
    """The cap over the database. This process never names a follower in the ledger."""
    ledger = FrequencyLedger(state.engine, state.settings.key_of_pseudonyms)
    return FrequencyCap(ledger, AccountDocuments(state.engine, NAME), time.time)
