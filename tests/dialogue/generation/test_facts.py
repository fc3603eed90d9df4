import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialogue.generation.fact_checks.facts import find_facts, find_missing_facts
from app.dialogue.understanding.entities import numerals


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三", "3"), ("十五", "15"), ("二十", "20"), ("三百二十", "320"), ("一百八", "180"),
        ("一百零八", "108"), ("一千二", "1200"), ("两万", "20000"), ("一万五", "15000"),
        ("一亿三千万", "130000000"), ("三万亿", "3000000000000"), ("二〇二六", "2026"),
        ("1.5万", "15000"), ("3千", "3000"),
        ("1,299.00", "1299"), ("半", "0.5"), ("零", "0"),
    ],
)  # fmt: skip
def test_a_numeral_is_a_number(text: str, number: str) -> None:
    assert numerals.parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "天", "三天", "1.2.3", "abc", "NaN", "1e5", "9" * 17])
def test_anything_else_is_none(text: str) -> None:
    assert numerals.parse_number(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("七天无理由退货", "7日无理由退货"),
        ("48小时内发货", "两天内发货"),
        ("一周内", "7天内"),
        ("半小时", "0.5个小时"),
        ("下午四点前", "16:00前"),
        ("晚上8点半", "20:30"),
        ("中午十二点前", "12:00前"),
        ("早上8点开门", "8:00开门"),
        ("十月二十日", "10月20日"),
        ("八折", "8折"),
        ("百分之二十", "20%"),
        ("三成", "30%"),
        ("¥1,299.00", "1299元"),
        ("一百九十九块", "199元"),
        ("九块九", "9.9元"),
        ("1.5万元", "15000元"),
        ("3-5天", "三到五天"),
        ("2026-11-11", "2026年11月11日"),
        ("星期天", "周日"),
        ("400-820-8820", "4008208820"),
        ("两公斤", "4斤"),
        ("免运费", "包邮"),
        ("１９９元", "199元"),
    ],
)
def test_one_fact_said_in_two_ways(one: str, other: str) -> None:
    assert find_facts(one) == find_facts(other)
    assert find_facts(one)


@pytest.mark.parametrize(
    "text",
    [
        "十分抱歉给您带来不便", "您可以先看一下，有两种方式", "一点都不贵", "千万别着急",
        "1. 打开订单\n2. 点击退款", "祝您一切顺利", "请稍等一会儿", "第一时间为您处理", "",
    ],
)  # fmt: skip
def test_ways_to_speak_are_no_facts(text: str) -> None:
    assert find_facts(text) == frozenset()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("199元", "价格：199"),  # of a table
        ("11月11日", "2026年11月11日"),
        ("四点前", "下午四点前"),
    ],
)
def test_a_source_may_say_more_or_less(claim: str, source: str) -> None:
    assert find_missing_facts(find_facts(claim), find_facts(source)) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("七天", "七个工作日"), ("7元", "7天"), ("上午四点", "下午四点"),
        ("2025年3月1日", "3月1日"),
        ("包邮", "不包邮"), ("8折", "8.5折"), ("13800138000", "13800138001"), ("x200", "x201"),
        ("https://a.cn/b", "https://a.cn/c"), ("现货", "预售"), ("100元", "10元"),
    ],
)  # fmt: skip
def test_what_is_another_fact_is_missing(claim: str, source: str) -> None:
    assert [fact.quote for fact in find_missing_facts(find_facts(claim), find_facts(source))] == [
        claim
    ]


ODD = st.text(
    st.sampled_from(
        "0123456789.,-:/年月日点分第¥%百千万亿零一二两十半至周下午元天个不可以k[]abc@ \n"
    )
)


@given(st.one_of(ODD, st.text()))
@settings(max_examples=300)
def test_any_text_has_facts_or_none(text: str) -> None:
    assert find_missing_facts(find_facts(text), find_facts(text)) == []


@pytest.mark.parametrize(
    "text",
    ["1" * 40 + ".5元", "九" * 60 + "元", "一" + "亿" * 15 + "元", "百分之" + "1" * 50 + ".1"],
)
def test_a_number_beyond_all_measure_must_stand_there_as_it_is(text: str) -> None:
    assert find_missing_facts(find_facts(text), find_facts(text)) == []
    assert find_missing_facts(find_facts(text), find_facts("100元")) != []


@pytest.mark.parametrize("unit", ["1", "1,", "1-", "十", "1.", "第", "a.", "下午", "百分之", "1元"])
def test_long_rubbish_is_read_quickly(unit: str) -> None:
    began = time.process_time()

    find_facts(unit * (10_000 // len(unit)))

    assert time.process_time() - began < 2
