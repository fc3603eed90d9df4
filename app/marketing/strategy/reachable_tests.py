"""Tells in a proposal where the test that would prove it can't be finished."""

from dataclasses import replace

from app.db.engines import UNAVAILABLE
from app.errors import Refusal
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.summary import summarize_run
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.experiments.values import PlannedRun
from app.marketing.strategy.values import NewProposal, NightEvidence

_LITTLE_PROOF = "结果只能参考，多半证明不了差别。"


async def tell_unreachable_test(
    experiments: ExperimentRequests, account: str, proposal: NewProposal, evidence: NightEvidence
) -> NewProposal:
    """The proposal, with a sentence in its reason where its test can't reach its plan.

    Raises UNAVAILABLE where the database doesn't answer.
    """
    if not proposal.plan:
        return proposal
    try:
        run = await experiments.size_plan(account, ExperimentPlan.model_validate(proposal.plan))
    except UNAVAILABLE:
        raise
    except Refusal:  # without traffic there is nothing to tell
        return proposal
    return replace(proposal, reason=proposal.reason + explain_reach(proposal, run, evidence))


def explain_reach(proposal: NewProposal, run: PlannedRun, evidence: NightEvidence) -> str:
    """Why the planned run can't be finished; "" where it can.

    A test in dormant followers has no more exposures than they are.
    """
    dormant = evidence.stages.get("dormant", 0)
    if proposal.kind == "win_back" and run.exposures > dormant:
        return (
            f"要证明预计的提升，需要 {run.exposures:,} 位粉丝看到，"
            f"而沉睡粉丝只有 {dormant:,} 位：{_LITTLE_PROOF}"
        )
    if run.days is None:
        summary = summarize_run(run.exposures, run.days, run.smallest_lift)
        return f"要证明预计的提升，{summary}{_LITTLE_PROOF}"
    return ""
