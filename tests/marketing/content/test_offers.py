"""Texts state an offer with its conditions, or not at all; names that only sort aren't printed."""

import re
from typing import get_args

import pytest

from app.marketing.content.brief import Brief, Channel, Language
from app.marketing.content.review import review_text
from app.marketing.content.template_articles import fill_articles
from app.marketing.content.templates import fill_templates
from app.safety.advertising.rulebook import parse_rulebook
from app.safety.advertising.values import Industry

RULES = parse_rulebook(None)

EVENT = {
    "优惠": "交一顶旧头盔，买新头盔减 60 元", "时间": "12 月 10 日到 12 月 18 日",
    "名额": "每天 20 顶", "地点": "河西路 8 号骑驿车行", "除外": "儿童头盔",
}  # fmt: skip
FRAME = {
    "材质": "β钛", "尺寸": "52-18-145", "重量": "9.6 克", "价格": "598 元",
    "取货": "配好镜片后三天到店取", "卖点": "镜腿可以弯到 90 度；鼻托是硅胶的",
}  # fmt: skip


def fill(product: str, facts: dict[str, str], channel: Channel) -> tuple[str, ...]:
    rows = [{"name": name, "value": value, "source": "产品表"} for name, value in facts.items()]
    return fill_templates(
        Brief.model_validate({"product": product, "channel": channel, "facts": rows})
    )


QUILT = {
    "价格": "399元", "重量": "6斤", "适用": "冬季，室温10至16度", "活动": "买冬被送同款枕头一对",
    "例外": "直播间特价款不参加", "活动时间": "11 月 1 日到 11 日",
    "质保": "三年，塌陷免费换新", "保养": "内芯不可水洗",
}  # fmt: skip


HELMETS = (
    "交一顶旧头盔，买新头盔减 60 元（12 月 10 日到 12 月 18 日，名额每天 20 顶，儿童头盔除外）"
)
PILLOWS = "买冬被送同款枕头一对（11 月 1 日到 11 日，直播间特价款不参加）"
SHOPS: list[tuple[str, Industry, str, dict[str, str]]] = [
    ("纸间书店", "general", "第二本半价", {
        "优惠": "第二本半价", "例外": "特价书除外", "时间": "12月1日至7日", "地址": "文昌路12号",
    }),
    ("棉麻立领衬衫", "general", "第二件半价", {
        "面料": "棉55%，亚麻45%", "价格": "259元", "洗涤": "30度以下，不可漂白",
        "优惠": "第二件半价", "除外": "特价款除外", "活动时间": "12月1日至12月7日",
    }),
    ("老灶台酸菜鱼", "food", "工作日午市8折", {
        "口味": "微辣、中辣可选", "价格": "128元/份，建议3人", "优惠": "工作日午市8折",
        "例外": "酒水饮料不参加", "有效期": "至12月31日", "营业时间": "11:00-21:30",
    }),
    ("初二数学寒假班", "education", "两人同行每人减200元", {
        "班型": "12人小班", "老师": "陈老师，教龄11年", "时间": "1月20日至2月5日，上午9:00",
        "费用": "2680元", "优惠": "两人同行每人减200元", "不适用": "不与其他优惠同享",
    }),
    ("清岚空气净化器 A3", "general", "以旧换新抵200元", {
        "适用面积": "18至30平方米", "价格": "1299元", "优惠": "以旧换新抵200元",
        "活动日期": "12月5日至12月20日", "除外": "旧机须能通电", "质保": "整机两年",
    }),
    ("舒润面膜", "cosmetics", "买二送一", {
        "成分": "透明质酸钠、泛醇", "价格": "89元", "活动": "买二送一",
        "活动时间": "12月10日至12日", "例外": "赠品不退换", "不适用": "破损的皮肤",
    }),
    ("旧机换新季", "general", "以旧换新最多抵800元", {
        "优惠": "以旧换新最多抵800元", "参加机型": "近三年上市的手机", "时间": "12月8日到15日",
        "地点": "中山路旗舰店", "除外": "屏幕碎裂的手机", "名额": "每天50名",
    }),
]  # fmt: skip
CONDITIONS = {
    "纸间书店": "（12月1日至7日，特价书除外）",
    "棉麻立领衬衫": "（12月1日至12月7日，特价款除外）",
    "老灶台酸菜鱼": "（至12月31日，酒水饮料不参加）",
    "初二数学寒假班": "（不与其他优惠同享）",
    "清岚空气净化器 A3": "（12月5日至12月20日，旧机须能通电）",
    "舒润面膜": "（12月10日至12日，赠品不退换）",
    "旧机换新季": "（12月8日到15日，限近三年上市的手机，屏幕碎裂的手机除外，名额每天50名）",
}


