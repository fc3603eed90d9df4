"""Finds what the law forbids, and passes what looks alike."""

import pytest

from app.safety.advertising.checking import check
from app.safety.advertising.labelling import check_label
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import AdvertisingFinding, Industry

RULEBOOK = build_shipped_rulebook()


@pytest.mark.parametrize(
    ("text", "industry", "places"),
    [
        ("全网最低价，买到就是赚到", "general", ["全网最低价", "买到就是赚到"]),
        ("蕞好喝的奶茶", "food", ["蕞好喝的奶茶"]),
        ("最 好 的 选 择，国-家-级品质", "general", ["最 好 的 选 择", "国-家-级"]),
        ("國家級品質，銷量第一", "general", ["國家級", "銷量第一"]),
        ("No.1 品牌，全球领先", "general", ["No.1", "全球领先"]),
        ("全城最正宗的川菜", "food", ["全城最正宗"]),
        ("本店羊肉最新鲜", "food", ["最新鲜"]),
        ("喝了它就能减肥，一个月瘦20斤", "food", ["减肥", "一个月瘦20斤"]),
        ("本品治愈率99%", "health", ["治愈率99%"]),
        ("30天提分100分，不过退款", "education", ["30天提分100分", "不过退款"]),
        ("本金绝对安全，年化8%", "finance", ["本金绝对安全", "年化8%"]),
        ("距离市中心仅10分钟车程", "realestate", ["距离市中心仅10分钟车程"]),
        ("邀请3个好友助力免费领", "general", ["邀请3个好友助力免费领"]),
        ("最后一天，手慢无", "general", ["最后一天", "手慢无"]),
        ("通过率100%", "education", ["通过率100%"]),
        ("药妆级抗敏，敏感肌可用", "cosmetics", ["药妆级抗敏"]),
        ("The best tea in town", "general", ["The best"]),
    ],
)
def test_forbidden_places_are_found(text: str, industry: Industry, places: list[str]) -> None:
    findings = check(text, industry, RULEBOOK)

    assert [finding.text for finding in findings] == places
    assert all(text[finding.start : finding.end] == finding.text for finding in findings)


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("最近上新了三款奶茶，周末最后一天营业到晚上十点", "food"),
        ("这是我第一次来杭州，她是家里唯一的女儿", "general"),
        ("顾客第一，质量第一，我们在城西开了第一家门店", "general"),
        ("最佳食用期为开封后三天内，最好在饭前半小时饮用", "food"),
        ("特级初榨橄榄油", "food"),
        ("我们家最大的杯型是700毫升，本店销量第一的是桂花拿铁", "food"),
        ("2025年天猫双十一茶饮料类目销量第一（数据来源：生意参谋）", "food"),
        ("入选国家级非物质文化遗产代表性项目名录", "general"),
        ("荣获2024年世界茶叶博览会金奖", "food"),
        ("请勿相信“保本高收益”的骗局，本产品不保本，有风险", "finance"),
        ("本品不能代替药物，不具有治疗疾病的功效", "health"),
        ("巴氏杀菌鲜牛奶", "food"),
        ("外卖30分钟送达", "food"),
        ("活动截止到12月5日，这是最后一天", "general"),
        ("广告中不得使用“国家级”、“最高级”、“最佳”等用语", "general"),
        ("没有最好，只有更适合你的", "general"),
        ("领口的设计在视觉上起到瘦脸的效果，轻松提升整体质感", "general"),
        ("格子是永不褪流行的元素，世界一下子温柔起来", "general"),
        ("宽松的版型助力于舒适自在的造型", "general"),
    ],
)
def test_lawful_uses_pass(text: str, industry: Industry) -> None:
    assert check(text, industry, RULEBOOK) == ()


