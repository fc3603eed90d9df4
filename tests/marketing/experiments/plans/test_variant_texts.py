"""An experiment is started once each variant says something, and not the same."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.variant_texts import list_text_faults
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.values import UnwrittenVariants
from tests.marketing.experiments.people import FIELDS


def make_plan(subject: str, *contents: str, **changes: Any) -> ExperimentPlan:
    variants = [
        {"name": name, "share": 1 / len(contents), "content": content} | changes
        for name, content in zip("ABC", contents, strict=False)
    ]
    return ExperimentPlan.model_validate(
        FIELDS | {"method": "anytime", "subject": subject, "variants": variants}
    )


@pytest.mark.parametrize(
    ("plan", "faults"),
    [
        (make_plan("title", "春茶", "新茶"), []),
        (make_plan("copy", "", "新茶"), []),
        (make_plan("send_time", "0", "23:30"), []),
        (make_plan("title", "", "新茶", item="tea"), []),
        (make_plan("reply", "", ""), []),
        (make_plan("title", " ", "新茶"), ["the variant 'A' has no text: write its content"]),
        (
            make_plan("copy", "", "新茶").model_copy(update={"unit": "day"}),
            ["the variant 'A' has no text: write its content"],
        ),
        (make_plan("copy", "", ""), ["the variant 'B' has no text: write its content"]),
        (
            make_plan("title", "春茶", "新茶", "春茶 "),
            ["the variants 'A' and 'C' have the same content: change one"],
        ),
        (
            make_plan("send_time", "8", "08:00"),
            ["the variants 'A' and 'B' have the same content: change one"],
        ),
        (
            make_plan("title", "", "", item="tea"),
            ["the variants 'A' and 'B' have the same content: change one"],
        ),
        (
            make_plan("send_time", "24", "8"),
            ["the content of the variant 'A' is no hour: write 20 or 20:30"],
        ),
    ],
)
def test_each_variant_without_a_text_of_its_own_is_named(
    plan: ExperimentPlan, faults: list[str]
) -> None:
    assert [fault.english for fault in list_text_faults(plan)] == faults


async def test_an_experiment_with_unwritten_variants_stays_a_draft(engine: AsyncEngine) -> None:
    experiments = Experiments(ExperimentStore(engine))
    draft = await experiments.create("default", "小林", make_plan("title", "", ""))

    with pytest.raises(UnwrittenVariants, match=r"'A' has no text.*'B' has no text"):
        await experiments.start(draft, "小林")

    assert (await experiments.store.get("default", draft.id)).state == "draft"
