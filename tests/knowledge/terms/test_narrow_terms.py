"""Narrow words of a question, with the wider word that an account has."""

import asyncio

import pytest

from app.knowledge.terms.narrow_terms import NarrowTerms

SHOP = {
    "lily": "百合能放家里吗\n百合对猫有毒，养猫的家里别放。",
    "dog": "犬类洗澡多少钱\n犬类洗澡 68 元。",
    "bird": "能带鹦鹉吗\n鹦鹉不能进店。",
    "post": "邮费多少\n江浙沪 6 元，新疆、西藏 25 元，东北 10 元。",
    "festival": "情人节红玫瑰多少钱\n情人节一枝 15 元。",
    "card": "季卡多少钱\n季卡 799 元。",
    "branch": "拉萨路店在哪\n拉萨路 12 号，萨摩耶不能进。",
}


def learn(texts: dict[str, str]) -> NarrowTerms:
    kinds = NarrowTerms()
    asyncio.run(kinds.update(texts))
    return kinds


@pytest.fixture(scope="module")
def kinds() -> NarrowTerms:
    return learn(SHOP)


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("她家养了两只布偶，送百合没事吧", "她家养了两只布偶猫，送百合没事吧"),
        ("英短能闻百合吗", "英短猫能闻百合吗"),
        ("我家暹罗会中毒吗", "我家暹罗猫会中毒吗"),
        ("柯基洗一次多少", "柯基犬洗一次多少"),
        ("我家金毛洗一次多少", "我家金毛犬洗一次多少"),
        ("玄凤能带吗", "玄凤鹦鹉能带吗"),
        ("玄鳳能帶嗎", "玄鳳鹦鹉能帶嗎"),
        ("寄喀什多少", "寄新疆喀什多少"),
        ("寄哈尔滨多少", "寄东北哈尔滨多少"),
        ("寄到昆山和沈阳多少", "寄到江浙沪昆山和东北沈阳多少"),
        ("寄上海多少", "寄江浙沪上海多少"),
        ("2月14号红玫瑰多少", "2月14号情人节红玫瑰多少"),
        ("仨月的卡多少", "仨月的卡季卡多少"),
    ],
)
def test_a_word_gets_the_wider_one_that_the_account_has(
    kinds: NarrowTerms, query: str, searched: str
) -> None:
    assert kinds.widen(query) == searched


@pytest.mark.parametrize(
    "text",
    [
        "布偶猫能闻百合吗",
        "我家猫是布偶，能闻吗",
        "萨摩耶能进吗",  # the account has it
        "寄新疆喀什多少",
        "寄成都多少",  # nothing that holds it
        "喀什路怎么走",
        "我从喀什过来，怎么走",
        "布偶玩具多少钱",
        "贵宾有优惠吗",
        "情人节多少钱",
        "百合多少钱一枝",
    ],
)
def test_a_question_that_needs_none_stays(kinds: NarrowTerms, text: str) -> None:
    assert kinds.widen(text) == text


def test_the_words_are_those_of_now() -> None:
    kinds = learn({"a": "百合对猫有毒", "b": "布偶寄养 50 元"})
    question = "养了布偶，能送百合吗"
    before = kinds.widen(question)

    asyncio.run(kinds.update({"a": "百合对猫有毒", "b": "寄养 50 元"}))
    changed = kinds.widen(question)
    asyncio.run(kinds.update({"b": "寄养 50 元"}))

    assert [before, changed, kinds.widen(question)] == [
        question,
        "养了布偶猫，能送百合吗",
        question,
    ]


def test_an_account_without_texts_changes_nothing() -> None:
    assert NarrowTerms().widen("养了布偶，能送百合吗") == "养了布偶，能送百合吗"
