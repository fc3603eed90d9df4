"""Reads stored reports as today's are written: older ones call ratios beyond 10 reliable."""

from collections.abc import Mapping
from typing import Any

from app.marketing.effects.values import BEYOND_RATIO, LARGEST_RATIO


def read_report(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report without effects that are no estimates; these are under `left_out`.

    report: as `describe_report` has it, of any version; {} where it isn't written.
    """
    metrics = [_read_metric(metric) for metric in report.get("metrics", ())]
    return dict(report) | ({"metrics": metrics} if metrics else {})


def _read_metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    beyond = [each for each in metric["effects"] if not _is_plausible(each["ratio"])]
    return dict(metric) | {
        "effects": [each for each in metric["effects"] if each not in beyond],
        "left_out": metric["left_out"] | {each["title"]: BEYOND_RATIO for each in beyond},
    }


def _is_plausible(ratio: float) -> bool:
    return 1 / LARGEST_RATIO <= ratio <= LARGEST_RATIO
