"""How a question of a message is read beside the questions before it."""

import pytest

from app.dialogue.understanding.query_rewriting.part_readings import read_part


@pytest.mark.parametrize(
    ("text", "earlier", "whole"),
    [
        ("怎么养", ["向日葵一把多少"], "向日葵怎么养"),
        ("能水洗不", ["大衣什么价？"], "大衣能水洗不"),
        ("晚上几点关", ["江畔店在哪", "江畔店停车方便吗"], "江畔店晚上几点关"),
        ("会过期吗", ["积分能抵多少"], "积分会过期吗"),
        ("它怎么洗", ["大衣多少钱"], "大衣怎么洗"),
        ("开票吗", ["双层花篮什么价"], "开票吗"),
        ("有轮椅吗", ["青梧路停车免几个小时"], "有轮椅吗"),
        ("几天能到", ["包不包邮"], "几天能到"),
        ("有wifi吗", ["几点开门"], "有wifi吗"),
    ],
)
def test_a_question_that_names_nothing_is_about_what_the_one_before_names(
    text: str, earlier: list[str], whole: str
) -> None:
    assert read_part(text, earlier).standalone_question == whole


@pytest.mark.parametrize(
    ("text", "earlier", "ways"),
    [
        ("多少钱啊", "想刻个章，做得了吗", ["想刻个章，做得了吗，多少钱啊"]),
        ("多少钱", "养生壶多大", ["养生壶多少钱", "养生壶多大，多少钱"]),
        ("要多久", "怎么退货", ["退货要多久", "怎么退货，要多久"]),
        ("What's the address?", "Do you have a shop?", ["Do you have a shop? What's the address?"]),
        ("九岁的孩子可以上么", "插花课多少钱", ["插花课九岁的孩子可以上么", "九岁的孩子可以上么"]),
        ("浅水那边水有多深", "泳池几点开", ["浅水那边水有多深", "泳池浅水那边水有多深"]),
        ("能洗澡不", "学生卡多少", ["学生卡能洗澡不", "能洗澡不"]),
        ("最早几点能送到", "双层花篮什么价", ["双层花篮最早几点能送到", "最早几点能送到"]),
        ("礼拜几送", "包月小份多少钱", ["包月小份礼拜几送", "礼拜几送"]),
        ("停车方便不", "成都店在哪", ["成都店停车方便不"]),
        ("周三几点关", "东塔店在商场哪个位置", ["东塔店周三几点关"]),
        (
            "绘本区要脱鞋不",
            "星期天讲故事几点开始",
            ["绘本区要脱鞋不", "星期天讲故事绘本区要脱鞋不"],
        ),
    ],
)
def test_a_question_is_read_with_the_rest_of_its_message(
    text: str, earlier: str, ways: list[str]
) -> None:
    assert [way.standalone_question for way in read_part(text, [earlier]).ways] == ways


@pytest.mark.parametrize(
    ("text", "earlier", "ways"),
    [
        ("榴莲千层呢也问一下价", "芒果千层六寸多少", ["榴莲千层六寸多少", "榴莲千层呢也问一下价"]),
        ("周日呢", "几点开门", ["周日几点开门", "周日呢"]),
        ("长住十天呢？", "会员打几折？", ["会员长住十天打几折？", "长住十天呢？"]),
        ("新疆呢", "包邮吗", ["新疆包邮吗", "新疆呢"]),
    ],
)
def test_who_only_names_another_thing_asks_the_same_of_it(
    text: str, earlier: str, ways: list[str]
) -> None:
    assert [way.standalone_question for way in read_part(text, [earlier]).ways] == ways


@pytest.mark.parametrize(
    ("text", "earlier", "ways"),
    [
        ("保质期多久", ["护臀膏多少钱", "有没有激素"], ["激素保质期多久", "护臀膏保质期多久"]),
        ("能洗澡不", ["学生卡多少", "团课包含不"], ["团课能洗澡不", "学生卡能洗澡不", "能洗澡不"]),
        ("多重", ["高景观多少钱", "新生儿能躺吗"], ["高景观多重"]),
        ("有没有黑色", ["真丝衬衫怎么洗", "熨烫温度多少"],
         ["有没有黑色", "熨烫温度有没有黑色", "真丝衬衫有没有黑色"]),
    ],
)  # fmt: skip
def test_what_names_nothing_is_read_with_the_last_thing_and_with_the_first(
    text: str, earlier: list[str], ways: list[str]
) -> None:
    assert [way.standalone_question for way in read_part(text, earlier).ways] == ways
