"""Translations: what they keep of numbers, currencies, names and meaning."""

import json
from collections import Counter
from decimal import Decimal

import pytest

from app.inference.fakes import FakeClassifier, FakeWriter
from app.marketing.content.brief import Language
from app.marketing.content.writing.translating import CopyTranslator
from app.marketing.content.writing.translation_check import (
    LEAST_SIMILARITY,
    TranslationCheck,
    list_differences,
    read_numbers,
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("50 克 168 元", {50: 1, 168: 1}),
        ("一百六十八元，三天", {168: 1, 3: 1}),
        ("1,280 yuan within three days in March", {1280: 1, 3: 2}),
        ("３月５日の午後", {3: 1, 5: 1}),
        ("두 가지 색, 사흘", {2: 1, 3: 1}),
        ("一起来，一定要试", {}),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(text: str, numbers: dict[int, int]) -> None:
    assert read_numbers(text) == Counter({Decimal(n): count for n, count in numbers.items()})


@pytest.mark.parametrize(
    ("source", "translation", "language", "differences"),
    [
        ("50 克 168 元", "168 yuan for 50 g", "en", ()),
        ("3 月 15 日前", "before March 15", "en", ()),
        ("七天内退换", "return within seven days", "en", ()),
        ("168 元", "50グラム168元", "ja", ("多出了数字 50",)),
        ("168 元", "186 yuan", "en", ("原文的数字 168 不见了", "多出了数字 186")),
        ("168 元", "$168", "en", ("货币变了（原文 CNY）",)),
        ("168 元", "168円", "ja", ("货币变了（原文 CNY）",)),
        ("168 元", "168위안", "ko", ()),
        ("型号 X200", "model X", "en", ("原文的数字 200 不见了", "名称“X200”不见了")),
        ("来自杭州", "from Hangzhou", "en", ()),
        ("来自杭州", "from Suzhou", "en", ("地名“杭州”（hangzhou）不见了",)),
        ("在西湖边", "by West Lake", "en", ()),
        ("龙井，清明前采摘", "The Longjing,清明 Harvest", "en", ("里面还有中文“清明”",)),
        ("明前龙井", "Longjing (明前龙井) of early spring", "en", ()),
        ("杭州的茶", "龙井 from 杭州, 采摘 by 手工", "en", ("里面还有中文“龙井、杭州、采摘”",)),
        ("产地：杭州", "원산지: 杭州", "ko", ("里面还有中文“杭州”",)),
        ("产地：杭州", "원산지: 항저우（杭州）", "ko", ()),
        ("产地：杭州", "产地：杭州のお茶", "ja", ("里面还有中文“产地”",)),
        ("产地：杭州", "産地：杭州（手摘み）", "ja", ()),
        ("Tea from Hangzhou", "杭州的茶", "zh", ()),
    ],
)  # fmt: skip
def test_differences_are_named(
    source: str, translation: str, language: Language, differences: tuple[str, ...]
) -> None:
    assert list_differences(source, translation, language) == differences


def test_a_low_similarity_is_a_difference() -> None:
    check = TranslationCheck(similarity=LEAST_SIMILARITY - 0.1, differences=())

    assert (check.is_kept, check.describe()) == (
        False, ("意思可能变了（相似度 0.42，至少应为 0.52）",),
    )  # fmt: skip


async def test_a_translation_is_checked() -> None:
    writer = FakeWriter(answer=json.dumps({"text": "明前龙井 168 yuan"}))
    translator = CopyTranslator(writer=writer, search=FakeClassifier())

    translation = await translator.translate("明前龙井 186 元", "en")

    assert translation.check.describe()[-4:] == (
        "不是要求的语言（en）", "原文的数字 186 不见了", "多出了数字 168",
        "里面还有中文“明前龙井”",
    )  # fmt: skip
    assert (translation.model, translation.prompt) == ("fake-writer-1", "translate-2")
    assert "明前龙井 186 元" in writer.prompts[0].messages[-1].text
