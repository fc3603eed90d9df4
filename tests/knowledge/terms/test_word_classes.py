"""Members of everyday classes in a text."""

import pytest

from app.knowledge.terms import word_classes
from app.knowledge.terms.vocabulary import Vocabulary


def members(text: str, name: str) -> int:
    return word_classes.join_bits(word_classes.read_members(text, {name}).get(name, []))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一到周四", "周一 周二 周三 周四"),
        ("星期一至五", "周一 周二 周三 周四 周五"),
        ("周五到周日", "周五 周六 周日"),
        ("周六到周一", "周六 周日 周一"),
        ("周六日", "周六 周日"),
        ("周三、五、六", "周三 周五 周六"),
        ("周末", "周六 周日"),
        ("工作日和周天", "周一 周二 周三 周四 周五 周日"),
        ("Mondays and Sundays", "周一 周日"),
    ],
)
def test_days_in_a_row_are_all_meant(text: str, days: str) -> None:
    assert members(text, "week") == sum(members(day, "week") for day in days.split())


def test_provinces_hold_their_cities_and_the_narrower_of_two_is_meant() -> None:
    suzhou, jiangsu = members("苏州", "places"), members("江苏", "places")

    assert jiangsu & suzhou == suzhou != jiangsu
    assert members("苏州", "places") & members("昆山", "places")
    assert not members("苏州", "places") & members("南京", "places")
    for text in ("江苏苏州", "江苏省苏州市", "苏州市内", "苏州本地"):
        assert members(text, "places") == suzhou
    assert members("全国门店 > 苏州", "places") == suzhou
    assert members("江浙沪", "places") & suzhou
    assert members("东南亚", "places") & members("曼谷", "places")
    assert not members("国外", "places") & suzhou


@pytest.mark.parametrize(
    "text",
    ["北海道的海胆", "大理石台面", "重庆小面", "南京东路", "宁波银行", "四川话", "从上海发货",
     "上海仓", "中山装", "日照充足"],
)  # fmt: skip
def test_what_only_has_a_places_name_is_none(text: str) -> None:
    assert members(text, "places") == 0


def test_a_date_in_a_span_of_time_is_no_festival_of_its_own() -> None:
    assert members("10月1日营业", "festivals") == members("国庆节", "festivals")
    for text in ("6月1日到9月20日", "6 月 1 日-9 月 1 日", "4月1日至6月1日", "6月1日起"):
        assert members(text, "festivals") & members("国庆节", "festivals")


def test_all_classes_are_read_without_doubles() -> None:
    table = word_classes.all_classes()

    assert len(table) > 10
    assert all(each.spellings and all(each.spellings.values()) for each in table.values())
    for each in table.values():
        assert {word for wide in each.kinds.values() for word in wide} <= each.spellings.keys()
        assert each.kinds.keys() <= each.spellings.keys()


def test_of_words_that_overlap_the_longest_is_found_and_no_part_of_a_latin_word() -> None:
    vocabulary = Vocabulary({"猫": 1, "龙猫": 2, "cat": 3, "圣诞节": 4})

    matches = [
        (m.start, m.end, m.word, m.meaning) for m in vocabulary.find("龙猫，貓; CAT catalogue")
    ]

    assert matches == [(0, 2, "龙猫", 2), (3, 4, "猫", 1), (6, 9, "cat", 3)]
    assert [match.word for match in vocabulary.find("聖誕節")] == ["圣诞节"]
