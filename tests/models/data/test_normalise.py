"""One text made plain."""

from collections import Counter

import pytest

from models.data.normalise import (
    LONGEST,
    CleanText,
    clean_text,
    has_letters,
    near_key,
    normalise_unicode,
)
from models.data.prepare.masks import remove_placeholders


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("ＡＢＣ１２３，好！", "ABC123,好!"),
        ("\ufeff你好\u200b\t世\x00界 \n", "你好 世 界"),
        ("❤️ ☎\ufe0e 👨‍👩‍👧", "❤ ☎ 👨👩👧"),
        ("葛\U000e0100", "葛"),
        ("好\ud83d", "好"),  # half an emoji, as broken exports hold it
    ],
)
def test_characters_get_one_form(text: str, normalised: str) -> None:
    assert normalise_unicode(text) == normalised


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("看https://a.taobao.com/i.htm?id=1，好吗", "看〔网址〕,好吗"),
        ("m.tb.cn/h.abc这个, www.a.cn/", "〔网址〕这个, 〔网址〕"),
        ("weixin://dl/business谢谢", "〔网址〕谢谢"),
        ("发到zhang_san@163.com.cn吧", "发到〔邮箱〕吧"),
        ("电话１３８００１３８０００谢谢", "电话〔电话〕谢谢"),
        ("+86 138-0013-8000 tel13900001111", "〔电话〕 tel〔电话〕"),
        ("打(021) 6234 5678或010-12345678转801", "打〔电话〕或〔电话〕"),
        ("400-820-8820打不通", "〔电话〕打不通"),
        ("身份证11010519491231002x可以吗", "身份证〔身份证〕可以吗"),
        ("卡号4111 1111 1111 1111", "卡号〔银行卡〕"),
        ("卡号4111 1111 1111 1112", "卡号〔单号〕"),  # wrong check digit
        ("SF1380013800099到了吗", "SF〔单号〕到了吗"),
    ],
)
def test_what_is_private_is_masked(text: str, normalised: str) -> None:
    assert clean_text(text).text == normalised


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02 10:20:30",
        "2.5kg",
        "3000-5000元",
        "尺码36-37-38-39-40-41",
        "价格12345678元",
        "a.b",
    ],
)
def test_dates_prices_and_sizes_stay(text: str) -> None:
    assert clean_text(text) == CleanText(text, Counter(), simplified=False, cut=False)


def test_all_steps_leave_their_marks() -> None:
    clean = clean_text("請打13800138000或13900001111，" + "長" * LONGEST)

    expected = "请打〔电话〕或〔电话〕," + "长" * (LONGEST - 12)
    assert clean == CleanText(expected, Counter(phone=2), simplified=True, cut=True)


def test_masks_and_simplified_script_can_be_declined() -> None:
    clean = clean_text("請打13800138000", mask=False, simplify=False)

    assert clean == CleanText("請打13800138000", Counter(), simplified=False, cut=False)


def test_a_number_is_no_text_but_a_placeholder_is() -> None:
    flags = [has_letters(text) for text in ("", "38", "???", "👍", "〔电话〕", "好", "ok")]

    assert flags == [False, False, False, False, True, True, True]


def test_texts_are_near_when_only_punctuation_digits_and_case_differ() -> None:
    keys = {near_key(text) for text in ("买2件OK吗?", "买 3 件ok吗", "买件,Ok吗👍")}

    assert (keys, near_key("38")) == ({"买件ok吗"}, "38")


def test_statistics_see_no_placeholder() -> None:
    assert remove_placeholders("打〔电话〕看〔网址〕") == "打 看 "
