"""REST for the handoff policy: which intents and how many failures lead to an agent."""

from pydantic import BaseModel, ConfigDict

from app.api.schemas.replies import Revision
from app.db.account_documents import AccountDocuments
from app.deps import ServedAccount, State, api_router
from app.dialogue.handoff.rules import BOOK, HandoffRules

router = api_router("/api/v1/handoff", "conversations", "handoff")


class Policy(BaseModel):
    """An account's handoff policy. `revision` is the one read before; 0 before the first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account": "default",
                    "rules": {
                        "intents": {"urge_shipping": False},
                        "failures": 2,
                        "angry": 2,
                        "minutes": 5,
                    },
                    "revision": 0,
                }
            ]
        }
    )
    account: str = "default"
    rules: HandoffRules
    revision: Revision


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
