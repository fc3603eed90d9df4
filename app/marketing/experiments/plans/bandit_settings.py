"""How a bandit moves its shares."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.kit.field_faults import BilingualError
from app.marketing.experiments.plans.plan_parts import PlanPart

Sharpness = Annotated[float, Field(gt=0, le=100)]


class FallingSharpness(PlanPart):
    """A sharpness that falls in a straight line with the exposures of all variants so far."""

    first: Sharpness
    last: Sharpness
    over: Annotated[float, Field(gt=0, le=1e9)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.first < self.last:
            raise BilingualError(
                f"the sharpness falls: first {self.first:g} is below last",
                f"sharpness 是下降的：first（{self.first:g}）不能小于 last",
            )
        return self


class BanditSettings(PlanPart):
    """How a bandit moves its shares.

    floor: the least share of a variant. batch_hours: how often the shares are computed.
    reward_hours: exposures that are younger aren't counted yet, since their conversions are still
    to come. half_life_days: counts are halved in this time; None: never. strength: exposures that
    a predicted rate counts as. sharpness: 1 is Thompson sampling, more explores less; it may fall
    with the exposures. 8 earned more than 1 on simulated accounts of all sizes (bench `bandits`).
    """

    floor: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    batch_hours: Annotated[float, Field(ge=0.1, le=24 * 7)] = 24
    reward_hours: Annotated[float, Field(ge=0, le=24 * 14)] = 24
    half_life_days: Annotated[float, Field(gt=0, le=365)] | None = None
    strength: Annotated[float, Field(gt=0, le=1e6)] = 200
    sharpness: Sharpness | FallingSharpness = 8
