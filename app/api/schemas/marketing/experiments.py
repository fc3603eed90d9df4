"""Bodies of the experiments' endpoints: counts of variants, and what they say."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Method = Literal["fixed", "sequential", "anytime", "bayesian"]
Count = Annotated[int, Field(ge=0, le=10**12)]


class VariantCountsRequest(BaseModel):
    """A variant's exposed followers, and those of them who converted."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    exposures: Count
    conversions: Count


class AnalyzeExperimentRequest(BaseModel):
    """Counts to analyse; the first variant is the control.

    `planned_exposures` counts all variants together; without it `sequential` is answered by
    `anytime`. `look`: how many times the counts were looked at, this time included. `shares`: as
    configured, in the order of the variants; equal ones if left out.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "method": "sequential",
                    "alpha": 0.05,
                    "planned_exposures": 30000,
                    "look": 5,
                    "variants": [
                        {"name": "A", "exposures": 7500, "conversions": 375},
                        {"name": "B", "exposures": 7500, "conversions": 480},
                    ],
                }
            ]
        },
    )
    method: Method = "sequential"
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    planned_exposures: Annotated[int, Field(ge=1, le=10**12)] | None = None
    look: Annotated[int, Field(ge=1, le=200)] = 1
    shares: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(max_length=20)] | None = None
    variants: Annotated[list[VariantCountsRequest], Field(min_length=2, max_length=20)]


class AnalyzeExperimentResponse(BaseModel):
    """What the counts say. `lift` is relative; a bound of `interval` is null where there is none.

    `recommendation` is about `variant`; `reason` says it in Chinese. `variants` has each variant's
    comparison with the control (`q_value`: the p-value with false discoveries among all of them
    controlled) and its posterior. `p_value` is null for `bayesian`, which has `probability_better`:
    than the control. `warnings`: rates of 0 and 100 %, few conversions, in Chinese. `needed_size`:
    without a plan, the `exposures` of each variant that show a `lift` of 10 %.
    """

    sample_ratio_ok: bool
    sample_ratio: dict[str, Any]
    method: Method
    significant: bool
    p_value: float | None
    lift: float | None
    interval: tuple[float | None, float | None]
    probability_better: float | None = None
    recommendation: Literal[
        "fix_assignment", "launch_variant", "keep_control", "no_difference", "continue", "ended"
    ]
    variant: str
    reason: str
    warnings: list[str] = []
    needed_size: dict[str, Any] | None = None
    fraction: float | None
    variants: list[dict[str, Any]]


class ExperimentResultResponse(AnalyzeExperimentResponse):
    """What a stored experiment says so far.

    `faults`: exposures that can't be right; nothing else counts beside them. `progress`: exposures,
    and days left. `metric_scope`: which events the main metric counts. `guardrails`: `ok` is null
    while it can't be told; a variant that breaks one isn't recommended. `adjusted`: the past
    removed (CUPED), or `adjustment_error` why it can't be. `erased`: followers whose data was
    erased; they are counted. `shares` and `policy_values` (each variant alone, by the logged
    shares) are those of a bandit.
    """

    experiment: str
    state: str
    kind: str
    unit: str
    faults: list[dict[str, Any]]
    progress: dict[str, Any]
    metric_scope: str
    guardrails: list[dict[str, Any]]
    more_metrics: list[dict[str, Any]]
    adjusted: list[dict[str, Any]]
    adjustment_error: str
    erased: int
    unknown_exposures: int
    notes: list[str]
    shares: dict[str, float] | None = None
    policy_values: list[dict[str, Any]] | None = None
