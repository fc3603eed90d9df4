"""Plans the experiment that would prove a proposal."""

from typing import Any

from app.marketing.strategy.values import OBJECTIVE_TITLES, LiftPrediction, Strategy


def plan_test(
    strategy: Strategy,
    name: str,
    subject: str,
    prediction: LiftPrediction,
    variants: tuple[tuple[str, str], tuple[str, str]],
) -> dict[str, Any]:
    """An A/B test that would find the predicted lift, with unfollowing as its guardrail.

    variants: names and contents; "" is for a person to write, and until then nothing starts.
    """
    return {
        "name": name[:64],
        "subject": subject,
        "hypothesis": f"预计{OBJECTIVE_TITLES[strategy.objective]}相对提升 {prediction.lift:+.1%}",
        "variants": [
            {"name": title, "share": 0.5, "content": content} for title, content in variants
        ],
        "metric": {"event": strategy.objective},
        "guardrails": [{"event": "unfollow", "margin": 0.25, "better": "lower"}],
        "lift": min(max(round(prediction.lift, 3), 0.02), 10),
    }