def make_brief(shop: int, channel: Channel) -> Brief:
    product, industry, _, facts = SHOPS[shop]
    rows = [{"name": name, "value": value, "source": "产品表"} for name, value in facts.items()]
    fields = {"product": product, "industry": industry, "channel": channel, "facts": rows}
    return Brief.model_validate(fields)


def fill_all(brief: Brief) -> list[str]:
    if brief.channel != "article":
        return list(fill_templates(brief, rounds=4))
    articles = fill_articles(brief)
    return [line for each in articles for line in (each.text, each.parts.digest)]


@pytest.mark.parametrize("channel", get_args(Channel))
@pytest.mark.parametrize("shop", range(len(SHOPS)))
def test_no_text_states_an_offer_without_its_conditions(shop: int, channel: Channel) -> None:
    product, _, offer, _ = SHOPS[shop]
    brief = make_brief(shop, channel)

    texts = fill_all(brief)

    bare = [text for text in texts if text.count(offer) > text.count(offer + CONDITIONS[product])]
    faults = {text: review_text(text, brief, RULES).describe() for text in texts}
    assert (bare, [each for each in faults.items() if each[1] and channel != "menu"]) == ([], [])
    assert [text for text in texts if re.search("：[^\\n。；，]*：|优惠：|活动：", text)] == []


@pytest.mark.parametrize("length", [10, 14, 25])
@pytest.mark.parametrize("shop", range(len(SHOPS)))
def test_a_title_without_room_for_the_conditions_states_another_fact(
    shop: int, length: int
) -> None:
    product, _, offer, _ = SHOPS[shop]
    brief = make_brief(shop, "title").model_copy(update={"length": length})

    titles = [text for text in fill_templates(brief, rounds=4) if len(text) <= length]

    assert titles != []
    assert [text for text in titles if offer in text and CONDITIONS[product] not in text] == []


def test_each_text_states_one_of_two_offers_with_the_conditions_of_both() -> None:
    facts = {
        "优惠": "第二杯半价", "会员折扣": "9折", "活动时间": "12月1日至7日", "口味": "三分糖",
        "价格": "18元",
    }  # fmt: skip

    texts = fill("桂花拿铁", facts, "broadcast")

    assert texts == (
        "您好，来看看桂花拿铁吧！第二杯半价（12月1日至7日），售价18元，口味是三分糖。"
        "有问题请回复我们。",
        "您好！向您介绍桂花拿铁。第二杯半价（12月1日至7日），售价18元，口味是三分糖。",
        "您好，和您说说桂花拿铁。会员折扣9折（12月1日至7日），售价18元，口味是三分糖。"
        "想了解更多请回复。",
    )


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"时间": "每周三"}, "第二杯半价（每周三）"),
        ({"截止时间": "12月31日"}, "第二杯半价（12月31日截止）"),
        ({"限购": "每人2杯"}, "第二杯半价（限购每人2杯）"),
        ({"适用门店": "全市门店"}, "第二杯半价（限全市门店）"),
        ({"注意": "不与会员价同享"}, "第二杯半价（不与会员价同享）"),
        ({"说明": "外卖订单不参加活动"}, "第二杯半价（外卖订单不参加活动）"),
        ({"限制": "每人限购一次"}, "第二杯半价（每人限购一次）"),
        ({"优惠规则": "不可叠加"}, "第二杯半价（不可叠加）"),
        ({"除外": "小料另计"}, "第二杯半价（小料另计）"),
        ({"注意": "小心烫"}, "第二杯半价"),
        ({"说明": "现点现做"}, "第二杯半价"),
        ({"有效期": "12 个月"}, "第二杯半价"),
        ({"营业时间": "9:00-21:00"}, "第二杯半价"),
        ({"不适用": "孕妇"}, "第二杯半价"),
    ],
)
def test_what_limits_the_goods_is_no_condition_of_the_offer(
    facts: dict[str, str], line: str
) -> None:
    [offer, *_] = fill("桂花拿铁", {"优惠": "第二杯半价", **facts}, "moments")[0].split("\n")[1:]

    assert offer == line


