"""The body of the endpoints for the handoff policy, in both directions."""

from pydantic import BaseModel, ConfigDict

from app.api.schemas.replies import Revision
from app.dialogue.handoff.rules import HandoffRules


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
