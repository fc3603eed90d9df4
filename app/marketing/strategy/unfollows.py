"""Proposes what to do where too many followers leave: the guardrail of the whole account."""

from collections.abc import Iterator

from app.marketing.strategy.values import NewProposal, NightEvidence, Strategy


def propose_against_unfollows(
    strategy: Strategy, evidence: NightEvidence, scale: float
) -> Iterator[NewProposal]:
    """Send less; where nothing was sent, look for another cause."""
    rate, before = evidence.unfollow_rate, evidence.unfollow_rate_before
    if rate <= strategy.most_unfollows:
        return
    facts = (
        f"最近一周每天有 {rate:.2%} 的粉丝取消关注，超过设定的 {strategy.most_unfollows:.2%}"
        f"（再前一周 {before:.2%}）。"
    )
    yield (
        _propose_less(strategy, evidence, facts) if evidence.recent_sends else _propose_look(facts)
    )


def _propose_less(strategy: Strategy, evidence: NightEvidence, facts: str) -> NewProposal:
    return NewProposal(
        kind="send_less",
        subject="send_less",
        title="先减少群发",
        reason=(
            f"{facts}最近 14 天群发了 {evidence.recent_sends} 次，其中本月 {evidence.sends} 次，"
            f"每月上限是 {strategy.sends_a_month} 次。建议暂停一周群发，再看取消关注是否回落。"
        ),
        prediction=None,
    )


def _propose_look(facts: str) -> NewProposal:
    return NewProposal(
        kind="check_unfollows",
        subject="check_unfollows",
        title="查明取消关注的原因",
        reason=(
            f"{facts}本系统最近 14 天没有群发，少发不会有帮助。"
            "请查看这两周还改了什么：欢迎语、菜单、自动回复，以及模板消息和客服消息的频率。"
        ),
        prediction=None,
    )
