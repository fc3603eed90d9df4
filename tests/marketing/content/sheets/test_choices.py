"""Industries of a product sheet are known by name; the refusal of others says what to take."""

import pytest

from app.kit.field_faults import BilingualError
from app.marketing.content.sheets.columns import read_choice


@pytest.mark.parametrize(
    ("cell", "industry"),
    [("医疗器械", "health"), ("隐形眼镜", "health"), ("综合", "general"), ("FOOD", "food")],
)
def test_an_industry_is_known_by_what_shops_call_it(cell: str, industry: str) -> None:
    assert read_choice("industry", cell) == industry


def test_the_refusal_of_an_industry_says_which_to_take() -> None:
    with pytest.raises(BilingualError) as refusal:
        read_choice("industry", "眼镜")

    assert refusal.value.chinese == (
        "行业写的是“眼镜”：请写通用、食品、健康、化妆品、金融、教育、房地产之一"
        "（药品、医疗器械、隐形眼镜和保健食品写健康，吃的喝的写食品，护肤彩妆写化妆品，都不是就写通用）"
    )
