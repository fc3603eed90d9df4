"""What a coffee shop's followers ask for, and the items that they are shown first."""

from functools import cache

import numpy as np
import pytest

from app.dialogue.understanding.item_wishes import read_wish
from app.marketing.events.items import Item, ItemKind
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.describing import ItemChoice
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.ranking.selection import SelectionPolicy
from tests.marketing.recommend.questions.shop_index import NOW, fit_index

TITLES = {
    "product": """
        耶加雪菲水洗咖啡豆 200 克|咖啡豆
        云南保山日晒咖啡豆 200 克|咖啡豆
        低因哥伦比亚咖啡豆 200 克|咖啡豆
        挂耳咖啡 10 包装|挂耳
        细口手冲壶 600 毫升|器具
        手摇磨豆机|器具
        陶瓷滤杯 V60|器具
        法压壶 350 毫升|器具
        三人份摩卡壶|器具
        双层玻璃咖啡杯|器具
        黄油可颂 4 只|烘焙
        原味贝果 6 只|烘焙
        北海道吐司|烘焙
        巴斯克蛋糕 6 寸|烘焙
        咖啡礼盒：两款豆配马克杯|礼盒
    """,
    "article": """
        可颂起酥的层次|烘焙
        2 天的拉花课记|门店
        买手冲壶先看 3 处|器具
        手冲壶壶嘴的讲究|器具
        磨豆机的刀盘怎么保养|器具
        2 个法压壶的清洗误区|器具
        早餐吐司的 4 种夹法|烘焙
        5 支适合夜里喝的低因豆|咖啡豆
        周末市集回顾|门店
        深夜的吧台|门店
        x|
        测试一|
    """,
    "coupon": "深夜八折券（22 点后可用）|优惠",
    "event": "周六拉花体验课|活动",
    "topic": "你深夜最想喝哪杯？|话题",
}
NONE = ""


@cache
def make_index() -> AccountIndex:
    items = [
        Item(
            account="default", id=f"{kind}-{at}", kind=ItemKind(kind), title=title,
            tags=(tag,) if tag else (), created=0.0, changed=0.0,
        )
        for kind, lines in TITLES.items()
        for at, (title, _, tag) in enumerate(
            line.strip().partition("|") for line in lines.strip().splitlines()
        )
    ]  # fmt: skip
    return fit_index(items)


def choose(text: str) -> ItemChoice:
    policy = RecommendationPolicy(selection=SelectionPolicy(count=3, exploration=0.0))
    question = ItemQuestion(text, np.zeros(4))
    return choose_items(make_index(), "f-1", NOW, policy, np.random.default_rng(0), question)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("挂耳", "挂耳咖啡 10 包装"),
        ("掛耳咖啡有嗎", "挂耳咖啡 10 包装"),
        ("办公室没有器具怎么喝咖啡", "挂耳咖啡 10 包装"),
        ("有没有低因的", "低因哥伦比亚咖啡豆 200 克"),
        ("有低因咖啡豆吗", "低因哥伦比亚咖啡豆 200 克"),
        ("有没有低因的豆子", "低因哥伦比亚咖啡豆 200 克"),
        ("有没有可颂", "黄油可颂 4 只"),
        ("可颂有吗", "黄油可颂 4 只"),
        ("有没有手冲壶", "细口手冲壶 600 毫升"),
        ("新手买什么手冲壶好", "细口手冲壶 600 毫升"),
        ("磨豆机哪个好", "手摇磨豆机"),
        ("有没有电动磨豆机推荐", "手摇磨豆机"),
        ("推荐个v60滤杯", "陶瓷滤杯 V60"),
        ("想买个蛋糕过生日，推荐一下", "巴斯克蛋糕 6 寸"),
        ("给我推荐本店的蛋糕", "巴斯克蛋糕 6 寸"),
        ("有没有咖啡礼盒", "咖啡礼盒：两款豆配马克杯"),
        ("礼盒有吗", "咖啡礼盒：两款豆配马克杯"),
        ("送妈妈什么好", "咖啡礼盒：两款豆配马克杯"),
        ("生日送男朋友什么好", "咖啡礼盒：两款豆配马克杯"),
        ("有什么礼物", "咖啡礼盒：两款豆配马克杯"),
        ("送女朋友的礼物推荐", "咖啡礼盒：两款豆配马克杯"),
        ("买给爷爷的礼物有什么好推荐", "咖啡礼盒：两款豆配马克杯"),
        ("公司送客户买什么礼盒", "咖啡礼盒：两款豆配马克杯"),
        ("早餐吃点什么好", "早餐吐司的 4 种夹法"),
        ("推荐下你们家的活动", "周六拉花体验课"),
        ("周末有什么活动", "周六拉花体验课"),
        ("有什么优惠吗", "深夜八折券（22 点后可用）"),
        ("有优惠券吗", "深夜八折券（22 点后可用）"),
        ("不要贵的，推荐个法压壶", "法压壶 350 毫升"),
        ("别推荐咖啡豆，推荐个摩卡壶", "三人份摩卡壶"),
        ("推荐一本书", NONE),
        ("推荐一台跑步机", NONE),
        ("推荐一款口红", NONE),
        ("推荐一款龙井", NONE),
        ("推荐一款抹茶拿铁", NONE),
        ("卖电动咖啡机吗", NONE),
        ("有没有咖啡机", NONE),
        ("你们卖啤酒吗", NONE),
        ("有没有珍珠奶茶", NONE),
        ("有没有停车位", NONE),
    ],
)
def test_the_conversation_and_rest_find_the_same_item_first(question: str, title: str) -> None:
    choice = choose(question)

    assert next((each.item.title for each in choice.items), NONE) == title
    assert read_wish(question) in {"asked", "available"} or question in {
        "挂耳", "办公室没有器具怎么喝咖啡",
    }  # fmt: skip


@pytest.mark.parametrize("question", ["有什么推荐", "有咩推介", "What do you recommend?"])
def test_a_plain_question_gets_what_suits_the_follower(question: str) -> None:
    choice = choose(question)

    assert (len(choice.items), read_wish(question)) == (3, "asked")
    assert choice.explanation.startswith("没有这位粉丝的阅读记录")


@pytest.mark.parametrize(
    "question", ["别推荐咖啡豆", "不要推荐", "别再给我推荐了", "不推荐这家店", "少发点广告"]
)
def test_a_refusal_is_answered_with_nothing_and_the_reason(question: str) -> None:
    choice = choose(question)

    assert choice == ItemChoice([], "提问是不要推荐，所以没有推荐任何内容")


def test_only_items_of_the_kind_that_is_asked_for_are_recommended() -> None:
    kinds = [each.item.kind for each in choose("给我推荐一篇文章").items]

    assert kinds == [ItemKind.ARTICLE] * 3
