"""What a person who ends an experiment is told where the data don't support the choice.

A named person may decide against the data; the answer and the log then say so, in Chinese.
"""

from collections.abc import Mapping
from typing import Any

from app.marketing.experiments.results.contrary_choices import (
    SURE_POSTERIOR,
    name_contrary_choice,
)


def warn_of_choice(result: Mapping[str, Any], chosen: str) -> str:
    """A warning by the result (JSON values, as `describe_result` gives them); "" where the data
    support the variant that was chosen, or the plan is complete and finds no difference.
    """
    variants = {variant["name"]: variant for variant in result["variants"]}
    sample = _describe_sample(result["progress"])
    reason = result["reason"].replace("，请继续", "")
    if result["recommendation"] == "fix_assignment":
        return f"结果不可用，不能说明“{chosen}”更好：{reason}"
    if not variants[chosen]["exposures"]:
        return f"“{chosen}”还没有曝光，没有数据支持这个选择。{sample}"
    if _is_supported(result, variants, chosen):
        return ""
    if result["recommendation"] == "continue":
        contrary = name_contrary_choice(result["variants"], chosen)
        return f"数据还不足以选择“{chosen}”：{reason}{sample}{contrary}"
    return f"数据不支持选择“{chosen}”：{reason}"


def warn_of_unread_result(chosen: str, reason: str) -> str:
    """The warning where the result can't be read; the experiment ends all the same."""
    return f"没能读到实验结果（{reason}），选择“{chosen}”没有与数据核对。"


def _describe_sample(progress: Mapping[str, Any]) -> str:
    planned = f"，计划 {progress['planned']:,} 位" if progress["planned"] else ""
    return f"目前有 {progress['exposures']:,} 位粉丝看到{planned}。"


def _is_supported(
    result: Mapping[str, Any], variants: Mapping[str, Mapping[str, Any]], chosen: str
) -> bool:
    control = next(iter(variants))
    match result["recommendation"]:
        case "launch_variant":
            return bool(result["variant"] == chosen)
        case "keep_control":
            return chosen == control
        case "no_difference":
            return True
        case _:
            likelihood: float = variants[chosen]["posterior"]["best"]
            return result["kind"] == "bandit" and likelihood >= SURE_POSTERIOR
