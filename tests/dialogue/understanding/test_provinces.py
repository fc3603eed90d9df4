"""Which places a clause is about."""

import pytest

from app.dialogue.understanding.entities import provinces


@pytest.mark.parametrize(
    ("clause", "place", "cover"),
    [
        ("不满的江浙沪6元", "苏州", "listed"), ("不满的江浙沪6元", "河南", "other"),
        ("新疆、西藏20元", "乌鲁木齐", "listed"), ("其他地方10元", "河南", "rest"),
        ("只送长沙", "湖南", "unsure"), ("偏远地区加10元", "河南", "unsure"),
        ("满99元包邮", "河南", None), ("江浙沪6元", "昆山", "listed"),
        ("全国5元", "河南", "rest"), ("只送湖南", "长沙", "listed"),
        ("江浙沪6元", "园区", "unsure"),
    ],
)  # fmt: skip
def test_a_clause_is_about_a_place_that_lies_in_what_it_names(
    clause: str, place: str, cover: str | None
) -> None:
    assert provinces.find_coverage(clause, place) == cover