@pytest.mark.parametrize(
    ("product", "is_activity"),
    [("旧头盔换新周", True), ("双十一优惠", True), ("纸间书店", False), ("洗剪吹", False)],
)
def test_only_an_activity_is_taken_part_in(product: str, is_activity: bool) -> None:
    titles = fill(product, {"优惠": "第二人半价", "时间": "周二"}, "title")

    assert (f"{product}怎么参加？" in titles) == is_activity


@pytest.mark.parametrize(
    ("channel", "texts"),
    [
        ("title", (
            "旧头盔换新周，12 月 10 日到 12 月 18 日",
            "旧头盔换新周怎么参加？",
            "河西路 8 号骑驿车行，来看看旧头盔换新周",
        )),
        ("poster", (
            "旧头盔换新周 · 12 月 10 日到 12 月 18 日",
            "旧头盔换新周，河西路 8 号骑驿车行",
            "12 月 10 日到 12 月 18 日，来看看旧头盔换新周",
        )),
        ("ad", (
            f"旧头盔换新周，{HELMETS}。",
            f"旧头盔换新周怎么参加？{HELMETS}；地点在河西路 8 号骑驿车行。",
            f"{HELMETS}；地点在河西路 8 号骑驿车行。旧头盔换新周，欢迎来问。",
        )),
        ("broadcast", (
            f"您好，来看看旧头盔换新周吧！{HELMETS}；地点在河西路 8 号骑驿车行。有问题请回复我们。",
            f"您好！向您介绍旧头盔换新周。{HELMETS}；地点在河西路 8 号骑驿车行。",
            f"您好，和您说说旧头盔换新周。{HELMETS}；地点在河西路 8 号骑驿车行。想了解更多请回复。",
        )),
        ("topic", (
            "旧头盔换新周，您打算怎么来？\n· 自己来\n· 陪家人朋友来\n· 还有问题，留言说说",
            "旧头盔换新周，您会约谁一起？\n· 家里人\n· 朋友\n· 自己一个人\n· 别的，留言说说",
            "说到旧头盔换新周，骑车出门，您常走什么路？\n· 市区马路\n· 河边绿道\n· 山路\n"
            "· 别的，留言说说",
        )),
    ],
)  # fmt: skip
def test_each_text_of_an_activity_states_the_offer_where_it_has_room(
    channel: Channel, texts: tuple[str, ...]
) -> None:
    assert fill("旧头盔换新周", EVENT, channel)[:3] == texts


@pytest.mark.parametrize(
    ("channel", "texts"),
    [
        ("moments", (
            "轻屿β钛近视镜架\n价格：598 元\n取货：配好镜片后三天到店取\n"
            "镜腿可以弯到 90 度；鼻托是硅胶的\n想了解更多，欢迎留言。",
            "今天介绍轻屿β钛近视镜架。\n尺寸 52-18-145，重量 9.6 克。\n有问题，欢迎来问。",
        )),
        ("poster", (
            "轻屿β钛近视镜架 · 598 元",
            "轻屿β钛近视镜架，配好镜片后三天到店取",
        )),
        ("ad", (
            "轻屿β钛近视镜架，598 元。",
            "售价 598 元，配好镜片后三天到店取。轻屿β钛近视镜架，欢迎了解。",
        )),
        ("topic", (
            "说到轻屿β钛近视镜架，您什么时候戴眼镜？\n· 开会开车时\n· 上班时\n· 从早戴到晚\n"
            "· 别的，留言说说",
            "聊聊轻屿β钛近视镜架：您的头一副眼镜，是什么时候配的？\n· 小学\n· 中学\n· 上班以后\n"
            "· 别的，留言说说",
        )),
    ],
)  # fmt: skip
def test_sizes_come_last_and_names_that_sort_are_not_printed(
    channel: Channel, texts: tuple[str, ...]
) -> None:
    assert fill("轻屿β钛近视镜架", FRAME, channel)[:2] == texts


