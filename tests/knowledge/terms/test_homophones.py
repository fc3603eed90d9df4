"""Words that were written by their sound, corrected by an account's own texts."""

import asyncio

import pytest

from app.knowledge.terms.homophones import MOST_CHARACTERS, Homophones

SHOP = {
    "peony": "芍药什么时候有\n芍药五月上市，一束68元。",
    "orchid": "蝴蝶兰多久浇一次水\n每七天浇一次水。",
    "carnation": "母亲节的康乃馨什么价\n康乃馨一束168元。",
    "preserved": "永生花能放几年\n永生花避光放三年。",
    "bells": "壶铃礼拜几上\n壶铃要自己带吗\n壶铃周三晚上，储物柜免费。",
    "pool": "周末游泳多少钱\n游泳单次38元，进深水区先考试，深水区两米。",
    "bag": "帆布袋多少钱\n帆布袋一个29元。",
    "cake": "巴斯克多少钱一块\n巴斯克蛋糕一块28元。",
    "post": "书寄到新疆邮费多少\n邮费20元，新疆七天到。",
    "coupon": "优惠券怎么用\n满一百元可用优惠券。",
}


def learn(texts: dict[str, str]) -> Homophones:
    homophones = Homophones()
    asyncio.run(homophones.update(texts))
    return homophones


@pytest.fixture(scope="module")
def homophones() -> Homophones:
    return learn(SHOP)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("勺药啥时候有", "芍药啥时候有"),
        ("胡蝶兰怕浇死", "蝴蝶兰怕浇死"),
        ("康耐馨一束多少", "康乃馨一束多少"),
        ("母情节送什么花", "母亲节送什么花"),
        ("永声花摆几年", "永生花摆几年"),
        ("壶玲是几点", "壶铃是几点"),
        ("例假能油泳吗", "例假能游泳吗"),
        ("深水曲怎么进", "深水区怎么进"),
        ("反布袋多少钱一个", "帆布袋多少钱一个"),
        ("吧斯克一块多少钱", "巴斯克一块多少钱"),
        ("新将邮费多少", "新疆邮费多少"),
        ("优慧券能用吗", "优惠券能用吗"),
        ("储物贵要钱吗", "储物柜要钱吗"),
    ],
)
def test_a_word_is_known_by_its_sound(homophones: Homophones, typed: str, meant: str) -> None:
    assert homophones.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "芍药什么时候有",
        "书记明天来吗",  # 书寄
        "周一油画课几点",  # 游
        "一共十三块",
        "68元一束吗",
        "你们那里能停车吗",
        "有没有得优惠",
        "hello 123",
        "",
    ],
)
def test_what_is_a_word_already_stays(homophones: Homophones, text: str) -> None:
    assert homophones.correct(text) == text


def test_sounds_that_dictation_confuses_are_the_same(homophones: Homophones) -> None:
    assert homophones.correct("永森花能放几年") == "永生花能放几年"


def test_a_message_in_traditional_characters_is_corrected(homophones: Homophones) -> None:
    assert homophones.correct("永聲花多少錢") == "永生花多少钱"
    assert homophones.correct("永生花多少錢") == "永生花多少錢"


def test_of_two_words_of_one_sound_the_more_frequent_is_meant() -> None:
    homophones = learn({"a": "面霜怎么卖", "b": "面双怎么卖", "c": "面霜还有吗"})

    assert homophones.correct("面爽怎么用") == "面霜怎么用"


def test_numerals_stay_and_replace_nothing() -> None:
    homophones = learn({"a": "周三团课几点", "b": "时令套餐多少钱"})

    assert homophones.correct("周伞来得及吗") == "周伞来得及吗"
    assert homophones.correct("十令套餐") == "十令套餐"


async def test_words_come_and_go_with_the_texts() -> None:
    homophones = Homophones()
    await homophones.update(SHOP)
    await homophones.update({"bag": "纸袋多少钱"})

    assert homophones.correct("勺药有吗") == "勺药有吗"
    await homophones.update({"bag": "纸袋多少钱", "peony": SHOP["peony"]})
    assert homophones.correct("勺药有吗") == "芍药有吗"


def test_a_very_large_account_is_searched_as_it_is_asked() -> None:
    large = {"manual": "一二三四五六七八九十" * (MOST_CHARACTERS // 10)}

    assert learn(SHOP | large).correct("勺药有吗") == "勺药有吗"
