"""REST for subject data: exports and erases all data of a follower."""

import asyncio
import time
import uuid
from typing import Annotated, Any

from fastapi import Path

from app.api.turn_client import queue_job
from app.api.worker_client import call_worker
from app.deps import AppState, ServedAccount, State, api_router
from app.errors import Overloaded
from app.jobs import EraseFollowerJob, ExportEvents
from app.marketing.events.repository import Events
from app.privacy.repository import Followers
from app.privacy.subject_data import SubjectData
from app.sessions import channels

router = api_router("/api/v1/followers", "followers", "followers")
Openid = Annotated[str, Path(max_length=channels.LONGEST, pattern=channels.ANY_OPENID)]


@router.get("/{openid}/data")
async def export_follower(openid: Openid, state: State, account: ServedAccount) -> dict[str, Any]:
    """Export all data of a follower as one document; its parts are empty without data."""
    data = await SubjectData(state.redis, _followers(state)).read(account.name, openid)
    open_ids = {event["id"] for event in data["database"].get("events", ())}
    events = await _read_events(state, account.name, openid)
    sealed = [event for event in events if event["id"] not in open_ids]
    return {"exported": time.time()} | data | {"sealed_events": sealed}


@router.delete("/{openid}/data", status_code=204)
async def erase_follower(openid: Openid, state: State, account: ServedAccount) -> None:
    """Erase all data of a follower, after the turns that are queued before."""
    requested_at = time.time()
    delivery_id = f"{account.appid}:erase-{uuid.uuid4().hex}"
    job = EraseFollowerJob(id=delivery_id, account=account.name, openid=openid)
    await _wait_for_worker(state, job)
    if await _followers(state).count(account.name, openid, until=requested_at):
        raise Overloaded("not all of it could be erased; please ask again")


async def _read_events(state: AppState, account: str, openid: str) -> list[dict[str, Any]]:
    """The follower's events where days are sealed; a worker reads the files. Raises Overloaded."""
    if not await Events(state.engine).has_sealed_days(account):
        return []
    answer = await call_worker(
        state, lambda waiter: ExportEvents(waiter=waiter, account=account, openid=openid)
    )
    return list(answer)


def _followers(state: AppState) -> Followers:
    return Followers(state.engine, state.settings.key_of_pseudonyms)


async def _wait_for_worker(state: AppState, job: EraseFollowerJob) -> None:
    """Queue the erase job in the follower's user queue and wait until a worker has done it.

    Raises Overloaded.
    """
    within = state.settings.timing.rest_within
    try:
        async with (
            asyncio.timeout(within),
            queue_job(state, job, time.time() + within) as admitted_job,
        ):
            await admitted_job.reply
    except TimeoutError:
        raise Overloaded("no worker has done it yet; one will, as soon as it runs") from None
