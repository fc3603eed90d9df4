"""The base of what a plan is made of."""

from pydantic import BaseModel, ConfigDict


class PlanPart(BaseModel):
    """Can't change, and takes no field that it doesn't know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
