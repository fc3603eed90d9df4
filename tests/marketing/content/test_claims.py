"""Which clauses of a text claim something, and which fact supports each."""

import pytest

from app.marketing.content.brief import Brief, BriefFact, Language
from app.marketing.content.claims.listing import list_claims

BRIEF = Brief.model_validate(
    {
        "product": "明前龙井",
        "facts": [
            {"name": "产地", "value": "杭州西湖龙井村", "source": "手册 1"},
            {"name": "价格", "value": "50 克 168 元", "source": "价目表"},
            {"name": "采摘", "value": "清明前手工采摘", "source": "手册 2"},
            {"name": "版型", "value": "圆领 短袖", "source": "手册 3"},
        ],
        "audience": "上班族",
    }
)


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("产自杭州西湖龙井村", ["手册 1"]),
        ("清明前手工采摘，50克168元", ["手册 2", "价目表"]),
        ("圆领短袖", ["手册 3"]),
        ("一百六十八元就能带走五十克", ["价目表"]),
    ],
)
def test_a_claim_names_the_fact_that_supports_it(text: str, sources: list[str]) -> None:
    assert [claim.source for claim in list_claims(text, BRIEF)] == sources


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("清香回甘", ("清香", "回甘")),
        ("今天起8折", ("8折",)),
        ("只要99元", ("99元",)),
        ("老茶农三十年手艺", ("茶农", "三十年", "手艺")),
        ("经SGS检测", ("sgs", "检测")),
        ("产自福建", ("福建",)),
        ("价格贵", ("贵",)),
        ("采摘时间很晚", ("晚",)),
        ("又香又甜", ("香", "甜")),
        ("浪漫的龙井", ("浪漫",)),
        ("版型温柔", ("温柔",)),
    ],
)
def test_a_claim_without_a_fact_names_its_words(text: str, unsupported: tuple[str, ...]) -> None:
    [claim] = list_claims(text, BRIEF)

    assert claim.source == ""
    assert set(unsupported) <= set(claim.unsupported)


@pytest.mark.parametrize(
    "text",
    [
        "温暖的早晨",
        "度过惬意的一天",
        "春天到了，一起来喝一杯吧",
        "欢迎留言告诉我们",
        "上班族的早晨，你想喝点什么？",
        "",
        "🍵🍵",
    ],
)
def test_invitations_questions_and_moods_claim_nothing(text: str) -> None:
    assert list_claims(text, BRIEF) == ()


def test_a_claim_names_its_place() -> None:
    text = "你好！ 清香回甘。"

    [claim] = list_claims(text, BRIEF)

    assert text[claim.start : claim.end] == claim.text == "清香回甘"


@pytest.mark.parametrize(
    ("language", "facts", "text", "unsupported"),
    [
        ("ja", {"産地": "杭州の龍井村"}, "産地は杭州の龍井村です。お気軽にお尋ねください。", []),
        (
            "ja",
            {"産地": "杭州の龍井村"},
            "世界最高級の甘いお茶、おいしい",
            ["世界最高級", "甘", "おいし"],
        ),
        ("ko", {"산지": "항저우 용정촌"}, "산지는 항저우 용정촌입니다. 궁금하신가요?", []),
        ("ko", {"산지": "항저우 용정촌"}, "달콤한 유기농 차", ["달콤", "유기농"]),
        ("zh", {"费用": "12 次课 1,200 元", "时间": "9:30"}, "费用 1,200 元，9:30 开始", []),
    ],
)
def test_claims_are_told_in_each_language(
    language: Language, facts: dict[str, str], text: str, unsupported: list[str]
) -> None:
    rows = tuple(BriefFact(name=name, value=value, source="-") for name, value in facts.items())
    brief = Brief(product="茶", language=language, facts=rows)

    words = [word for claim in list_claims(text, brief) for word in claim.unsupported]

    assert words == unsupported


def read_unsupported(text: str, audience: str, facts: dict[str, str], language: str) -> list[str]:
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    brief = Brief.model_validate(
        {
            "product": "核桃粉 Nutty",
            "audience": audience,
            "facts": rows,
            "channel": "ad",
            "language": language,
        }
    )
    return [word for claim in list_claims(text, brief) for word in claim.unsupported]


