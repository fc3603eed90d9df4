"""Which clauses of a text claim something, and which fact supports each."""

import pytest

from app.marketing.content.brief import Brief
from app.marketing.content.claims import list_claims

BRIEF = Brief.model_validate(
    {
        "product": "明前龙井",
        "facts": [
            {"name": "产地", "value": "杭州西湖龙井村", "source": "手册 1"},
            {"name": "价格", "value": "50 克 168 元", "source": "价目表"},
            {"name": "采摘", "value": "清明前手工采摘", "source": "手册 2"},
            {"name": "版型", "value": "圆领 短袖", "source": "手册 3"},
        ],
        "audience": "上班族",
    }
)


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("产自杭州西湖龙井村", ["手册 1"]),
        ("清明前手工采摘，50克168元", ["手册 2", "价目表"]),
        ("圆领短袖", ["手册 3"]),
        ("一百六十八元就能带走五十克", ["价目表"]),
    ],
)
def test_a_claim_names_the_fact_that_supports_it(text: str, sources: list[str]) -> None:
    assert [claim.source for claim in list_claims(text, BRIEF)] == sources


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("清香回甘", ("清香", "回甘")),
        ("今天起8折", ("8折",)),
        ("只要99元", ("99元",)),
        ("老茶农三十年手艺", ("茶农", "三十年", "手艺")),
        ("经SGS检测", ("sgs", "检测")),
        ("产自福建", ("福建",)),
        ("价格贵", ("贵",)),
        ("采摘时间很晚", ("晚",)),
        ("又香又甜", ("香", "甜")),
        ("浪漫的龙井", ("浪漫",)),
        ("版型温柔", ("温柔",)),
    ],
)
def test_a_claim_without_a_fact_names_its_words(text: str, unsupported: tuple[str, ...]) -> None:
    [claim] = list_claims(text, BRIEF)

    assert claim.source == ""
    assert set(unsupported) <= set(claim.unsupported)


@pytest.mark.parametrize(
    "text",
    [
        "温暖的早晨",
        "度过惬意的一天",
        "春天到了，一起来喝一杯吧",
        "欢迎留言告诉我们",
        "上班族的早晨，你想喝点什么？",
        "",
        "🍵🍵",
    ],
)
def test_invitations_questions_and_moods_claim_nothing(text: str) -> None:
    assert list_claims(text, BRIEF) == ()


def test_a_claim_names_its_place() -> None:
    text = "你好！ 清香回甘。"

    [claim] = list_claims(text, BRIEF)

    assert text[claim.start : claim.end] == claim.text == "清香回甘"
