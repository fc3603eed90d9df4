"""Who may approve a post: an account's approval policy, as the operator writes it.

`app.publishing.lifecycle.approve` applies it.
"""

from pydantic import BaseModel, ConfigDict

from app.safety.advertising.values import Industry

NAME = "approval"  # name of the account document with the approval policy


class ApprovalRules(BaseModel):
    """Who may approve, and by which rules texts are checked; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_allowed: bool = False  # whether authors may approve what they wrote
    industry: Industry = "general"  # whose rules of advertising the texts are checked by