@pytest.mark.parametrize(
    ("channel", "texts"),
    [
        ("title", (
            "眠朵冬被，399元", "想了解眠朵冬被？看看质保和价格",
            "适用冬季，室温10至16度｜眠朵冬被",
        )),
        ("ad", (
            f"眠朵冬被，{PILLOWS}。",
            f"{PILLOWS}，售价399元。眠朵冬被，欢迎来问。",
            f"眠朵冬被。{PILLOWS}；售价399元；适用冬季，室温10至16度。",
        )),
        ("broadcast", (
            f"您好，来看看眠朵冬被吧！{PILLOWS}；售价399元；适用冬季，室温10至16度。有问题请回复我们。",
            f"您好！向您介绍眠朵冬被。{PILLOWS}；售价399元；质保三年，塌陷免费换新。",
            f"您好，和您说说眠朵冬被。{PILLOWS}，售价399元，重量6斤。想了解更多请回复。",
        )),
        ("topic", (
            "说到眠朵冬被，您一般几点睡？\n· 十一点前\n· 十二点左右\n· 说不准\n· 别的，留言说说",
        )),
    ],
)  # fmt: skip
def test_goods_with_an_offer_are_no_activity(channel: Channel, texts: tuple[str, ...]) -> None:
    assert fill("眠朵冬被", QUILT, channel)[: len(texts)] == texts


def test_what_is_done_for_an_order_is_no_condition_of_the_offer_and_a_refusal_no_headline() -> None:
    facts = {
        "补线": "本店做的皮具终身免费补线", "养护": "清洁上油 88 元", "五金": "换拉链头 12 元起",
        "时间": "收到后 7 个工作日内修好寄回", "别家皮具": "可以养护，不接维修",
        "优惠": "12 月 1 日至 31 日养护一次 68 元，翻毛皮除外",
    }  # fmt: skip

    posters = fill("皮具养护", facts, "poster")
    digests = fill("皮具养护", facts, "digest")

    assert [text for text in posters if "不接" in text] == []
    assert [text for text in (*posters, *digests) if "（收到后" in text] == []
    assert any("养护一次 68 元，翻毛皮除外" in text for text in digests)


@pytest.mark.parametrize(
    "name", ["除外", "不参加活动", "活动除外商品", "不参加的商品", "例外情况", "不参与活动的款式"]
)
def test_what_an_offer_leaves_out_is_stated_as_left_out(name: str) -> None:
    facts = {
        "价格": "6 寸 168 元", "活动": "8 寸蛋糕立减 30 元", "活动时间": "12 月 10 日至 25 日",
        name: "儿童造型蛋糕", "奶油": "动物奶油",
    }  # fmt: skip

    digests = fill("鲜奶油生日蛋糕", facts, "digest")

    line = "8 寸蛋糕立减 30 元（12 月 10 日至 25 日，儿童造型蛋糕除外）"
    assert [text for text in digests if line not in text] == []


def test_an_offer_that_forbids_something_is_stated() -> None:
    facts = {"重量": "6斤", "活动": "买冬被送枕头", "不适用": "团购券不可叠加"}

    texts = fill("眠朵冬被", facts, "broadcast")

    assert texts[1] == "您好！向您介绍眠朵冬被。买冬被送枕头（团购券不可叠加），重量6斤。"


def test_a_topic_of_a_shop_with_an_offer_asks() -> None:
    facts = {"优惠": "第二本半价", "地址": "文昌路12号", "价格": "20元起"}

    topics = fill("纸间书店", facts, "topic")

    assert [text for text in topics if not text.split("\n")[0].endswith("？")] == []


