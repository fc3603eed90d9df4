"""A figure is supported by a fact that says it of the same thing, in the same unit."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.marketing.content.brief import Brief
from app.marketing.content.claims.listing import list_claims
from app.marketing.content.templates import fill_templates

CASES = Path(__file__).with_name("claim_figures.toml").read_text("utf-8")
BRIEFS: list[dict[str, Any]] = tomllib.loads(CASES)["briefs"]


def make_brief(case: dict[str, Any]) -> Brief:
    facts = [{"name": name, "value": value, "source": "-"} for name, value in case["facts"].items()]
    fields = {name: case[name] for name in ("language", "product")}
    return Brief.model_validate(fields | {"facts": facts})


def is_supported(text: str, brief: Brief) -> bool:
    return not any(claim.unsupported for claim in list_claims(text, brief))


@pytest.mark.parametrize("case", BRIEFS, ids=[case["product"] for case in BRIEFS])
def test_a_figure_is_supported_only_with_what_it_measures(case: dict[str, Any]) -> None:
    brief = make_brief(case)

    right = [text for text in case["right"].splitlines() if not is_supported(text, brief)]
    wrong = [text for text in case["wrong"].splitlines() if is_supported(text, brief)]

    assert (right, wrong) == ([], [])


@pytest.mark.parametrize("case", BRIEFS, ids=[case["product"] for case in BRIEFS])
def test_no_figure_of_a_template_is_unsupported(case: dict[str, Any]) -> None:
    brief = make_brief(case)

    texts = [
        text
        for channel in ("title", "ad", "moments", "broadcast", "poster")
        for text in fill_templates(brief.model_copy(update={"channel": channel}))
    ]

    assert [text for text in texts if not is_supported(text, brief)] == []
