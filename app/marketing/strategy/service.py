"""A person accepts or declines a proposal; what is accepted becomes a draft experiment."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.values import Proposal, ProposalDecided


@dataclass(frozen=True, slots=True)
class ProposalDecisions:
    """Decides proposals for named persons."""

    engine: AsyncEngine

    async def accept(self, account: str, proposal_id: str, author: str, reason: str) -> Proposal:
        """Accept a proposal; its experiment is drafted, and a winner's experiment is decided.

        Raises UnknownProposal, ProposalDecided.
        """
        proposals = Proposals(self.engine)
        proposal = await proposals.get(account, proposal_id)
        _refuse_decided(proposal)
        experiment = await self._act(proposal, author, reason)
        return await proposals.decide(proposal, "accepted", author, reason, experiment)

    async def decline(self, account: str, proposal_id: str, author: str, reason: str) -> Proposal:
        """Decline a proposal. Raises UnknownProposal, ProposalDecided."""
        proposals = Proposals(self.engine)
        proposal = await proposals.get(account, proposal_id)
        _refuse_decided(proposal)
        return await proposals.decide(proposal, "declined", author, reason, "")

    async def _act(self, proposal: Proposal, author: str, reason: str) -> str:
        """Do what can be done at once; the id of the experiment, "" for none."""
        experiments = Experiments(ExperimentStore(self.engine))
        if proposal.new.kind in {"adopt_winner", "keep_control"}:
            running = await experiments.store.get(proposal.account, proposal.new.experiment)
            why = reason or proposal.new.reason
            await experiments.stop(running, author, why, proposal.new.variant)
            return running.id
        if not proposal.new.plan:
            return ""
        plan = ExperimentPlan.model_validate(proposal.new.plan)
        return (await experiments.create(proposal.account, author, plan)).id


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.state != "open":
        raise ProposalDecided("这条建议已经处理过或已过期：请重新读取")
