"""An account's approval policy, as the operator writes it."""

from pydantic import BaseModel, ConfigDict

NAME = "approval"  # name of the account document with the approval policy


class ApprovalRules(BaseModel):
    """Who may approve; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_allowed: bool = False  # whether authors may approve what they wrote
