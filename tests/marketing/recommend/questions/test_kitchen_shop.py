"""What a kitchenware shop's followers ask for: longer names, presents within a budget, how-tos."""

from functools import cache

import numpy as np
import pytest

from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.describing import ItemChoice
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.ranking.selection import SelectionPolicy
from tests.marketing.recommend.questions.shop_index import NOW, fit_index, read_priced_items

ITEMS = """
product|章丘手工铁锅 32cm|炒锅 铁锅|399
product|麦饭石色不粘平底锅 28cm|平底锅 不粘锅|169
product|304不锈钢三层蒸锅|蒸锅|199
product|紫砂炖汤砂锅 4L|砂锅 汤锅|189
product|三合钢切片菜刀|菜刀|139
product|家用砍骨刀|刀具|129
product|高硼硅玻璃保鲜盒 3只装|保鲜盒|79
product|青花碗碟 乔迁礼盒|碗 送礼|238
product|手工刀具五件套 礼盒|刀具 送礼|399
product|日式汤碗 2只|碗|59
article|铁锅第一次用该怎么开锅？|铁锅 开锅|
article|新砂锅怎么开锅|砂锅|
article|砂锅为什么会裂？|砂锅|
article|你家砧板多久没换了？|砧板|
article|保鲜盒能直接进微波炉吗？|保鲜盒|
"""
TEXTS = {
    "新砂锅怎么开锅": "砂锅第一次用要先煮一锅粥。",
    "你家砧板多久没换了？": "砧板发霉先用粗盐和白醋刷洗。",
}
NONE = ""


@cache
def make_index() -> AccountIndex:
    return fit_index(read_priced_items(ITEMS, TEXTS))


def choose(text: str, *, explains: bool = False) -> ItemChoice:
    policy = RecommendationPolicy(selection=SelectionPolicy(count=3, exploration=0.0))
    question = ItemQuestion(text, np.zeros(4), explains)
    return choose_items(make_index(), "f-1", NOW, policy, np.random.default_rng(0), question)


def choose_title(text: str, *, explains: bool = False) -> str:
    items = choose(text, explains=explains).items
    return items[0].item.title if items else NONE


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("推荐一口炒菜锅", "章丘手工铁锅 32cm"),
        ("有炒菜锅吗", "章丘手工铁锅 32cm"),
        ("炒菜锅哪个好", "章丘手工铁锅 32cm"),
        ("想买个蒸鱼锅", "304不锈钢三层蒸锅"),
        ("有没有汤面碗", "日式汤碗 2只"),
        ("有没有煎锅", "麦饭石色不粘平底锅 28cm"),
        ("有蒸锅吗", "304不锈钢三层蒸锅"),
        ("有电饭锅吗", NONE),
        ("有高压锅吗", NONE),
        ("有没有削皮刀", NONE),
        ("有保温杯吗", NONE),
        ("有菜篮子吗", NONE),
    ],
)
def test_a_longer_name_finds_what_has_a_shorter_one(question: str, title: str) -> None:
    assert choose_title(question) == title


@pytest.mark.parametrize(
    ("question", "title", "nearest"),
    [
        ("想送妈妈一个生日礼物，预算200", NONE, "青花碗碟 乔迁礼盒"),
        ("送妈妈的生日礼物，预算200", NONE, "青花碗碟 乔迁礼盒"),
        ("推荐几个送长辈的，预算150", NONE, "青花碗碟 乔迁礼盒"),
        ("送同事什么好，100以内", NONE, "青花碗碟 乔迁礼盒"),
        ("送客户的礼物，1000元以上", NONE, "手工刀具五件套 礼盒"),
        ("送妈妈的礼物，300以内", "青花碗碟 乔迁礼盒", NONE),
        ("有什么推荐，100以内", "高硼硅玻璃保鲜盒 3只装", NONE),
    ],
)
def test_where_no_present_is_at_the_price_the_nearest_one_is_told(
    question: str, title: str, nearest: str
) -> None:
    choice = choose(question)

    first = choice.items[0].item.title if choice.items else NONE
    assert first == title
    assert (choice.nearest.item.title if choice.nearest else NONE) == nearest
