"""Values that answer a bot's question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.slot_filling.recognizers.by_slot import BY_SLOT
from app.dialogue.slot_filling.recognizers.visits import recognise_visit
from app.kit.text import fold_width
from app.knowledge.terms import regions


def recognised(slot: str, text: str, *, is_asked: bool = True) -> str | None:
    match = BY_SLOT[slot](fold_width(text).strip(), is_asked)
    return match.value if match else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("新疆", "新疆"), ("我在呼和浩特", "呼和浩特"),
        ("广东省深圳市南山区", "广东省深圳市南山区"),
        ("寄到内蒙赤峰", "内蒙赤峰"), ("江苏 昆山", "江苏昆山"), ("我成都的", "成都"),
        ("园区这边", "园区"), ("我在桂园这边", "桂园"), ("吴中区", "吴中区"),
        ("洛阳孟津这边", "洛阳孟津"), ("我在昆明官渡", "昆明官渡"), ("在沈阳铁西这块", "沈阳铁西"),
        ("成都火锅", None), ("我在杭州买的", "杭州"),
        ("想吃北京烤鸭", None), ("重庆小面", None), ("算了", None),
    ],
)  # fmt: skip
def test_a_place_is_recognised_by_its_name_or_where_it_was_asked_for(
    text: str, value: str | None
) -> None:
    assert recognised("region", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("165 52公斤", "身高165厘米、体重52公斤"), ("162 108", "身高162厘米、体重108斤"),
        ("一米七 130斤", "身高170厘米、体重130斤"), ("1.68米 55kg", "身高168厘米、体重55公斤"),
        ("身高一六五体重52公斤", "身高165厘米、体重52公斤"), ("165/52", "身高165厘米、体重52公斤"),
        ("平时M 一米68 118斤", "M码、身高168厘米、体重118斤"), ("XXL", "XXL码"), ("m码吧", "M码"),
        ("38码", "38码"), ("38", "38码"), ("腰围74", "腰围74厘米"), ("脚长24.5", "脚长24.5厘米"),
        ("孩子110cm 40斤", "身高110厘米、体重40斤"), ("160/84A", "160/84A码"),
        ("不知道", None), ("给我妈买的", None),
    ],
)  # fmt: skip
def test_a_size_is_told_as_people_tell_it(text: str, value: str | None) -> None:
    assert recognised("size", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我要一斤龙井", "1斤"), ("大米10公斤多少钱", "10公斤"), ("给我妈两斤", "2斤"),
        ("我一斤就够", "1斤"), ("我120斤", "体重120斤"), ("女儿今年四十斤", "体重40斤"),
        ("狗狗8斤", "体重8斤"), ("体重大概60公斤", "体重60公斤"),
    ],
)  # fmt: skip
def test_a_quantity_of_goods_is_nobodys_weight(text: str, value: str) -> None:
    assert recognised("size", text, is_asked=False) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("周六晚上6个人", "周六晚上、6人"), ("明晚七点 四大一小", "明晚七点、四大一小"),
        ("这周六 我和我闺蜜两个", "这周六、2人"), ("12月12号 就我自己", "12月12号、1人"),
        ("12.6号下午两点 我跟我老公两个", "12月6日下午两点、2人"),
        ("国庆3号 一家三口", "国庆3号、3人"),
        ("26号到28号", "26号到28号"), ("周六下午两点 一只柯基", "周六下午两点、一只柯基"),
        ("6个", "6人"), ("明天晚上八点", "明天晚上八点"), ("明儿中午 10位", "明儿中午、10人"),
        ("随便", None), ("还没想好", None), ("今晚七点 五六位", "今晚七点、五六人"),
        ("明晚六点半 6~8人", "明晚六点半、6~8人"), ("周六 仨人", "周六、3人"),
        ("周六 我跟老公还有孩子", "周六、我跟老公还有孩子"),
        ("周六7点8个人", "周六7点、8人"), ("下周三晚 6位", "下周三晚、6人"),
        ("周日 一个人带娃", "周日、一个人带娃"),
    ],
)  # fmt: skip
def test_a_day_and_persons_are_recognised_apart_and_together(text: str, value: str | None) -> None:
    assert recognised("visit", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("33枝", None), ("4个花篮", None), ("3份", None), ("要2大", None), ("10人份", None),
        ("两位数", None), ("4", "4人"), ("就4个吧", "4人"), ("2大1小", "2大1小"),
        ("我们6个", "6人"), ("6口", "6人"), ("周六 4", "周六、4人"),
    ],
)  # fmt: skip
def test_only_what_counts_persons_does(text: str, value: str | None) -> None:
    assert recognised("visit", text) == value


def test_a_bare_number_counts_no_persons_where_none_were_asked_for() -> None:
    for text in ("33", "4个", "明天要6个"):
        match = recognise_visit(text, True, persons_asked=False)
        assert "人" not in (match.value if match else "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5岁半", "5岁半"), ("刚满五岁", "5岁"), ("大班", "大班"), ("二年级", "二年级"),
        ("初二 14", "初二、14岁"), ("我妈68", "68岁"), ("8个月", "8个月"), ("11", "11岁"),
        ("幼儿园中班 4岁", "幼儿园中班、4岁"), ("大一点的", None), ("男孩", None),
        ("今年六十二了", "62岁"), ("她十五了", "15岁"), ("都三个月了", "3个月"),
        ("整4岁", "4岁"), ("平时穿30码的鞋", None), ("20斤", None), ("110cm", None),
    ],
)  # fmt: skip
def test_an_age_may_be_a_class(text: str, value: str | None) -> None:
    assert recognised("age", text) == value


@pytest.mark.parametrize(
    ("slot", "text"),
    [("size", "38"), ("size", "L"), ("visit", "6个"), ("visit", "明天"), ("age", "11"),
     ("region", "园区这边")],
)  # fmt: skip
def test_out_of_the_blue_half_a_value_says_nothing(slot: str, text: str) -> None:
    assert recognised(slot, text, is_asked=False) is None


def test_the_names_of_places_are_what_they_are_said_to_be() -> None:
    assert len(regions.NAMES) > 400
    assert all(2 <= len(name) <= 5 for name in regions.NAMES)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for recognise in BY_SLOT.values():
        for is_asked in (True, False):
            recognise(fold_width(text).strip(), is_asked)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["一" * 300, "1 " * 150, "大人小孩" * 75, "我和" * 150, "市区" * 150]
)
def test_hostile_texts_take_no_time(text: str) -> None:
    for recognise in BY_SLOT.values():
        recognise(text, True)
