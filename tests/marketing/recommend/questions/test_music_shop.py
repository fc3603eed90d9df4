"""What a music shop's followers ask for: classes of goods, exclusions, ranges and the cheapest."""

from functools import cache

import numpy as np
import pytest

from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.describing import ItemChoice
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.questions.question_words import read_question
from app.marketing.recommend.ranking.selection import SelectionPolicy
from tests.marketing.recommend.questions.shop_index import NOW, fit_index, read_priced_items

ITEMS = """
product|初学民谣吉他 38 寸|吉他 初学|899
product|单板民谣吉他 41 寸|吉他 进阶|2680
product|古典吉他 39 寸|吉他 古典|1280
product|儿童尤克里里 21 寸|尤克里里 儿童|268
product|桃花心木尤克里里 23 寸|尤克里里|458
product|88 键电钢琴 重锤|钢琴 键盘|3980
product|61 键电子琴|电子琴 键盘 儿童|699
product|初学小提琴 4/4|小提琴 初学|980
product|花梨木二胡|二胡 民乐|1680
product|竹笛 初学 G 调|竹笛 民乐|128
product|口琴 24 孔复音 C 调|口琴 儿童|88
product|吉他弦 民谣 磷铜 套装|吉他 配件|59
product|电子节拍器|配件|129
article|新手第一把吉他怎么挑？|吉他 新手|
article|多久该换一次琴弦？|琴弦 保养|
article|尤克里里四个基本和弦|尤克里里|
article|5 岁学琴早不早|儿童|
"""
NONE = ""


@cache
def make_index() -> AccountIndex:
    return fit_index(read_priced_items(ITEMS))


def choose(text: str, dearer: tuple[str, ...] = ()) -> ItemChoice:
    selection = SelectionPolicy(count=3, exploration=0.0)
    policy = RecommendationPolicy(selection=selection, dearer=frozenset(dearer))
    question = ItemQuestion(text, np.zeros(4))
    return choose_items(make_index(), "f-1", NOW, policy, np.random.default_rng(0), question)


def choose_titles(text: str) -> list[str]:
    return [each.item.title for each in choose(text).items]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("最便宜的吉他", "初学民谣吉他 38 寸"),
        ("最贵的吉他", "单板民谣吉他 41 寸"),
        ("1000以内的吉他", "初学民谣吉他 38 寸"),
        ("500到1000的吉他", "初学民谣吉他 38 寸"),
        ("吉他弦有吗", "吉他弦 民谣 磷铜 套装"),
        ("不含配件的吉他", "初学民谣吉他 38 寸"),
        ("想给女儿买尤克里里，最便宜的", "儿童尤克里里 21 寸"),
        ("想买把初学吉他", "初学民谣吉他 38 寸"),
        ("儿童小提琴", "初学小提琴 4/4"),
        ("do you have violins", "初学小提琴 4/4"),
        ("do you have a guitar", "初学民谣吉他 38 寸"),
        ("最贵的乐器是哪个", "88 键电钢琴 重锤"),
        ("300块以内有什么乐器", "儿童尤克里里 21 寸"),
        ("除了电钢琴还有什么键盘类的", "61 键电子琴"),
        ("新手怎么挑吉他", "新手第一把吉他怎么挑？"),
        ("琴弦多久换一次", "多久该换一次琴弦？"),
        ("怎么换琴弦", "多久该换一次琴弦？"),
        ("有没有小提琴", "初学小提琴 4/4"),
        ("给我推荐几把小提琴", "初学小提琴 4/4"),
        ("推荐一把二胡", "花梨木二胡"),
        ("有没有大提琴", NONE),
        ("有没有中提琴", NONE),
        ("有什么渔具", NONE),
        ("有没有茶具", NONE),
        ("有萨克斯吗", NONE),
    ],
)
def test_what_is_named_goes_before_what_goes_with_it(question: str, title: str) -> None:
    assert next(iter(choose_titles(question)), NONE) == title


@pytest.mark.parametrize(
    ("question", "words"),
    [("我不想看文章，推荐商品", ("怎么", "多久", "和弦", "早不早")),
     ("除了吉他还有什么推荐", ("吉他",)),
     ("不要吉他，推荐别的乐器", ("吉他",)), ("不要文章，推荐吉他", ("？",))],
)  # fmt: skip
def test_nothing_of_what_is_excluded_is_shown(question: str, words: tuple[str, ...]) -> None:
    titles = choose_titles(question)

    assert titles
    assert [title for title in titles if any(word in title for word in words)] == []


