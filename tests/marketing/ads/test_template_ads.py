"""Ads of templates: title and description complete each other, for each audience."""

import pytest

from app.inference.fake_clicks import FakeClickPredictor
from app.inference.fakes import FakeClassifier
from app.kit.text import fold_to_letters
from app.marketing.ads.candidates import AdCandidate
from app.marketing.ads.generation import AdTask, AdWriting
from app.marketing.ads.platforms import get_platform
from app.marketing.ads.subjects import AdSubject
from app.marketing.content.brief import Brief, Language
from app.marketing.content.copywriting import CopyWriting
from app.safety.advertising.rulebook import build_shipped_rulebook

CARD = {
    "尺寸": "花束高约 35 厘米", "价格": "每月 4 束 199 元", "运费": "10 元",
    "赠品": "首单送玻璃花瓶一个", "活动": "12 月 1 日到 12 月 20 日新办月卡立减 30 元，续卡不参加",
    "花材": "每周由花艺师按当季花材搭配 3 到 5 种", "瓶插期": "约 5 到 7 天",
    "养护": "收到后斜剪花茎，每两天换一次水", "会员": "会员每月可多改一次配送日期",
    "发票": "可开电子发票",
}  # fmt: skip
ROSES = {
    "价格": "11 枝 199 元，19 枝 299 元", "花材": "云南产红玫瑰配冬青果", "运费": "10 元",
    "预订": "提前 1 天预订", "瓶插期": "约 5 到 7 天", "售后": "签收 2 小时内拍照联系客服",
}  # fmt: skip
COURSE = {
    "Price": "CNY 168 per person, flowers and tools included", "Duration": "2 hours",
    "Time": "every Saturday at 2 p.m.", "Group size": "up to 8 people",
    "Language": "taught in English and Chinese",
}  # fmt: skip
SUITCASE = {
    "尺寸": "20 寸", "颜色": "米白、雾蓝", "材质": "PC 外壳", "价格": "399 元",
    "优惠": "12 月 5 日至 12 日买一送行李绑带", "质保": "五年质保", "发票": "可开电子发票",
}  # fmt: skip
COFFEE = {
    "产地": "云南保山", "价格": "250 克 68 元", "口味": "坚果和红糖香气",
    "发货": "下单后 48 小时内发货", "烘焙": "中度烘焙", "运费": "满 99 元包邮",
}  # fmt: skip


async def write(
    product: str,
    facts: dict[str, str],
    platform: str,
    audience: str = "",
    language: Language = "zh",
) -> list[AdCandidate]:
    async def ignore(_share: float) -> None:
        return None

    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    brief = Brief.model_validate({"product": product, "language": language, "facts": rows})
    writing = AdWriting(
        writing=CopyWriting(writer=None), clicks=FakeClickPredictor(), search=FakeClassifier()
    )
    task = AdTask(
        account="default", brief=brief, audience=audience, language=language,
        platform=get_platform(platform), rulebook=build_shipped_rulebook(), count=4, seed=1,
    )  # fmt: skip
    return [ad.candidate for ad in await writing.write_ads(task, ignore)]


@pytest.mark.parametrize(
    ("product", "facts", "language", "platform"),
    [
        ("青禾鲜花月卡", CARD, "zh", "baidu_search"),
        ("圣诞红玫瑰花束", ROSES, "zh", "tencent_moments"),
        ("轻旅登机箱", SUITCASE, "zh", "tencent_moments"),
        ("保山咖啡豆", COFFEE, "zh", "tencent_text_link"),
        ("保山咖啡豆", COFFEE, "zh", "google_search"),
        ("Weekend Flower-Arranging Class", COURSE, "en", "google_search"),
        ("Weekend Flower-Arranging Class", COURSE, "en", "meta_feed"),
    ],
)
async def test_each_ad_is_clean_names_the_product_and_says_nothing_twice(
    product: str, facts: dict[str, str], language: Language, platform: str
) -> None:
    ads = await write(product, facts, platform, language=language)

    subject = ads[0].subject
    assert len({ad.text for ad in ads}) == 4
    assert [ad.text for ad in ads if ad.problems] == []
    assert [ad.text for ad in ads if not subject.is_named(ad.text)] == []
    assert [ad.text for ad in ads if subject.states_twice(ad.title.text, ad.description.text)] == []
    assert [ad.text for ad in ads if ad.text.count("来看看") > 1] == []


