"""Injuries that have to do with the brand, told from what only sounds like one."""

import pytest

from app.dialogue.understanding.complaints import injuries


@pytest.mark.parametrize(
    "text",
    [
        "练把脚崴了医药费管不管", "我在你们那儿练把脚崴了，医药费管不管嘛", "在你们这练伤了谁负责",
        "昨天在跑步机上摔了一跤，你们赔不赔", "器械砸到手了，你们有保险吗",
        "孩子在泳池滑倒了能赔吗", "手被锅沿烫了，你们那有药没有", "狗被你们剪伤了",
        "剪个指甲给剪出血了",
        "店里地滑，我妈摔倒了", "孩子在你們店裡摔傷了",
    ],
)  # fmt: skip
def test_people_hear_of_an_injury(text: str) -> None:
    assert injuries.reports_injury(text)


@pytest.mark.parametrize(
    "text",
    [
        "我受伤了要停卡多久", "膝盖受过伤能练吗", "会不会受伤", "怕孩子摔伤，有保险吗",
        "手指拉伤了能在你们那做理疗不", "孩子摔了手机屏幕，保险赔不", "手机摔了你们修吗",
        "老人摔倒了怎么办，有防滑的吗", "万一在你们那受伤了谁负责", "骨折术后能来你们这练吗",
        "茶具碎了赔吗", "",
    ],
)  # fmt: skip
def test_what_is_feared_or_healed_or_of_things_is_none(text: str) -> None:
    assert not injuries.reports_injury(text)
