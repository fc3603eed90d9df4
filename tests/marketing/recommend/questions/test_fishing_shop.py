"""What a fishing shop's followers ask for by price, kind, person and in English, by words alone."""

from functools import cache

import numpy as np
import pytest

from app.marketing.events.items import Item, ItemKind
from app.marketing.recommend import explanations
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.describing import ItemChoice
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.ranking.selection import SelectionPolicy
from tests.marketing.recommend.questions.shop_index import NOW, fit_index

ITEMS = """
product|台钓竿 3.6 米|台钓竿,新手|价格：268 元，自重 92 克。
product|综合台钓竿 4.5 米|台钓竿|价格：399 元。
product|远投海竿|海竿|原价 199 元，现价 158 元。
product|2000 型纺车轮|渔轮|¥198
product|水滴轮|渔轮|560 元
product|新款远投轮|渔轮|到店问价。
product|野钓鲫鱼饵 300 克|饵料|18 元
product|袖钩 100 枚|鱼钩|12 元
product|活动亮片|拟饵|25 元
product|折叠钓椅|钓椅|139 元
product|充气救生衣|救生衣|229 元
product|亲子钓虾套装|亲子|69 元
product|钓友礼盒：竿包和手套|礼盒|99 元
article|三步学会调漂|技巧|先找底。
coupon|渔轮满 300 减 30 券|优惠|
event|周日水库钓鱼赛|活动|免费
"""


@cache
def make_index() -> AccountIndex:
    rows = [line.split("|") for line in ITEMS.strip().splitlines()]
    return fit_index([
        Item(
            account="default", id=title, kind=ItemKind(kind), title=title, text=text,
            tags=tuple(tags.split(",")), created=0.0, changed=0.0,
        )
        for kind, title, tags, text in rows
    ])  # fmt: skip


def choose(text: str) -> ItemChoice:
    policy = RecommendationPolicy(selection=SelectionPolicy(count=5, exploration=0.0, diversity=0))
    question = ItemQuestion(text, np.zeros(4))
    return choose_items(make_index(), "f-1", NOW, policy, np.random.default_rng(0), question)


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("300块以内的鱼竿有吗", {"台钓竿 3.6 米", "远投海竿"}),
        ("三百块以内的竿子", {"台钓竿 3.6 米", "远投海竿"}),
        ("我想买竿，预算200", {"远投海竿"}),
        ("rods under 300 yuan", {"台钓竿 3.6 米", "远投海竿"}),
        ("有没有 50 元以内的鱼竿", set()),
        ("有没有船钓竿", set()),
        ("有没有台钓竿", {"台钓竿 3.6 米", "综合台钓竿 4.5 米"}),
        ("最近有什么活动", {"周日水库钓鱼赛"}),
        ("给孩子买什么", {"亲子钓虾套装"}),
        ("100块左右送朋友的", {"钓友礼盒：竿包和手套"}),
        ("do you have a life jacket", {"充气救生衣"}),
        ("a gift for my dad", {"钓友礼盒：竿包和手套"}),
        ("别推鱼竿，推荐渔轮", {"2000 型纺车轮", "水滴轮", "新款远投轮", "渔轮满 300 减 30 券"}),
    ],
)
def test_a_question_finds_what_it_asks_for_and_nothing_else(
    question: str, titles: set[str]
) -> None:
    choice = choose(question)

    assert {each.item.title for each in choice.items} == titles


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("最便宜的竿是哪款", ["远投海竿", "台钓竿 3.6 米", "综合台钓竿 4.5 米"]),
        ("最贵的渔轮", ["水滴轮", "2000 型纺车轮", "新款远投轮"]),
        ("500以内的渔轮", ["2000 型纺车轮", "新款远投轮", "渔轮满 300 减 30 券"]),
        ("300 克的鲫鱼饵", ["野钓鲫鱼饵 300 克"]),
        ("有没有活动亮片", ["活动亮片"]),
    ],
)
def test_prices_put_goods_in_order_and_those_without_one_behind(
    question: str, titles: list[str]
) -> None:
    choice = choose(question)

    assert [each.item.title for each in choice.items][: len(titles)] == titles


def test_the_reason_tells_the_price_and_the_explanation_why_there_is_none() -> None:
    cheap, dear = choose("最便宜的海竿"), choose("20元以内的海竿")

    assert cheap.items[0].reason == "和你问的“海竿”有关，158 元"
    assert dear == ItemChoice([], explanations.NO_SUCH_PRICE, cheap.items[0])
