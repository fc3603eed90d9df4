"""Makes the proposals of a night from its evidence. Pure: the same evidence, the same proposals.

Effects of contents that weren't assigned at random are halved before they become predictions.
Observed effects of advertising often overstate tested ones (Gordon et al. 2019, Marketing Science
38, 193); the half is an assumption of ours, which the account's own record corrects (`scale`).
"""

from collections.abc import Callable, Iterator

from app.marketing.strategy.planned_tests import plan_test
from app.marketing.strategy.title_features import is_testable, propose_title_tests
from app.marketing.strategy.unfollows import propose_against_unfollows
from app.marketing.strategy.values import (
    OBJECTIVE_TITLES,
    LiftPrediction,
    NewProposal,
    NightEvidence,
    Strategy,
)
from app.marketing.strategy.winners import propose_winners

LEAST_DORMANT = 0.2  # of all followers, before winning them back is proposed
LEAST_FOLLOWERS = 200  # fewer show no pattern
HOURS_APART = 3  # between the followers' hour and the account's
MORE_ACTIVE = 0.1  # of the followers, more at their hour than at the account's
WANTED_SHARE = 0.05  # of the followers, interested in a word
FEW_ITEMS = 2  # about it in 30 days


def explain_silence(strategy: Strategy, evidence: NightEvidence) -> list[str]:
    """Why kinds of proposals aren't made this night, in Chinese sentences."""
    reasons = []
    if evidence.followers < LEAST_FOLLOWERS:
        reasons.append(
            f"有画像的粉丝 {evidence.followers} 位，不到 {LEAST_FOLLOWERS} 位："
            "不提唤回、选题和发布时间。"
        )
    if not any(is_testable(feature) for feature in evidence.features):
        reasons.append(
            f"最近 30 天没有效果报告显示标题与{OBJECTIVE_TITLES[strategy.objective]}有可靠的关系："
            "不提标题实验。"
        )
    if not evidence.winners:
        reasons.append("没有进行中的实验分出胜负。")
    if evidence.open_subjects:
        reasons.append(f"有 {len(evidence.open_subjects)} 条建议还没有处理，不重复提出。")
    if evidence.settled_subjects:
        reasons.append(
            f"有 {len(evidence.settled_subjects)} 个主题最近 7 天处理过，或者正在实验、"
            "90 天内有过实验：不再提出。"
        )
    return reasons


Rule = Callable[[Strategy, NightEvidence, float], Iterator[NewProposal]]


def make_proposals(
    strategy: Strategy, evidence: NightEvidence, scale: float = 1.0
) -> list[NewProposal]:
    """The proposals in the order of their urgency, at most the strategy's number.

    scale: what achieved lifts were by predicted ones so far; see `scoring`.
    """
    proposals = [proposal for rule in RULES for proposal in rule(strategy, evidence, scale)]
    present_subjects = evidence.open_subjects | evidence.settled_subjects
    fresh = [each for each in proposals if each.subject not in present_subjects]
    return fresh[: strategy.proposals_a_night]


def _propose_send_time(
    strategy: Strategy, evidence: NightEvidence, scale: float
) -> Iterator[NewProposal]:
    if evidence.followers < LEAST_FOLLOWERS or not evidence.sent_hours:
        return
    active_hour, sent_hour = _find_peak(evidence.peak_hours), _find_peak(evidence.sent_hours)
    if (
        active_hour is None
        or sent_hour is None
        or _count_hours(active_hour, sent_hour) < HOURS_APART
    ):
        return
    total = sum(evidence.peak_hours.values())
    more = evidence.peak_hours.get(active_hour, 0) - evidence.peak_hours.get(sent_hour, 0)
    sends, sends_then = evidence.sent_hours[sent_hour], evidence.sent_hours.get(active_hour, 0)
    if more < MORE_ACTIVE * total or sends < 2 * sends_then:
        return
    prediction = LiftPrediction(
        lift=0.05 * scale, low=-0.05, high=0.25,
        basis="没有本账号的发送时间实验：5% 只是保守的假设，区间放宽",
    )  # fmt: skip
    yield NewProposal(
        kind="test_send_time",
        subject="send_time",
        title=f"试试在 {active_hour} 点发布",
        reason=(
            f"粉丝最活跃的时段是 {active_hour} 点，内容多在 {sent_hour} 点发布："
            f"前者多出 {more / max(1, total):.0%} 的粉丝。"
        ),
        prediction=prediction,
        plan=plan_test(
            strategy, f"{active_hour} 点发布", "send_time", prediction,
            ((f"{sent_hour} 点", str(sent_hour)), (f"{active_hour} 点", str(active_hour))),
        ),
    )  # fmt: skip


