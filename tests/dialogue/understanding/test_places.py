"""Names of places and branches."""

import pytest

from app.dialogue.understanding.entities import places


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        ("你们在观前那家店周末开到几点", "观前"),
        ("狮山分店几点关", "狮山"),
        ("园区那家店能停车吗", "园区"),
        ("请问金鸡湖那个店在哪", "金鸡湖"),
        ("另外一家店几点开", ""),
        ("这家店几点开", ""),
        ("你们店几点开", ""),
        ("附近的店在哪", ""),
        ("花店周末几点开", ""),
        ("有分店吗", ""),
        ("坐地铁去浑南那家哪站下", "浑南"),
        ("运河边那家有电梯没", ""),
        ("商场底下那家在负几层", ""),
        ("想问问那家有没有母婴室", ""),
        ("眉山有分店吗", ""),
        ("你们还有别的分店吗", ""),
    ],
)
def test_a_branch_is_what_is_named_before_a_shop(text: str, branch: str) -> None:
    assert places.find_branch(text) == branch


@pytest.mark.parametrize(
    ("text", "spoken"), [("东塔广场店 10 点开", False), ("锦岸中心 3 楼", True), ("锦岸", True)]
)
def test_a_part_of_its_name_speaks_of_a_branch(text: str, spoken: bool) -> None:
    assert places.mentions_branch(text, "锦岸中心") is spoken
