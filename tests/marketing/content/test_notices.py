"""Texts of a brief state what the law asks for, or the review says what is missing."""

import pytest

from app.marketing.content.brief import Brief, Channel
from app.marketing.content.notices import add_notices
from app.marketing.content.review import review_text
from app.marketing.content.templates import fill_templates
from app.safety.advertising.rulebook import build_shipped_rulebook

RULEBOOK = build_shipped_rulebook()
WARNING = "投资有风险，盈亏自担，请谨慎决定。"
FAULT = f"没有写明投资风险和风险责任的提示（广告法第二十五条）：请加上“{WARNING}”"


def make_brief(channel: Channel) -> Brief:
    facts = [{"name": "期限", "value": "180 天", "source": "说明书"}]
    return Brief.model_validate(
        {"product": "安心一号理财", "channel": channel, "industry": "finance", "facts": facts}
    )


def test_a_finance_template_ends_with_the_warning_of_risk() -> None:
    texts = fill_templates(make_brief("ad"))

    assert texts[0] == "安心一号理财，期限 180 天。投资有风险，盈亏自担，请谨慎决定。"
    assert all(text.endswith("投资有风险，盈亏自担，请谨慎决定。") for text in texts)


@pytest.mark.parametrize(
    ("channel", "faults"),
    [("ad", [FAULT]), ("moments", [FAULT]), ("title", []), ("topic", [FAULT])],
)
def test_the_review_names_a_missing_warning(channel: Channel, faults: list[str]) -> None:
    review = review_text("安心一号理财，期限 180 天", make_brief(channel), RULEBOOK)

    assert list(review.faults) == faults


def test_a_section_of_an_article_needs_no_warning_of_its_own() -> None:
    review = review_text("期限 180 天。", make_brief("article"), RULEBOOK, is_whole=False)

    assert review.faults == ()


def test_a_number_that_the_law_asks_for_is_the_fact_that_states_it() -> None:
    rows = [{"name": "价格", "value": "180 元", "source": "价目表"}]
    permit = {"name": "审查证明", "value": "（皖）医广【2026】第 1 号", "source": "证书"}
    content = {"product": "洗牙", "channel": "ad", "industry": "health"}
    brief = Brief.model_validate(content | {"facts": [*rows, permit]})

    text = add_notices("洗牙，价格 180 元。", brief)

    assert text == "洗牙，价格 180 元。审查证明：（皖）医广【2026】第 1 号。"
    assert add_notices(text, brief) == text
    without_permit = Brief.model_validate(content | {"facts": rows})
    assert add_notices("洗牙，价格 180 元。", without_permit) == "洗牙，价格 180 元。"


def test_posters_without_room_for_the_notice_are_left_out_where_others_have_it() -> None:
    facts = {
        "内容": "口腔检查、超声洁牙、抛光、护理讲解", "费用": "98 元", "时长": "40 分钟",
        "审查证明": "（浙）医广【2026】第 1 号",
    }  # fmt: skip
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    fields = {"product": "洗牙", "industry": "health", "channel": "poster"}
    brief = Brief.model_validate(fields | {"facts": rows})

    posters = fill_templates(brief)

    assert len(posters) >= 2
    assert [text for text in posters if review_text(text, brief, RULEBOOK).describe()] == []


def test_a_notice_is_added_once_and_only_where_it_fits() -> None:
    text, longest = "安心一号理财", "安心一号理财" * 6

    once = add_notices(text, make_brief("poster"))

    assert once == "安心一号理财 投资有风险，盈亏自担，请谨慎决定。"
    assert add_notices(once, make_brief("poster")) == once
    assert add_notices(longest, make_brief("poster")) == longest
