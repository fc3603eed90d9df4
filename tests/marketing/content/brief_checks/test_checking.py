"""Which briefs aren't stored: facts that say nothing or contradict others, unlawful words."""

from typing import Any

import pytest

from app.kit.field_faults import BilingualError
from app.marketing.content.brief import Brief
from app.marketing.content.brief_checks.checking import refuse_unusable
from app.safety.advertising.rulebook import parse_rulebook


def check_brief(facts: dict[str, str], **fields: Any) -> str:
    """The Chinese refusal of a brief with these facts, "" for one that is stored."""
    stated = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    brief = Brief.model_validate({"product": "明前龙井", "facts": stated, **fields})
    try:
        refuse_unusable(brief, parse_rulebook(None))
    except BilingualError as error:
        return error.chinese
    return ""


@pytest.mark.parametrize(
    "value", ["-", "——", "/", "无", "暂无", "待定", "N/A", "n.a.", "TBD", "？", "……"]
)
def test_a_placeholder_is_no_fact(value: str) -> None:
    refusal = check_brief({"价格": "168 元", "产地": value})

    assert refusal == (
        f"事实“产地”的值是“{value}”，等于没有写：请写明、删去，或写成一句话（如“不含香精”）"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("价格", "168 元"), ("售价", "198 元")),
        (("零售价", "168 元"), ("单价", "99 元")),
        (("产地", "杭州"), ("原产地", "安徽")),
        (("Price", "168 yuan"), ("Retail price", "198 yuan")),
    ],
)
def test_two_values_under_names_that_mean_the_same_are_refused(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    refusal = check_brief(dict([first, second]))

    assert refusal == (
        f"事实“{first[0]}”和“{second[0]}”说的是一回事，值却不同：请留下对的那个，"
        "或把名字改得分得清（如“团购价”）"
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"价格": "168 元", "售价": "50 克 168 元"},
        {"价格": "168 元", "团购价": "148 元"},
        {"产地": "杭州", "品牌": "老周茶铺"},
        {"香精": "不含香精", "评分": "★★★★★"},
    ],
)
def test_facts_that_go_together_are_stored(facts: dict[str, str]) -> None:
    assert check_brief(facts) == ""


def test_a_word_that_must_stand_and_is_unlawful_is_refused() -> None:
    refusal = check_brief({"产地": "杭州"}, must=["龙井", "全国第一"])

    assert refusal == (
        "must 要求“全国第一”，而它通不过广告法检查（绝对化用语：第一、唯一、首选）："
        "请去掉或换个说法"
    )


def test_other_words_that_must_stand_are_stored() -> None:
    assert check_brief({"产地": "杭州"}, must=["龙井", "新茶上市", "顾客第一"]) == ""
