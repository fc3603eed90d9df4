"""Personal data is hidden and comes back; order numbers survive."""

import pytest

from app.privacy.pii import Masked, hide_personal_data, mask
from app.privacy.pseudonym import make_pseudonym

IDENTITY = "11010519491231002X"  # the example of the standard, GB 11643
CARD = "6222021234567890128"  # made up; Luhn's sum fits


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("手机13812345678", "手机[手机号]"),
        ("打我+86 138-1234-5678吧", "打我[手机号]吧"),
        ("138 1234 5678", "[手机号]"),
        ("0571-88889999转801", "[电话]"),
        ("（010）6552 9988", "（010）6552 9988"),
        ("（010）65529988", "[电话]"),
        ("座机是88889999", "座机是[电话]"),
        (f"我是{IDENTITY}", "我是[身份证号]"),
        (f"我是{IDENTITY.lower()}", "我是[身份证号]"),
        ("身份证：110105194912310021", "身份证：[身份证号]"),
        (f"打到{CARD}", "打到[银行卡号]"),
        ("打到6222 0212 3456 7890 128", "打到[银行卡号]"),
        ("写信到Me.Wang+a@mail.example.com.cn。", "写信到[邮箱]。"),
        ("加我微信abc_12345，谢谢", "加我微信[微信号]，谢谢"),
        ("微信号：wxid_abc123", "微信号：[微信号]"),
        ("QQ：12345678", "QQ：[QQ号]"),
        ("车是粤B·1234D", "车是粤B·1234D"),
        ("粤B1234D 停哪", "[车牌号] 停哪"),
        ("车牌号浙A8D123", "车牌号[车牌号]"),
        ("寄到杭州市西湖区文三路123号4栋502室，谢谢", "寄到[地址]，谢谢"),
        ("广东省广州市天河区体育西路9号1号楼 504", "[地址]"),
    ],
)
async def test_personal_data_is_masked_by_its_kind(text: str, masked: str) -> None:
    assert (mask(text), mask(masked)) == (masked, masked)


@pytest.mark.parametrize(
    "text",
    [
        "订单号 2024112512345678901", "3721456789012345678 什么时候发货", "240101-123456789012345",
        "SF1234567890123到哪了", "YT8812345678901", "快递单号 432456789012345", "订单123456789012",
        "订单号：13812345678", f"单号是{CARD}", "1381234567", "138123456789", "400-820-8820",
        "M码165/88A 199元 2026-11-25", "住在北京路边上", "我的微信支付失败了", "用wechat付款",
        "110105194912310021", "6222021234567890127", "粤B级货", "杭州市有门店吗", "苏A类",
    ],
)  # fmt: skip
async def test_what_is_no_personal_data_survives(text: str) -> None:
    assert mask(text) == text


async def test_the_same_data_has_the_same_placeholder_in_all_texts() -> None:
    hidden = hide_personal_data(["电话13812345678，邮箱a@b.cn", "还是13812345678", "没有别的"])

    assert hidden == Masked(
        ("电话[手机号1]，邮箱[邮箱2]", "还是[手机号1]", "没有别的"),
        {"[手机号1]": "13812345678", "[邮箱2]": "a@b.cn"},
    )


async def test_an_answer_gets_the_data_back_however_the_model_wrote_it() -> None:
    hidden = hide_personal_data(["电话13812345678"])

    answer = hidden.restore("已登记【手机号 1】和[手机号1]，没有[手机号2]。")

    assert answer == "已登记13812345678和13812345678，没有[手机号2]。"


async def test_a_placeholder_that_a_follower_wrote_is_not_filled() -> None:
    hidden = hide_personal_data(["[手机号1]是多少？我的是13812345678"])

    assert hidden.texts == ("[手机号1]是多少？我的是[手机号2]",)
    assert hidden.restore("[手机号1]我不知道") == "[手机号1]我不知道"


@pytest.mark.parametrize("piece", ["北京", "市路", "北京市路1", "a@", "a.", "1", "1234-", "微信a"])
async def test_long_hostile_texts_take_no_time(piece: str) -> None:
    text = piece * (2_000 // len(piece))

    assert isinstance(mask(text), str)  # the test's own timeout is the measure


async def test_a_pseudonym_is_the_same_for_the_same_key_only() -> None:
    named = [
        make_pseudonym("oMei", "k1"),
        make_pseudonym("oMei", "k1"),
        make_pseudonym("oMei", "k2"),
    ]

    assert named[0] == named[1] == "f-" + named[0][2:]
    assert len({*named, make_pseudonym("oLi", "k1")}) == 3
    with pytest.raises(ValueError, match="needs a key"):
        make_pseudonym("oMei", "")
