"""REST for subject data: exports and erases all data of a follower."""

import asyncio
import time
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.deps import AppState, app_state
from app.errors import Overloaded
from app.jobs import EraseFollowerJob
from app.privacy.repository import Followers
from app.privacy.subject_data import SubjectData
from app.redis import keys
from app.sessions import channels

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1/followers", tags=["followers"], dependencies=[Security(_bearer)])
State = Annotated[AppState, Depends(app_state)]
Account = Annotated[str, Query(max_length=64)]
Openid = Annotated[str, Path(max_length=channels.LONGEST, pattern=channels.ANY_OPENID)]


@router.get("/{openid}/data")
async def export_follower(
    openid: Openid, state: State, account: Account = "default"
) -> dict[str, Any]:
    """Export all data of a follower as one document; its parts are empty without data."""
    accounts.get(state.accounts, account)
    data = await SubjectData(state.redis, Followers(state.engine)).read(account, openid)
    return {"exported": time.time()} | data


@router.delete("/{openid}/data", status_code=204)
async def erase_follower(openid: Openid, state: State, account: Account = "default") -> None:
    """Erase all data of a follower, after the turns that are queued before."""
    appid = accounts.get(state.accounts, account).appid
    requested_at = time.time()
    job = EraseFollowerJob(id=f"{appid}:erase-{uuid.uuid4().hex}", account=account, openid=openid)
    await _by_worker(state, job)
    if await Followers(state.engine).count(account, openid, until=requested_at):
        raise Overloaded("not all of it could be erased; please ask again")


async def _by_worker(state: AppState, job: EraseFollowerJob) -> None:
    """Queue the erase job in the follower's user queue and wait until a worker has done it.

    Raises Overloaded.
    """
    within = state.settings.timing.rest_within
    token, future = state.reply_channel.register()
    waiter = f"{state.reply_channel.api} {token} {time.time() + within}"
    user = keys.user(job.account, job.openid)
    try:
        admitted = await state.user_queues.admit(
            job.id, user, job.model_dump_json(), waiter, time.time()
        )
        if admitted.outcome == "full":
            raise Overloaded("too many messages are waiting; try again in a few seconds")
        async with asyncio.timeout(within):
            await future
    except TimeoutError:
        raise Overloaded("no worker has done it yet; one will, as soon as it runs") from None
    finally:
        future.cancel()