def _propose_win_back(
    strategy: Strategy, evidence: NightEvidence, scale: float
) -> Iterator[NewProposal]:
    dormant = evidence.stages.get("dormant", 0)
    share = dormant / max(1, evidence.followers)
    if evidence.followers < LEAST_FOLLOWERS or share < LEAST_DORMANT:
        return
    back = evidence.comes_back
    expected = "" if back is None else f"不做任何事，预计 30 天内有 {back:.1%} 会自己回来；"
    prediction = LiftPrediction(
        lift=0.1 * scale, low=0.0, high=0.4, basis="没有本账号的唤回实验：10% 只是保守的假设"
    )
    yield NewProposal(
        kind="win_back",
        subject="win_back",
        title=f"唤回 {dormant:,} 位沉睡粉丝",
        reason=(
            f"{share:.0%} 的粉丝 30 天以上没有任何行为。{expected}"
            "留一半作对照，什么也不发，才知道唤回的内容是否真的有用。"
            "分组时请带上“未活跃天数 >= 30”的人群，只在沉睡粉丝中随机。"
        ),
        prediction=prediction,
        plan=plan_test(
            strategy, "唤回沉睡粉丝", "copy", prediction,
            (("不发送", ""), ("唤回内容", "")),
        ),
        brief={"channel": "broadcast", "audience": "30 天以上没有来过的老粉丝"},
    )  # fmt: skip


def _propose_topics(
    strategy: Strategy, evidence: NightEvidence, scale: float
) -> Iterator[NewProposal]:
    if evidence.followers < LEAST_FOLLOWERS:
        return
    least = evidence.followers * WANTED_SHARE
    channel = "article" if "article" in strategy.channels else strategy.channels[0]
    ranked = sorted(evidence.wanted_words.items(), key=lambda pair: (-pair[1], pair[0]))
    for word, wanting in ranked:
        supplied = evidence.supplied_words.get(word, 0)
        if wanting < least or supplied >= FEW_ITEMS:
            continue
        yield NewProposal(
            kind="write_topic",
            subject=f"word:{word}",
            title=f"写一篇关于“{word}”的内容",
            reason=(
                f"{wanting:,} 位粉丝（{wanting / max(1, evidence.followers):.0%}）"
                f"最近关心“{word}”，"
                f"而 30 天里{f'只有 {supplied} 篇' if supplied else '没有'}标了这个词的内容。"
                "接受后没有实验要做：请以 brief 里的字段新建简报，补上事实再起草。"
            ),
            prediction=None,
            brief={"channel": channel, "audience": f"关心{word}的粉丝"},
        )


RULES: tuple[Rule, ...] = (
    propose_against_unfollows, propose_winners, propose_title_tests, _propose_win_back,
    _propose_topics, _propose_send_time,
)  # fmt: skip


def _find_peak(hours: dict[int, int]) -> int | None:
    return max(hours, key=lambda hour: (hours[hour], -hour), default=None)


def _count_hours(first: int, second: int) -> int:
    """The hours between two hours of a day, around midnight too."""
    apart = abs(first - second)
    return min(apart, 24 - apart)
