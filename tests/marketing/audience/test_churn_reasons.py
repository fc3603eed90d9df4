"""Each follower's risk of churn has a reason."""

from typing import Any

import pytest

from app.marketing.audience.churn_reasons import explain_churn_risk

PROFILE: dict[str, Any] = {
    "is_following": True, "churn_risk": 0.25, "recency": 3.0, "tenure": 200.0, "active_days": 30,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, "30 天内不再互动的可能性 25%：3 天未活跃，最近 90 天活跃 30 天（约 3 天一次）"),
        (
            {"recency": 120.0, "active_days": 0},
            "30 天内不再互动的可能性 25%：120 天未活跃，最近 90 天没有互动",
        ),
        (
            {"recency": None, "tenure": 8.4, "active_days": 0},
            "30 天内不再互动的可能性 25%：认识 8 天，还没有互动过",
        ),
        ({"is_following": False, "churn_risk": 1.0}, "已取消关注，视为流失"),
        (
            {"churn_risk": None},
            "账号的历史还不足以预测：还缺什么，见任务 profiles 的结果（no_churn_risk）",
        ),
    ],
)
def test_a_risk_has_a_reason(changed: dict[str, Any], reason: str) -> None:
    profile = PROFILE | changed

    sentence = explain_churn_risk(profile)

    assert sentence == reason
