"""Why a follower's risk of churn is what it is, in a sentence; or why there is none."""

from collections.abc import Mapping
from typing import Any

from app.kit.shares import format_share


def explain_churn_risk(profile: Mapping[str, Any]) -> str:
    """The reason by the columns of a profile; never ""."""
    if not profile["is_following"]:
        return "已取消关注，视为流失"
    if profile["churn_risk"] is None:
        return "账号的历史还不足以预测：还缺什么，见任务 profiles 的结果（no_churn_risk）"
    risk = f"30 天内不再互动的可能性 {format_share(profile['churn_risk'])}"
    return f"{risk}：{_describe_activity(profile)}"


def _describe_activity(profile: Mapping[str, Any]) -> str:
    recency, tenure = profile["recency"], profile["tenure"] or 0.0
    if recency is None:
        return f"认识 {tenure:.0f} 天，还没有互动过"
    days = profile["active_days"]
    if not days:
        return f"{recency:.0f} 天未活跃，最近 90 天没有互动"
    rhythm = min(tenure, 90.0) / days
    return f"{recency:.0f} 天未活跃，最近 90 天活跃 {days} 天（约 {max(rhythm, 1):.0f} 天一次）"
