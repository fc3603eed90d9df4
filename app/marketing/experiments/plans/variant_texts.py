"""Whether each variant says something: an experiment isn't started on placeholders."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.marketing.experiments.plans.plan import ExperimentPlan, PlannedVariant

HOUR = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?")  # such as 20 or 20:30


@dataclass(frozen=True, slots=True)
class TextFault:
    """What keeps a variant from being shown, a sentence in both languages."""

    english: str
    chinese: str


def list_text_faults(plan: ExperimentPlan) -> list[TextFault]:
    """What keeps variants of titles, copy and hours from being shown.

    An item stands for a text. The control of copy may be empty: then nothing is sent to it. Not
    where variants alternate by day: nobody is exposed on a day without a message.
    """
    match plan.subject:
        case "title" | "copy":
            return [*_find_empty(plan), *_find_identical(plan)]
        case "send_time":
            return [*_find_no_hour(plan), *_find_identical(plan)]
        case "reply" | "recommendation":
            return []


def _find_empty(plan: ExperimentPlan) -> Iterator[TextFault]:
    unsent_variants = plan.unsent_variants if plan.unit == "follower" else ()
    for variant in plan.variants:
        is_empty = not variant.content.strip() and not variant.item
        if is_empty and variant.name not in unsent_variants:
            yield TextFault(
                f"the variant {variant.name!r} has no text: write its content",
                f"方案“{variant.name}”还没有文案：请写好它的内容",
            )


def _find_no_hour(plan: ExperimentPlan) -> Iterator[TextFault]:
    for variant in plan.variants:
        if not HOUR.fullmatch(variant.content.strip()):
            yield TextFault(
                f"the content of the variant {variant.name!r} is no hour: write 20 or 20:30",
                f"方案“{variant.name}”的内容不是钟点：请写成 20 或 20:30",
            )


def _find_identical(plan: ExperimentPlan) -> Iterator[TextFault]:
    names = defaultdict(list)
    for variant in plan.variants:
        if content := _describe_content(plan, variant):
            names[content].append(variant.name)
    for same in names.values():
        if len(same) > 1:
            yield TextFault(
                f"the variants {' and '.join(map(repr, same))} have the same content: change one",
                f"方案{'、'.join(f'“{name}”' for name in same)}的内容相同：请改一个",
            )


def _describe_content(plan: ExperimentPlan, variant: PlannedVariant) -> str:
    """What sets a variant apart: 8, 08 and 8:00 are one hour. "" for nothing."""
    content = variant.content.strip()
    hour = HOUR.fullmatch(content) if plan.subject == "send_time" else None
    return f"{int(hour[1])}:{hour[2] or '00'}" if hour else f"{content}\n{variant.item}".strip()