def test_what_costs_less_than_the_median_of_what_is_too_dear_is_found() -> None:
    guitars = choose("吉他，最便宜的", dearer=("i-0", "i-1", "i-2"))
    cheapest = choose("吉他，最便宜的", dearer=("i-0",))
    anything = choose("有什么推荐，最便宜的", dearer=("i-6", "i-12"))

    assert [each.item.title for each in guitars.items] == ["初学民谣吉他 38 寸"]
    assert (cheapest.items, cheapest.nearest) == ([], guitars.items[0])
    assert [each.item.title for each in anything.items] == [
        "吉他弦 民谣 磷铜 套装", "口琴 24 孔复音 C 调", "竹笛 初学 G 调",
    ]  # fmt: skip


def test_nothing_is_cheaper_than_what_has_no_price() -> None:
    assert choose("吉他，最便宜的", dearer=("i-13",)).items == []


@pytest.mark.parametrize(
    ("question", "endings"),
    [("吉他或者尤克里里", ("寸", "寸")), ("口琴和竹笛", ("复音 C 调", "初学 G 调")),
     ("有没有小提琴和二胡", ("4/4", "二胡")), ("口琴还是竹笛好", ("复音 C 调", "初学 G 调")),
     ("violins or harmonicas", ("4/4", "复音 C 调")), ("想买小提琴或二胡", ("4/4", "二胡")),
     ("电钢琴、竹笛", ("重锤", "初学 G 调")), ("竹笛跟口琴", ("初学 G 调", "复音 C 调")),
     ("小提琴与二胡", ("4/4", "二胡")), ("do you have ukuleles and violins", ("寸", "4/4"))],
)  # fmt: skip
def test_each_of_two_things_is_found(question: str, endings: tuple[str, str]) -> None:
    first, second, *_ = choose_titles(question)

    ends = [{title.endswith(ending) for title in (first, second)} for ending in endings]
    assert first != second
    assert all(True in each for each in ends)


@pytest.mark.parametrize(
    "question", ["尤克里里和弦", "女士高跟鞋", "有和服吗", "和田玉有吗", "暖和的"]
)
def test_a_word_with_a_joint_in_it_stays_one(question: str) -> None:
    assert read_question(question).alternatives == ()


@pytest.mark.parametrize(
    ("question", "cheapest"),
    [("预算500的吉他", "初学民谣吉他 38 寸"), ("二胡，1000元以内", "花梨木二胡"),
     ("300以内的小提琴", "初学小提琴 4/4"), ("500块以内的电钢琴", "88 键电钢琴 重锤")],
)  # fmt: skip
def test_what_only_goes_with_a_thing_is_none_within_the_budget(
    question: str, cheapest: str
) -> None:
    choice = choose(question)

    assert choice.items == []
    assert choice.nearest
    assert choice.nearest.item.title == cheapest


@pytest.mark.parametrize(
    ("question", "nearest"),
    [("500块的小提琴有吗", "初学小提琴 4/4"), ("300元以上的口琴", "口琴 24 孔复音 C 调"),
     ("1500块左右的尤克里里", "桃花心木尤克里里 23 寸"), ("5000到6000的吉他", "单板民谣吉他 41 寸"),
     ("100以内的尤克里里", "儿童尤克里里 21 寸"), ("1100块的吉他", None), ("500块的电脑有吗", None),
     ("20块的萨克斯", None)],
)  # fmt: skip
def test_where_nothing_is_at_the_price_the_nearest_is_told(
    question: str, nearest: str | None
) -> None:
    choice = choose(question)

    assert (choice.nearest.item.title if choice.nearest else None) == nearest
    assert choice.nearest is None or choice.items == []


@pytest.mark.parametrize(
    ("question", "is_for_adult"),
    [("送同事什么好，300以内", True), ("想送朋友生日礼物", True), ("送妈妈什么好", True),
     ("a gift for my dad", True), ("送老师的礼物，500以内", True), ("送女儿什么好", False),
     ("送朋友的孩子什么好", False), ("给小朋友的礼物", False),
     ("a gift for my friend's kid", False),
     ("有什么儿童礼物", False)],
)  # fmt: skip
def test_a_present_for_a_grown_up_is_nothing_for_children(
    question: str, is_for_adult: bool
) -> None:
    titles = choose_titles(question)

    for_children = {"儿童尤克里里 21 寸", "61 键电子琴", "口琴 24 孔复音 C 调", "5 岁学琴早不早"}
    assert titles
    assert for_children.isdisjoint(titles) is is_for_adult
