"""REST for the handoff policy: which intents and how many failures lead to an agent."""

from app.api.schemas.handoff_policy import Policy
from app.db.account_documents import AccountDocuments
from app.deps import ServedAccount, State, api_router
from app.dialogue.handoff.rules import BOOK, HandoffRules

router = api_router("/api/v1/handoff", "conversations", "handoff")


@router.get("")
async def read_policy(state: State, account: ServedAccount) -> Policy:
    """Read the account's policy, or the defaults."""
    content, revision = await AccountDocuments(state.engine, BOOK).read(account.name)
    return Policy(
        account=account.name, rules=HandoffRules.model_validate(content or {}), revision=revision
    )


@router.put("")
async def write_policy(policy: Policy, state: State) -> Policy:
    """Replace the policy of `revision`; 409 when it was changed meanwhile."""
    state.get_account(policy.account)
    content = policy.rules.model_dump(mode="json")
    revision = await AccountDocuments(state.engine, BOOK).write(
        policy.account, content, policy.revision
    )
    return policy.model_copy(update={"revision": revision})
