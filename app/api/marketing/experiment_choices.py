"""Reads an experiment's result from a worker, and checks a person's choice against it."""

from typing import Any

from app.api.worker_client import call_worker
from app.deps import AppState
from app.errors import Refusal
from app.jobs import ReadExperimentResult
from app.marketing.experiments.choice_warnings import warn_of_choice, warn_of_unread_result
from app.marketing.experiments.values import StoredExperiment


async def read_experiment_result(state: AppState, account: str, experiment: str) -> dict[str, Any]:
    """What the experiment says so far, as JSON values. Raises Refusal."""
    result: dict[str, Any] = await call_worker(
        state,
        lambda waiter: ReadExperimentResult(waiter=waiter, account=account, experiment=experiment),
    )
    return result


async def check_choice(state: AppState, experiment: StoredExperiment, chosen: str) -> str:
    """What the data say against a choice, "" for nothing or no choice.

    Where they can't be read the warning says so: an experiment can be ended all the same.
    """
    if not chosen:
        return ""
    try:
        result = await read_experiment_result(state, experiment.account, experiment.id)
    except Refusal as refusal:
        return warn_of_unread_result(chosen, refusal.for_operators)
    return warn_of_choice(result, chosen)
