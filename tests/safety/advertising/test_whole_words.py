"""A finding covers whole words and whole numbers with their unit."""

import pytest

from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import Industry

RULEBOOK = build_shipped_rulebook()


@pytest.mark.parametrize(
    ("text", "industry", "places"),
    [
        ("明年学区落地必涨50%", "realestate", ["明年学区落地必涨50%"]),
        ("明年必涨１２．５％", "realestate", ["明年必涨１２．５％"]),
        ("只有我们是真的，欢迎来选", "general", ["只有我们是真的"]),
        ("本店价格全市最低", "general", ["价格全市最低"]),
        ("年化8%起，稳赚不赔", "finance", ["年化8%起", "稳赚不赔"]),
        ("收益率12.5%以上", "finance", ["收益率12.5%以上"]),
        ("孩子吃了长高个", "food", ["孩子吃了长高个"]),
        ("理财12个月翻倍不是梦", "finance", ["理财12个月翻倍不是梦"]),
        ("国家级的原料", "general", ["国家级"]),
        ("多点离焦镜片能延缓近视加深", "general", ["延缓近视加深"]),
        ("清屿的服务质量全市第一", "general", ["服务质量全市第一"]),
        ("老花镜能预防老花加重", "general", ["预防老花加重"]),
        ("种一颗牙，管一辈子。", "health", ["种一颗牙，管一辈子"]),
        ("吃了它，医院都可以少跑几趟。", "food", ["医院都可以少跑几趟"]),
        ("老客户跟投的全都赚了钱。", "finance", ["老客户跟投的全都赚了钱"]),
        (
            "清华状元李同学说：没有刘老师，我考不上清华。",
            "education",
            ["清华状元李同学说：没有刘老师，我考不上清华"],
        ),
        ("我们是全国品质最高的孢子粉。", "food", ["全国品质最高"]),
        ("本店的减肥茶。", "food", ["减肥"]),
    ],
)
def test_a_finding_cuts_no_word_and_no_number(
    text: str, industry: Industry, places: list[str]
) -> None:
    findings = check(text, industry, RULEBOOK)

    assert [finding.text for finding in findings] == places
