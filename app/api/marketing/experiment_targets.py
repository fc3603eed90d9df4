"""Looks up what an experiment's variants replace, before the experiment is stored."""

from app.api.phrase_catalogue import find_phrase
from app.api.worker_client import call_worker
from app.deps import AppState
from app.dialogue.wording.variant_wordings import ENTRY
from app.errors import BadPhrase
from app.jobs import ListEntries
from app.marketing.experiments.plans.plan import ExperimentPlan


async def refuse_unknown_target(state: AppState, account: str, plan: ExperimentPlan) -> None:
    """Raise UnknownPhrase or UnknownEntry where the account has no such reply, BadPhrase where its
    answer is no text.
    """
    if plan.target.startswith(ENTRY):
        entry = plan.target.removeprefix(ENTRY)
        page = await call_worker(
            state, lambda waiter: ListEntries(waiter=waiter, account=account, entry=entry)
        )
        if not isinstance(page["entries"][0]["answer"], str):
            raise BadPhrase(f"the answer of the entry {entry} is no text: it can't be worded anew")
    elif plan.target:
        await find_phrase(state, plan.target)
