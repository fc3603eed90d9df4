"""The measurement of copy, on a tiny input and a fake writer."""

import json
from pathlib import Path

import pytest

from app.inference.fakes import FakeWriter
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.review import review_text
from app.safety.advertising.rulebook import build_shipped_rulebook
from tests.bench.marketing import copy_claims, copy_json, copy_variety
from tests.bench.marketing.copy_briefs import read_briefs

ROWS = [
    {"content": "类型#裙*颜色#白色*风格#简约*图案#刺绣", "summary": "白色的裙子。"},
    {"content": "类型#裤*材质#纯棉*版型#宽松*风格#英伦", "summary": "裤子。"},
    {"content": "类型#裤*颜色#黑色", "summary": "太短。"},
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "advertisegen").mkdir()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (tmp_path / "advertisegen" / "dev.jsonl").write_text(lines, "utf-8")
    return tmp_path


def make_draft(text: str, data: Path) -> tuple[str, list[str]]:
    brief = read_briefs(data, 1)[0]
    review = review_text(text, brief, build_shipped_rulebook())
    draft = CopyVariant(
        text=text, form="fact", review=review, model="m", prompt="p", tokens=0, seconds=0.0
    )
    claims = copy_claims.list_unflagged(brief, draft, copy_claims.read_words(data))
    return text, [claim.word for claim in claims]


def test_rows_with_attributes_are_briefs(data: Path) -> None:
    briefs = read_briefs(data, 9)

    assert [(brief.product, len(brief.facts)) for brief in briefs] == [("裙", 3), ("裤", 3)]


@pytest.mark.parametrize(
    ("text", "words"), [("白色刺绣的裙", []), ("纯棉的裙", []), ("白色的裙，只要99元", [])]
)
def test_what_is_stated_or_flagged_is_not_counted(data: Path, text: str, words: list[str]) -> None:
    assert make_draft(text, data) == (text, words)


def test_what_the_review_overlooks_is_counted(data: Path) -> None:
    brief = read_briefs(data, 1)[0]
    blind = review_text("白色的裙。", brief, build_shipped_rulebook())
    draft = CopyVariant(
        text="英伦的裙，显瘦，只要99元", form="fact", review=blind, model="m", prompt="p",
        tokens=0, seconds=0.0,
    )  # fmt: skip

    claims = copy_claims.list_unflagged(brief, draft, copy_claims.read_words(data))

    assert sorted(claim.word for claim in claims) == ["99", "显瘦", "英伦"]


async def test_json_is_counted_with_its_schema_and_without(data: Path) -> None:
    briefs = read_briefs(data, 2)

    [figure] = await copy_json.measure_writer(FakeWriter(answer="白色的裙"), briefs, free=1)

    assert (figure.measured, figure.baseline, figure.is_reached) == (
        "2 of 2", "0 of 1 written freely", True,
    )  # fmt: skip


async def test_variety_is_compared_with_sampling_alone(data: Path) -> None:
    briefs = read_briefs(data, 1, "moments")

    [figure] = await copy_variety.measure_writer(FakeWriter(answer="白色的裙"), briefs, 2)

    assert figure.baseline == "1.000 sampling alone"
    assert figure.is_reached
