"""Proposes what to do with an experiment that has a winner: adopt it, unless a guardrail broke."""

from collections.abc import Iterator

from app.marketing.experiments.plans.plan import EVENT_TITLES
from app.marketing.strategy.values import (
    GuardrailEvidence,
    LiftPrediction,
    NewProposal,
    NightEvidence,
    Strategy,
    WinnerEvidence,
)


def propose_winners(
    strategy: Strategy, evidence: NightEvidence, scale: float
) -> Iterator[NewProposal]:
    """Adopt each winner whose guardrails hold; keep the control where one is broken."""
    for winner in evidence.winners:
        broken = [each for each in winner.guardrails if each.ok is False]
        yield _propose_control(winner, broken) if broken else _propose_adoption(winner)


def _propose_adoption(winner: WinnerEvidence) -> NewProposal:
    unsure = [each for each in winner.guardrails if each.ok is None]
    caution = "可以直接采用" if not unsure else (
        f"但护栏指标还看不出好坏（{_describe_guardrails(winner, unsure)}），采用前请先确认"
    )  # fmt: skip
    return NewProposal(
        kind="adopt_winner",
        subject=f"experiment:{winner.experiment}",
        title=f"采用“{winner.variant}”，结束实验“{winner.name}”",
        reason=f"{_describe_win(winner)}结论来自随机分组，{caution}。",
        prediction=LiftPrediction(
            lift=winner.lift, low=winner.low, high=winner.high, basis="随机实验的结果"
        ),
        experiment=winner.experiment,
        variant=winner.variant,
    )


def _propose_control(winner: WinnerEvidence, broken: list[GuardrailEvidence]) -> NewProposal:
    return NewProposal(
        kind="keep_control",
        subject=f"guardrail:{winner.experiment}",
        title=f"不采用“{winner.variant}”：护栏指标没有守住",
        reason=(
            f"{_describe_win(winner)}但护栏指标没有守住：{_describe_guardrails(winner, broken)}。"
            f"建议不采用，保留对照组“{winner.control}”，先查明原因。"
        ),
        prediction=None,
        experiment=winner.experiment,
        variant=winner.control,
    )


def _describe_win(winner: WinnerEvidence) -> str:
    return (
        f"实验“{winner.name}”中“{winner.variant}”胜出，相对提升 {winner.lift:+.1%}"
        f"（区间 {winner.low:+.1%} 至 {winner.high:+.1%}）。"
    )


def _describe_guardrails(winner: WinnerEvidence, guardrails: list[GuardrailEvidence]) -> str:
    return "；".join(
        f"{EVENT_TITLES[each.event]}，对照组 {each.control_rate:.2%}，"
        f"“{winner.variant}” {each.rate:.2%}，允许的相对恶化是 {each.margin:.0%}"
        for each in guardrails
    )
