"""What a question is about, and another question about the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.understanding.query_rewriting import rewriting, subjects


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("单店年卡多少钱", "单店年卡"),
        ("黑巧慕斯能放多久", "黑巧慕斯"),
        ("蛋黄酥怎么卖", "蛋黄酥"),
        ("三圣桥店工作日几点关", "三圣桥店"),
        ("石榴巷今天周二几点关", "石榴巷"),
        ("湖西店好停车吗", "湖西店"),
        ("龙井一斤多少钱", "龙井"),
        ("向日葵一把多少", "向日葵"),
        ("我年卡不想要了能转给朋友不", "年卡"),
        ("架子上没找着，绘本能借吗", "绘本"),
        ("运河街店地址", "运河街店"),
        ("想改个地址", "改个地址"),
        ("怎么退货", "退货"),
        ("可以寄到北京吗", "寄到北京"),
        ("孕妇能用积雪草面膜吗", "用积雪草面膜"),
        ("多少钱", ""),
        ("在吗", ""),
        ("", ""),
    ],
)
def test_a_question_is_about_what_it_names_as_it_was_written(question: str, subject: str) -> None:
    assert subjects.find_subject(question) == subject


@pytest.mark.parametrize(
    ("question", "own", "whole"),
    [
        ("龙井茶多少钱一斤", "二两", "龙井茶多少钱二两"),
        ("能带狗狗进去吗", "猫", "能带猫进去吗"),
        ("三圣桥店几点开门", "周末", "三圣桥店周末几点开门"),
        ("东塔店今天周三开到几点", "周末", "东塔店周末开到几点"),
        ("关西一般多少钱一个人", "樱花那阵子", "关西樱花那阵子一般多少钱一个人"),
        ("青甘六月份去多少", "七月的", "青甘七月去多少"),
        ("11枝的红玫瑰多少钱", "33枝的", "33枝的红玫瑰多少钱"),
        ("草莓蛋糕六寸多少", "八寸的", "草莓蛋糕八寸多少"),
        ("储值一千五打几折", "三千", "储值三千打几折"),
        ("寄杭州邮费多少", "西藏", "寄西藏邮费多少"),
        ("包邮吗", "西藏", "西藏包邮吗"),
        ("石榴巷自习一天封顶多少", "秦望路", "秦望路自习一天封顶多少"),
        ("望江店停车免费多久", "三圣桥那边", "三圣桥停车免费多久"),
        ("年卡多少钱", "季卡", "季卡多少钱"),
        ("月卡多少钱", "三个月的", "季卡多少钱"),
        ("包月的小份多少钱", "大份", "包月的大份多少钱"),
        ("公猫绝育多少钱", "母的", "母猫绝育多少钱"),
        ("成犬粮怎么卖", "幼犬的", "幼犬粮怎么卖"),
        ("亚麻衬衫多少钱", "真丝的", "真丝衬衫多少钱"),
        ("单店年卡多少钱", "两家都能去的那种", "两家都能去的年卡多少钱"),
        ("麦田里店几点开门", "江畔店", "江畔店几点开门"),
        ("可以租推车吗", "座椅", "可以租座椅吗"),
        ("A醇和烟酰胺能一起用吗", "和果酸", "A醇和果酸能一起用吗"),
        ("孕妇能用什么", "13岁的小孩", "13岁的小孩能用什么"),
        ("新书买重了能退吗", "二手的", "二手的买重了能退吗"),
        ("热美式多少钱", "拿铁", "拿铁多少钱"),
        ("美式咖啡多少钱", "冰的", "冰的美式咖啡多少钱"),
        ("永生花多少钱", "大一点的", "永生花大一点的多少钱"),
        ("秦望路店停车方便吗", "另一家", "另一家停车方便吗"),
        ("停车方便吗", "另外那家", "另一家停车方便吗"),
        ("体态矫正单节多少", "买八节", "体态矫正买八节单节多少"),
    ],
)
def test_another_of_its_kind_takes_the_place_of_what_was_named(
    question: str, own: str, whole: str
) -> None:
    assert rewriting.ask_of(question, own) == whole


@pytest.mark.parametrize(
    ("question", "own", "whole"),
    [
        ("想改个地址", "要收费吗", "想改个地址要收费吗"),
        ("我年卡不想要了能转给朋友不", "要收钱吗", "我年卡不想要了能转给朋友要收钱吗"),
        ("怎么退货", "要钱吗", ""),
        ("年卡多少钱", "要钱吗", ""),
        ("年卡能停吗", "有毛巾吗", ""),
    ],
)
def test_a_price_is_asked_of_what_may_be_done(question: str, own: str, whole: str) -> None:
    assert rewriting.ask_on(question, own) == whole


@given(st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_any_texts_can_be_put_together(question: str, own: str) -> None:
    subject = subjects.find_subject(question)

    assert own in rewriting.ask_about(subject, own) or subjects.PRONOUN.search(own)
    assert isinstance(rewriting.ask_of(question, own), str)


@pytest.mark.parametrize(
    ("before", "whole", "is_replaced"),
    [
        ("11枝红玫瑰多少钱", "33枝红玫瑰多少钱", True), ("年卡多少钱", "周卡多少钱", True),
        ("三圣桥店几点开门", "三圣桥店周末几点开门", True), ("尿裤包邮吗", "尿裤包邮推车吗", False),
        ("停车多少钱", "那季卡呢停车多少钱", False), ("", "周卡呢", False),
        ("停车", "停车多少钱", False),
        ("年卡多少钱", "年卡多少钱", False),
    ],
)  # fmt: skip
def test_a_question_reads_well_where_one_thing_took_anothers_place(
    before: str, whole: str, is_replaced: bool
) -> None:
    assert rewriting.is_replaced(before, whole) == is_replaced
