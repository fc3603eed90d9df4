"""Analyses the counts of an experiment by one of four methods, and says what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.marketing.experiments.stats import (
    anytime,
    bayesian,
    corrections,
    fixed,
    samples,
    sequential,
)
from app.marketing.experiments.stats.bayesian import Posterior
from app.marketing.experiments.stats.samples import SampleRatio
from app.marketing.experiments.stats.values import (
    BadCounts,
    VariantComparison,
    VariantCounts,
    refuse_bad_alpha,
)

Method = Literal["fixed", "sequential", "anytime", "bayesian"]
# fix_assignment: the groups aren't what was configured, so nothing else counts. no_difference: the
# plan is used up and no variant differs. ended: the experiment ended before the counts could tell.
Recommendation = Literal[
    "fix_assignment", "launch_variant", "keep_control", "no_difference", "continue", "ended"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisQuestion:
    """What is asked: the first variant is the control.

    planned_exposures: of all variants together. look: how many times the counts were looked at,
    this time included, at equal distances. fractions: of the planned exposures at each look, in
    place of `look` where the looks weren't at equal distances. shares: as configured; equal ones
    where None. is_ended: no exposures follow.
    """

    method: Method
    variants: tuple[VariantCounts, ...]
    alpha: float = 0.05
    planned_exposures: int | None = None
    look: int = 1
    fractions: tuple[float, ...] | None = None
    shares: tuple[float, ...] | None = None
    is_ended: bool = False

    def __post_init__(self) -> None:
        refuse_bad_alpha(self.alpha)
        if len(self.variants) < 2:
            raise BadCounts(
                "an experiment has two variants or more; the first is the control",
                "实验至少要有两个方案，第一个是对照组",
            )
        names = [variant.name for variant in self.variants]
        for name in names:
            if names.count(name) > 1:
                raise BadCounts(
                    f"two variants have the name {name!r}", f"有两个方案都叫“{name}”，请改名"
                )
        if self.planned_exposures is not None and self.planned_exposures < 1:
            raise BadCounts(
                "planned_exposures is 1 or more; leave it out where nothing is planned",
                "planned_exposures 应为 1 或以上，没有计划时请不填",
            )
        if not 1 <= self.look <= sequential.MOST_LOOKS:
            raise BadCounts(
                f"look is {self.look}; it counts from 1 to {sequential.MOST_LOOKS}",
                f"look 是 {self.look}，应为第几次查看，从 1 到 {sequential.MOST_LOOKS}",
            )

    @property
    def applied_method(self) -> Method:
        """The method that answers: `anytime` where `sequential` was asked without a plan."""
        unplanned = self.method == "sequential" and self.planned_exposures is None
        return "anytime" if unplanned else self.method

    @property
    def exposures(self) -> int:
        """Exposures of all variants so far."""
        return sum(variant.exposures for variant in self.variants)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Names of the variants that should be shown and have no exposure yet."""
        shares = self.shares or (1.0,) * len(self.variants)
        pairs = zip(self.variants, shares, strict=True)
        return tuple(variant.name for variant, share in pairs if share and not variant.exposures)

    @property
    def is_compared(self) -> tuple[bool, ...]:
        """Of each variant but the control, whether it has a share: the error rate is for these."""
        shares = self.shares or (1.0,) * len(self.variants)
        return tuple(share > 0 for share in shares[1:])

    @property
    def alpha_of_each(self) -> float:
        """The error rate of one comparison (Bonferroni)."""
        return self.alpha / max(1, sum(self.is_compared))

    @property
    def is_comparable(self) -> bool:
        """Whether the control and another variant were seen, and each that should be."""
        return not self.unseen and any(variant.exposures for variant in self.variants[1:])

    @property
    def fraction(self) -> float | None:
        """Exposures so far by planned ones; None without a plan."""
        return self.exposures / self.planned_exposures if self.planned_exposures else None

    @property
    def is_complete(self) -> bool:
        """Whether the plan is used up; without a plan, whatever was seen is all."""
        return self.fraction is None or self.fraction >= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The answer: each variant against the control, and the one that the advice is about.

    method: the one that was applied.
    """

    method: Method
    sample_ratio: SampleRatio
    comparisons: tuple[VariantComparison, ...]  # in the order of the variants, without the control
    posteriors: tuple[Posterior, ...]
    best: int  # index into comparisons
    is_early: bool  # nothing is decided before all variants were seen and a fixed plan is complete
    recommendation: Recommendation

    @property
    def headline(self) -> VariantComparison:
        """The comparison that the recommendation follows from."""
        return self.comparisons[self.best]


def analyse(question: AnalysisQuestion) -> Analysis:
    """Analyse an experiment's counts. Raises BadCounts.

    Variants with a share share the error rate (Bonferroni), so that p-values, intervals and
    decisions agree with each other.
    """
    method = question.applied_method
    control, *treatments = question.variants
    shares = question.shares or (1 / len(question.variants),) * len(question.variants)
    sample_ratio = samples.check_sample_ratio([v.exposures for v in question.variants], shares)
    comparisons = _adjust_p_values(
        question, [_compare(question, method, control, treatment) for treatment in treatments]
    )
    best = _choose_best(comparisons, treatments)
    is_early = not question.is_comparable or (method == "fixed" and not question.is_complete)
    return Analysis(
        method=method,
        sample_ratio=sample_ratio,
        comparisons=comparisons,
        posteriors=bayesian.describe_posteriors(question.variants),
        best=best,
        is_early=is_early,
        recommendation=_recommend(question, method, sample_ratio, comparisons[best], is_early),
    )


def _compare(
    question: AnalysisQuestion, method: Method, control: VariantCounts, treatment: VariantCounts
) -> VariantComparison:
    alpha = question.alpha_of_each
    match method:
        case "fixed":
            return fixed.compare_proportions(control, treatment, alpha)
        case "sequential":
            return sequential.compare_at_look(control, treatment, _list_fractions(question), alpha)
        case "anytime":
            return anytime.compare_anytime(control, treatment, alpha)
        case "bayesian":
            return bayesian.compare_posteriors(control, treatment, alpha)


def _list_fractions(question: AnalysisQuestion) -> list[float]:
    if question.fractions:
        return list(question.fractions)
    now = max(question.fraction or 0.0, 1e-6)
    return [now * at / question.look for at in range(1, question.look + 1)]


def _adjust_p_values(
    question: AnalysisQuestion, comparisons: Sequence[VariantComparison]
) -> tuple[VariantComparison, ...]:
    """p-values as Bonferroni adjusts them, and as Benjamini and Hochberg do (q_value).

    The alpha of the decisions was shared before. Variants without a share count in neither.
    """
    places = [at for at, is_compared in enumerate(question.is_compared) if is_compared]
    p_values = [p_value for at in places if (p_value := comparisons[at].p_value) is not None]
    if len(p_values) < len(places):
        return tuple(comparisons)
    adjusted = list(comparisons)
    q_values = corrections.adjust_false_discovery(p_values)
    for at, p_value, q_value in zip(places, p_values, q_values, strict=True):
        p_value = min(1.0, p_value * len(places))
        adjusted[at] = replace(comparisons[at], p_value=p_value, q_value=q_value)
    return tuple(adjusted)


def _choose_best(
    comparisons: tuple[VariantComparison, ...], treatments: list[VariantCounts]
) -> int:
    """The significant variant of the highest rate; without one, that of the highest rate."""
    return max(
        range(len(comparisons)),
        key=lambda at: (
            comparisons[at].significant and (comparisons[at].lift or 0) >= 0,
            treatments[at].exposures > 0,
            treatments[at].rate,
        ),
    )


def _recommend(
    question: AnalysisQuestion,
    method: Method,
    sample_ratio: SampleRatio,
    best: VariantComparison,
    is_early: bool,
) -> Recommendation:
    if not sample_ratio.ok:
        return "fix_assignment"
    if method == "bayesian" or is_early:
        return _go_on(question)  # to stop here would be to peek
    if best.significant:
        return "launch_variant" if best.lift is None or best.lift > 0 else "keep_control"
    if method == "anytime" or not question.is_complete:
        return _go_on(question)
    return "no_difference"


def _go_on(question: AnalysisQuestion) -> Recommendation:
    return "ended" if question.is_ended else "continue"
