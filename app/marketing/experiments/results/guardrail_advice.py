"""Whether guardrails let the recommended variant be launched; the main metric alone can't tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.marketing.experiments.plans.plan import EVENT_TITLES
from app.marketing.experiments.results.reasons import Reason, format_rate


def weigh_guardrails(
    main: Mapping[str, Any], guardrails: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """`recommendation` and `reason` once the guardrails of the recommended variant are seen.

    main: the main part of a result. guardrails: as `side_metrics.check_guardrails` answers.
    """
    recommendation, reason = main["recommendation"], main["reason"]
    if recommendation in {"fix_assignment", "keep_control"}:
        return {"recommendation": recommendation, "reason": reason}
    mine = [each for each in guardrails if each["variant"] == main["variant"]]
    if broken := [each for each in mine if each["ok"] is False]:
        is_over = recommendation != "continue"
        return {
            "recommendation": "keep_control" if is_over else recommendation,
            "reason": _advise_against(main["variant"], reason, broken, is_over),
        }
    undecided = [each for each in mine if each["ok"] is None]
    if undecided and recommendation == "launch_variant":
        reason = replace(
            reason,
            finding=f"{reason.finding}；护栏指标{_list_states(undecided, '还看不出是否变差')}",
            advice="采用前请再观察",
        )
    return {"recommendation": recommendation, "reason": reason}


def _advise_against(
    variant: str, reason: Reason, broken: Iterable[Mapping[str, Any]], is_over: bool
) -> Reason:
    finding = f"{reason.finding}，但护栏指标{_list_states(broken, '变差')}"
    advice = "不建议采用" if is_over else f"不建议采用“{variant}”，请考虑停止实验"
    return replace(reason, finding=finding, advice=advice)


def _list_states(guardrails: Iterable[Mapping[str, Any]], state: str) -> str:
    """Such as “取消关注”变差（0.4% → 10.6%）."""
    return "、".join(
        f"“{EVENT_TITLES[each['event']]}”{state}（{format_rate(each['control_rate'])}"
        f" → {format_rate(each['rate'])}）"
        for each in guardrails
    )