async def test_an_offer_stands_in_the_ads_where_it_has_room() -> None:
    ads = await write("青禾鲜花月卡", CARD, "baidu_search")

    assert [ad.text for ad in ads if "立减 30 元，续卡不参加" not in ad.text] == []
    assert len({ad.description.text for ad in ads}) >= 2


async def test_a_narrow_title_is_a_short_benefit_and_no_fee_and_no_bare_name() -> None:
    titles = {
        product: {ad.title.text for ad in await write(product, facts, "tencent_moments")}
        for product, facts in {"青禾鲜花月卡": CARD, "圣诞红玫瑰花束": ROSES}.items()
    }

    assert titles["青禾鲜花月卡"] == {
        "首单送玻璃花瓶一个", "每月 4 束 199 元", "瓶插期约 5 到 7 天",
    }  # fmt: skip
    assert titles["圣诞红玫瑰花束"] <= {
        "11 枝 199 元", "云南产红玫瑰配冬青果", "瓶插期约 5 到 7 天",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("audience", "value"),
    [
        ("刚学养花的新手", "收到后斜剪花茎，每两天换一次水"),
        ("公司行政", "可开电子发票"),
        ("送妈妈的人", "首单送玻璃花瓶一个"),
    ],
)
async def test_a_fact_that_speaks_to_the_audience_stands_in_the_first_ad(
    audience: str, value: str
) -> None:
    ads = await write("青禾鲜花月卡", CARD, "baidu_search", audience)

    assert fold_to_letters(value) in fold_to_letters(ads[0].text)


async def test_couples_read_no_ages_of_children_and_each_title_once() -> None:
    facts = {
        "年龄": "12 岁以上可参加，12 至 16 岁须家长陪同", "人数": "每班最多 6 人",
        "价格": "每位 198 元，含材料和工具", "时间": "每周六、周日 14:00—17:00",
        "地址": "平江路 88 号二楼", "材料": "意大利植鞣牛皮",
    }  # fmt: skip

    ads = await write("周末皮具手作课", facts, "baidu_search", "年轻情侣")

    assert [ad.text for ad in ads if "家长陪同" in ad.text] == []
    assert [ad.title.text for ad in ads if "：" in ad.title.text] == []
    assert len({ad.title.text for ad in ads[:3]}) == 3


async def test_narrow_titles_are_no_address_and_no_size() -> None:
    facts = {
        "地址": "古墩路 18 号", "容量": "50 毫升", "价格": "88 元", "时长": "约 90 分钟",
        "早餐": "含双人早餐",
    }  # fmt: skip

    titles = {ad.title.text for ad in await write("骑士精洗", facts, "tencent_moments")}

    assert titles <= {
        "骑士精洗，88 元", "含双人早餐", "时长约 90 分钟", "88 元", "骑士精洗，含双人早餐",
        "含双人早餐｜骑士精洗",
    }  # fmt: skip


async def test_an_english_title_is_no_bare_measure() -> None:
    ads = await write("Weekend Flower-Arranging Class", COURSE, "baidu_search", language="en")

    titles = {ad.title.text for ad in ads}
    assert "Duration: 2 hours" not in titles
    assert {"Every Saturday at 2 p.m.", "Taught in English and Chinese"} <= titles


def test_a_clause_of_a_price_list_is_said_once() -> None:
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in ROSES.items()]
    subject = AdSubject.of(Brief.model_validate({"product": "圣诞红玫瑰花束", "facts": rows}))

    repeats = [
        subject.states_twice("11 枝 199 元", text)
        for text in ("圣诞红玫瑰花束，11 枝 199 元，19 枝 299 元。", "云南产红玫瑰配冬青果。")
    ]

    assert repeats == [True, False]