@pytest.mark.parametrize(
    ("text", "audience", "word", "language"),
    [
        ("核桃粉，专为孕妇设计", "孕妇", "孕妇", "zh"),
        ("适合糖尿病人", "糖尿病人", "糖尿病人", "zh"),
        ("备孕女性也能放心喝", "备孕的女性", "备孕", "zh"),
        ("宝宝可以吃", "宝宝", "宝宝", "zh"),
        ("敏感肌友好", "敏感肌", "敏感", "zh"),
        ("为高血压老人准备的早餐", "高血压的老人", "高血压", "zh"),
        ("针对术后的人", "术后的人", "术后", "zh"),
        ("Suitable for diabetics", "diabetics", "diabetics", "en"),
        ("妊娠中の方に最適", "妊娠中の方", "妊娠中", "ja"),
    ],
)
def test_the_audience_is_no_evidence_that_the_goods_suit_it(
    text: str, audience: str, word: str, language: str
) -> None:
    facts = {"产地": "新疆阿克苏"} if language == "zh" else {"origin": "Aksu"}

    assert word in read_unsupported(text, audience, facts, language)


@pytest.mark.parametrize(
    ("text", "audience", "facts"),
    [
        ("上班族的一天，从一杯核桃粉开始", "上班族", {"产地": "新疆阿克苏"}),
        ("送礼的你，看看核桃粉", "送礼的人", {"产地": "新疆阿克苏"}),
        ("孕妇朋友们，你好", "孕妇", {"产地": "新疆阿克苏"}),
        ("给加班的你，一杯核桃粉", "加班的人", {"产地": "新疆阿克苏"}),
        ("适合三岁以上的孩子", "孩子", {"适合": "三岁以上的孩子"}),
        ("核桃粉，适合糖尿病人", "糖尿病人", {"适合人群": "糖尿病人"}),
    ],
)
def test_the_audience_may_be_addressed_and_suited_by_a_fact(
    text: str, audience: str, facts: dict[str, str]
) -> None:
    assert read_unsupported(text, audience, facts, "zh") == []


@pytest.mark.parametrize("word", ["买一送一", "全国第一", "免费试喝", "第二件半价", "限时秒杀"])
def test_an_offer_that_must_stand_needs_a_fact(word: str) -> None:
    brief = BRIEF.model_copy(update={"must": (word,)})
    with_fact = brief.model_copy(
        update={"facts": (*BRIEF.facts, BriefFact(name="活动", value=word, source="活动页"))}
    )

    [claim] = list_claims(word, brief)
    [supported] = list_claims(word, with_fact)

    assert (claim.source, claim.unsupported != ()) == ("", True)
    assert (supported.source, supported.unsupported) == ("活动页", ())


def test_a_plain_word_that_must_stand_is_no_claim() -> None:
    brief = BRIEF.model_copy(update={"must": ("老周茶铺",)})

    assert list_claims("老周茶铺", brief) == ()


def test_a_heading_that_lists_facts_names_claims_nothing_even_of_what_is_excluded() -> None:
    facts = {"预约": "无需预约", "早餐": "不含早餐", "发票": "可开发票"}
    rows = [BriefFact(name=name, value=value, source="手册") for name, value in facts.items()]
    brief = BRIEF.model_copy(update={"facts": tuple(rows)})

    texts = ["## 预约和发票", "## 再来看：早餐、发票", "## 含早餐", "含早餐", "包含：早餐和预约"]
    claims = {text: [claim.text for claim in list_claims(text, brief)] for text in texts}

    assert claims == {
        "## 预约和发票": [], "## 再来看：早餐、发票": [], "## 含早餐": ["## 含早餐"],
        "含早餐": ["含早餐"], "包含：早餐和预约": ["早餐和预约"],
    }  # fmt: skip


def test_a_product_is_one_word_and_measures_nothing() -> None:
    facts = (BriefFact(name="优惠", value="以旧换新抵200元", source="手册"),)
    brief = BRIEF.model_copy(update={"product": "清岚空气净化器", "facts": facts})

    texts = [
        "来看看清岚空气净化器吧",
        "清岚空气净化器：以旧换新抵200元",
        "清岚空气净化器 · 抵200元",
    ]
    unsupported = [
        word for text in texts for claim in list_claims(text, brief) for word in claim.unsupported
    ]

    assert unsupported == []