@pytest.mark.parametrize(
    ("offer", "line"),
    [
        ("第二杯半价（限同款）", "第二杯半价（限同款，12月1日至7日，外卖除外）"),
        ("12月1日至7日第二杯半价", "12月1日至7日第二杯半价（外卖除外）"),
        ("12 月 1 日至 7 日第二杯半价，外卖除外", "12 月 1 日至 7 日第二杯半价，外卖除外"),
    ],
)
def test_conditions_that_an_offer_has_are_not_said_again(offer: str, line: str) -> None:
    facts = {"优惠": offer, "活动时间": "12月1日至7日", "除外": "外卖"}

    text = fill("桂花拿铁", facts, "moments")[0]

    assert text.split("\n")[1] == line


def test_what_adds_to_an_offer_is_stated_after_it_alone() -> None:
    facts = {
        "限时": "本周五至周日第二盆半价", "价格": "一盆 49 元", "会员专享": "会员再减 5 元",
        "适合": "放在窗边",
    }  # fmt: skip

    texts = [text for channel in get_args(Channel) for text in fill("多肉盆栽", facts, channel)]

    assert [text for text in texts if "再减" in text and "第二盆半价" not in text] == []
    assert [text for text in texts if "限时" in text] == []
    assert [text for text in texts if "会员再减 5 元" in text] != []


@pytest.mark.parametrize(
    ("language", "product", "facts", "text"),
    [
        (
            "en",
            "Wool scarf",
            {
                "size": "180 x 30 cm", "price": "EUR 49", "discount": "10% off",
                "discount period": "until 31 December", "excludes": "gift sets",
                "terms": "not combined with vouchers",
            },
            "Hello! Meet our Wool scarf. Discount: 10% off (until 31 December; excludes gift sets;"
            " not combined with vouchers). Price: EUR 49. Please reply with any question.",
        ),
        (
            "ja",
            "紙の道書店",
            {"キャンペーン": "2冊目半額", "キャンペーン期間": "7日まで", "対象外": "限定版"},
            "こんにちは。紙の道書店のご紹介です。キャンペーンは2冊目半額（7日まで、対象外：限定版）です。"
            "ご質問はこのままご返信ください。",
        ),
        (
            "ko",
            "종이길 서점",
            {"이벤트": "두 번째 책 반값", "이벤트 기간": "7일까지", "제외": "한정판"},
            "안녕하세요. 종이길 서점 소개입니다. 이벤트: 두 번째 책 반값 (7일까지; 제외: 한정판)."
            " 궁금한 점은 답장해 주세요.",
        ),
    ],
)  # fmt: skip
def test_an_offer_has_its_conditions_in_other_languages_too(
    language: Language, product: str, facts: dict[str, str], text: str
) -> None:
    rows = [{"name": name, "value": value, "source": "-"} for name, value in facts.items()]
    fields = {"product": product, "language": language, "channel": "broadcast", "facts": rows}
    brief = Brief.model_validate(fields)

    texts = fill_templates(brief)

    assert texts[0] == text
    assert [each for each in texts if review_text(each, brief, RULES).describe()] == []


@pytest.mark.parametrize(
    ("name", "value", "is_stated"),
    [
        ("多买多惠", "买两袋减15元", True),
        ("以旧换新", "旧车最高抵500元", True),
        ("会员日", "每月8日全场9折", True),
        ("学生", "第二份半价", True),
        ("早鸟价", "12月10日前1680元", False),
        ("运费", "满99元减10元", False),
        ("重量", "减重3公斤的铝架", False),
        ("包装", "折叠纸盒", False),
        ("材质", "抵御磨损的帆布", False),
        ("效果", "一个月减3公斤", False),
        ("屏幕", "3折屏", False),
    ],
)
def test_an_offer_is_told_by_its_value_too(name: str, value: str, is_stated: bool) -> None:
    facts = {"口味": "原味", name: value, "活动时间": "12月1日至3日"}

    text = fill("脆片", facts, "broadcast")[0]

    assert (f"{value}（12月1日至3日）" in text) == is_stated
