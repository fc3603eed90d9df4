"""What all jobs and requests have in common."""

from pydantic import BaseModel, ConfigDict


class Job(BaseModel):
    """A frozen value; `type` names it in JSON."""

    model_config = ConfigDict(frozen=True)
