"""What a question may cost is told apart from weights, counts, ages and bargaining."""

from math import inf

import pytest

from app.dialogue.understanding.entities.budgets import PriceLimits, read_budget
from app.dialogue.understanding.item_wishes import normalise_wish


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("300块以内的鱼竿有吗", PriceLimits(most=300)),
        ("500以内的渔轮", PriceLimits(most=500)),
        ("预算一百五买狗粮", PriceLimits(most=150)),
        ("别超过1,280元", PriceLimits(most=1280)),
        ("预算 1k", PriceLimits(most=1000)),
        ("rods under 300 yuan", PriceLimits(most=300)),
        ("20块钱能买什么", PriceLimits(most=20)),
        ("几十块的礼物", PriceLimits(most=99)),
        ("两三百块的竿", PriceLimits(least=200, most=300)),
        ("两百多块的", PriceLimits(least=200, most=299)),
        ("500到1000的吉他", PriceLimits(least=500, most=1000)),
        ("800-1000的乐器", PriceLimits(least=800, most=1000)),
        ("价格在 150 到 200 之间的", PriceLimits(least=150, most=200)),
        ("送人 200 以上的礼盒", PriceLimits(least=200, most=inf)),
        ("100块左右送朋友的", PriceLimits(least=70, most=130, aim=100)),
        ("最便宜的竿是哪款", PriceLimits(order="cheapest")),
        ("哪款鱼线便宜点", PriceLimits(order="cheapest")),
        ("最贵的渔轮", PriceLimits(order="dearest")),
    ],
)
def test_amounts_and_words_of_price_are_a_budget(text: str, budget: PriceLimits) -> None:
    assert read_budget(normalise_wish(text))[0] == budget


@pytest.mark.parametrize(
    "text",
    [
        "300 克的鲫鱼饵有吗", "袖钩100枚的", "3 米以内的竿", "3岁以内的绘本", "20以内加减法",
        "7天内发货吗", "2-3 人的帐篷", "2000 型纺车轮", "满300减30的券", "能便宜点吗", "贵不贵",
        "不要便宜的", "预算不多，推荐个竿", "a cup within 3 days",
        "身高150-200的裤子", "1950到2000的唱片", "订单100-200", "50到100人的会场",
    ],
)  # fmt: skip
def test_other_numbers_and_bargaining_are_none(text: str) -> None:
    plain = normalise_wish(text)

    assert read_budget(plain) == (None, plain)