def test_a_finding_names_rule_law_place_and_a_wording() -> None:
    [finding] = check("我们是全城最正宗的川菜馆", "food", RULEBOOK)

    assert finding == AdvertisingFinding(
        rule="absolute.territory",
        title="绝对化用语：全国最……、行业最……",
        law="广告法第九条第（三）项",
        start=3,
        end=8,
        text="全城最正宗",
        suggestion="很正宗",
    )


def test_places_are_right_behind_characters_that_folding_changes() -> None:
    text = "㎏①\u200b👍🏽ﬀ 顶\u200b级"

    [finding] = check(text, "general", RULEBOOK)

    assert finding.text == text[finding.start :] == "顶\u200b级"


def test_a_generated_text_carries_a_label() -> None:
    text = "春天到了，来喝茶吧。"

    findings = check_label(text)

    assert [(finding.rule, finding.start, finding.end) for finding in findings] == [
        ("label.generated", 10, 10)
    ]
    assert check_label(text + findings[0].suggestion) == ()


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("春茶顾客喜欢，每天一杯降血压", ["medical.treatment"]),
        ("每天一杯，缓解疲劳", ["medical.outcome"]),
        ("来一杯解压", []),
        ("喝杯酒解压", ["medical.alcohol"]),
        ("每天一杯白酒，缓解疲劳", ["medical.alcohol"]),
    ],
)
def test_advice_on_liquor_is_for_texts_of_liquor(text: str, rules: list[str]) -> None:
    findings = check(text, "food", RULEBOOK)

    assert [finding.rule for finding in findings] == rules


def test_the_only_official_shop_is_reworded_as_official() -> None:
    findings = check("唯一官方旗舰店", "food", RULEBOOK)

    assert [(finding.text, finding.suggestion) for finding in findings] == [("唯一官方", "官方")]


@pytest.mark.parametrize(
    ("text", "industry", "rule", "law"),
    [
        ("这只股票下周必涨", "finance", "finance.promise", "广告法第二十五条第（一）项"),
        ("金价明年一定涨", "general", "finance.promise", "广告法第二十五条第（一）项"),
        ("明年必涨", "realestate", "finance.promise", "广告法第二十六条第（一）项"),
        ("明天涨价", "general", "fairness.urgency", None),
        (
            "明星都在用的同款包",
            "general",
            "authority.celebrity",
            "广告法第三十三条、第三十八条第一款",
        ),
        ("跟着老师操作本金翻倍不是梦", "finance", "finance.recommendation", None),
        (
            "用一辈子都不坏的鱼线",
            "general",
            "absolute.eternity",
            "广告法第九条第（三）项、第二十八条",
        ),
        ("保证每次出钓都爆护", "general", "promotion.guarantee", "广告法第四条、第二十八条"),
        ("领导人出访也带它", "general", "authority.state", "广告法第九条第（一）（二）项"),
    ],
)
def test_a_claim_is_found_by_the_rule_of_its_kind(
    text: str, industry: Industry, rule: str, law: str | None
) -> None:
    first, *_ = check(text, industry, RULEBOOK)

    assert first.rule == rule
    assert law in (first.law, None)


@pytest.mark.parametrize("mark", ["。", "，"])
def test_each_of_a_thousand_places_has_its_own_wording(mark: str) -> None:
    text = f"全国第一{mark}包治百病{mark}" * 500

    findings = check(text, "general", RULEBOOK)

    assert [(each.start, each.text, each.suggestion) for each in findings] == [
        (start + at, place, wording)
        for start in range(0, len(text), 10)
        for at, place, wording in [(0, "全国第一", "值得一试"), (5, "包治百病", "欢迎到店了解")]
    ]


def test_a_title_is_that_of_the_trade() -> None:
    in_clinic, *_ = check("激光手术零风险", "health", RULEBOOK)
    in_bank, *_ = check("这款理财零风险", "finance", RULEBOOK)

    assert in_clinic.title == "对功效、安全性的断言，治愈率、有效率"
    assert in_bank.title == "对未来收益作保证性承诺，明示、暗示保本无风险"
