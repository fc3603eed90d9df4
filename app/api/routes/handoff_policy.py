"""REST for the handoff policy: which intents and how many failures lead to an agent."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict

from app import accounts
from app.api.schemas.replies import Revision
from app.db.account_documents import AccountDocuments
from app.deps import AppState, app_state
from app.dialogue.handoff_policy import BOOK, HandoffRules

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(
    prefix="/api/v1/handoff", tags=["conversations"], dependencies=[Security(_bearer)]
)
State = Annotated[AppState, Depends(app_state)]


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
async def read_policy(
    state: State, account: Annotated[str, Query(max_length=64)] = "default"
) -> Policy:
    """Read the account's policy, or the defaults."""
    accounts.get(state.accounts, account)
    content, revision = await AccountDocuments(state.engine, BOOK).read(account)
    return Policy(
        account=account, rules=HandoffRules.model_validate(content or {}), revision=revision
    )


@router.put("")
async def write_policy(policy: Policy, state: State) -> Policy:
    """Replace the policy of `revision`; 409 when it was changed meanwhile."""
    accounts.get(state.accounts, policy.account)
    content = policy.rules.model_dump(mode="json")
    revision = await AccountDocuments(state.engine, BOOK).write(
        policy.account, content, policy.revision
    )
    return policy.model_copy(update={"revision": revision})
