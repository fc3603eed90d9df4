"""An account's handoff rules, as the operator writes them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

BOOK = "handoff"  # name of the account document with the handoff rules


class HandoffRules(BaseModel):
    """An account's handoff rules as the operator writes them; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # By intent id, whether agents answer; for others, only intents whose action is `handoff`.
    intents: Annotated[
        dict[Annotated[str, StringConstraints(min_length=1, max_length=64)], bool],
        Field(max_length=500),
    ] = {}
    failures: int = Field(2, ge=1, le=10)  # unanswered messages in a row
    angry: int = Field(2, ge=1, le=10)  # angry messages in a row
    # Minutes in which agents usually reply within working hours; None: nothing is promised.
    minutes: int | None = Field(None, ge=1, le=240)
