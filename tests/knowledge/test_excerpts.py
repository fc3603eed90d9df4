"""Passages of documents that can be said by themselves."""

import pytest

from app.knowledge.documents.excerpts import complete_passage

TEXT = (
    "公司 10 人以上一起办年卡打 85 折。团建包教室 600 元一小时。也可以请教练到公司，一次 800 元。\n"
    "另外收 30 元清洁费。这样能放三天。\n项目：花门；价格：2,600 元"
)


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        (
            "也可以请教练到公司，一次 800 元。",
            "团建包教室 600 元一小时。也可以请教练到公司，一次 800 元。",
        ),
        ("另外收 30 元清洁费。", "团体：另外收 30 元清洁费。"),
        ("这样能放三天。", "团体：这样能放三天。"),
        ("团建包教室 600 元一小时。", "团建包教室 600 元一小时。"),
        ("项目：花门；价格：2,600 元", "项目：花门；价格：2,600 元"),
        ("它不在这段文字里。", "团体：它不在这段文字里。"),
        ("这家店可以停车。", "这家店可以停车。"),
        ("还原度很高。", "还原度很高。"),
    ],
)
def test_a_passage_begins_where_its_subject_is_named(passage: str, expected: str) -> None:
    assert complete_passage(passage, TEXT, "价格 > 团体") == expected


def test_a_chunk_without_a_heading_is_said_as_it_stands() -> None:
    assert complete_passage("另外收 30 元。", "另外收 30 元。", "") == "另外收 30 元。"


def test_no_long_sentence_is_put_before_it() -> None:
    text = "很长" * 50 + "。它另外收费。"

    assert complete_passage("它另外收费。", text, "清洁") == "清洁：它另外收费。"
