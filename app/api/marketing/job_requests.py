"""Queues long marketing work that a request asks for; a worker does it."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.deps import AppState
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import MarketingJob


class JobRequest(Protocol):
    """A request of a named person for an account."""

    account: str
    author: str


async def queue_job(
    state: AppState, request: JobRequest, kind: str, order: Mapping[str, Any]
) -> MarketingJob:
    """Queue a job; `order` is what its handler reads. Raises UnknownAccount, Overloaded."""
    account = state.get_account(request.account)
    return await MarketingJobs(state.engine).add(account.name, kind, request.author, dict(order))
