import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.encoder.adapter import Adapter
from models.encoder.heads import Head, IncompatibleHead
from models.encoder.understanding import MODELS, Understanding, name_sentiment
from models.hub.sources import E5_SMALL
from models.recipes.shipped.agreement import compare_with_transformers

# Loading weights and importing transformers take half a minute on a busy machine.
pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]

TEXTS = [
    "在吗", "你好", "这个多少钱", "什么时候能发货呀", "发什么快递", "我昨天买的怎么还没到",
    "尺码偏大还是偏小", "一米六五穿什么码", "有没有黑色的", "能不能便宜一点，我是老顾客了",
    "我要退货", "退款什么时候到账", "质量太差了，穿一次就破了", "非常满意，还会再来",
    "谢谢啦", "好的", "嗯嗯", "帮我改一下地址", "电话号码写错了", "可以开发票吗",
    "这款支持七天无理由退换吗", "优惠券怎么用不了", "满减活动到几号", "有赠品吗", "包邮吗",
    "人工客服", "你是机器人吗", "你们店在哪里，周日开不开门", "抽奖结果什么时候公布",
    "文章里说的那款面霜叫什么", "怎么取消关注", "想谈个合作", "你们还招人吗",
    "今天北京天气怎么样", "放一首周杰伦的歌", "😀😀", "ok", "iPhone 15 Pro Max 的壳有吗？",
    "快递显示签收了但是我没有收到，打电话给快递员也不接，你们能不能帮我查一下到底怎么回事",
    "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Understanding:
    return Understanding.load()


def test_judges_as_transformers_does(model: Understanding) -> None:
    agreement = compare_with_transformers(model, TEXTS)

    assert agreement["intent_agreement"] == 1
    assert agreement["sentiment_agreement"] == 1
    assert agreement["max_embedding_difference"] < 1e-4


def test_a_judgement_does_not_depend_on_its_neighbours(model: Understanding) -> None:
    tokens = model.tokenize(TEXTS)

    together = model.classify(tokens)
    backwards = model.classify(tokens[::-1])[::-1]
    alone = [model.classify([ids])[0] for ids in tokens]

    for one, *others in zip(alone, together, backwards, strict=True):
        for other in others:
            assert (other.intent, other.sentiment) == (one.intent, one.sentiment)
            assert other.confidence == pytest.approx(one.confidence, abs=1e-4)
            torch.testing.assert_close(other.embedding, one.embedding, atol=1e-4, rtol=0)


def test_nothing_to_judge(model: Understanding) -> None:
    assert model.classify([]) == []


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("你们几点关门", {"store_and_hours"}),
        ("人工客服", {"transfer_to_person"}),
        ("衣服掉色怎么办", {"report_product_problem", "ask_quality"}),
        ("你是机器人吗", {"bot_identity"}),
        ("谢谢啦", {"express_thanks", "thanks_goodbye"}),
        ("什么时候发货", {"ask_ship_time", "urge_shipping"}),
        ("能便宜点吗", {"haggle"}),
        ("我要退货", {"want_return_refund"}),
    ],
)
def test_understands(model: Understanding, text: str, intents: set[str]) -> None:
    [classification] = model.classify(model.tokenize([text]))

    assert classification.intent in intents
    assert classification.in_scope


# Bare openings of followers of shops, restaurants, schools and salons, with the intents that fit.
BASICS = {
    "多少钱呢": "ask_price",
    "啥价钱": "ask_price",
    "一节课多少钱": "ask_price",
    "洗个头多少": "ask_price",
    "便宜点行不": "haggle",
    "有没有折扣": "ask_discount ask_has_promotion",
    "现在有优惠活动吗": "ask_has_promotion ask_discount",
    "有券领吗": "ask_get_coupon",
    "怎么办会员": "ask_join_membership",
    "你们店在哪": "ask_location ask_physical_store",
    "店铺地址发下": "ask_location ask_physical_store",
    "怎么过去呀": "ask_location",
    "坐地铁怎么走": "ask_location",
    "停车方便不": "ask_parking",
    "门口好停车吗": "ask_parking",
    "停车收不收钱": "ask_parking",
    "几点关门啊": "store_and_hours",
    "今天开门吗": "store_and_hours",
    "营业到几点呀": "store_and_hours",
    "周末开不开": "store_and_hours",
    "有WiFi没": "ask_facilities",
    "有包厢吗": "ask_facilities ask_availability",
    "能带狗狗进吗": "ask_facilities",
    "有宝宝椅吗": "ask_facilities",
    "要不要排队": "ask_queue",
    "前面还有多少桌": "ask_queue",
    "现在人多不": "ask_queue",
    "想订个位": "make_booking",
    "能预约吗": "make_booking",
    "怎么预约呢": "make_booking",
    "帮我订间房": "make_booking",
    "预约想改个时间": "change_booking",
    "帮我取消预约": "change_booking",
    "菜单看一下": "ask_menu",
    "有啥招牌菜": "ask_menu ask_recommendation",
    "辣不辣呀": "ask_menu",
    "外卖送不送": "ask_delivery_range",
    "能送到我家吗": "ask_delivery_range",
    "有花生吗里面": "ask_allergens ask_ingredients",
    "不要香菜": "ask_allergens",
    "怎么报名呀": "ask_enrolment",
    "都有啥课": "ask_enrolment",
    "可以先试听不": "ask_trial_lesson",
    "体验课怎么约": "ask_trial_lesson make_booking",
    "今天孩子请假": "request_absence",
    "怎么补课": "request_absence",
    "怎么使用呀": "ask_usage",
    "一天喝几次": "ask_usage",
    "怎么安装呢": "ask_usage",
    "孕妇可以用吗": "ask_suitability",
    "敏感肌能用不": "ask_suitability",
    "几岁能学": "ask_suitability ask_enrolment",
    "保质期多长": "ask_shelf_life",
    "要放冰箱不": "ask_shelf_life",
    "有啥成分": "ask_ingredients",
    "含糖不": "ask_ingredients",
    "能机洗不": "ask_care",
    "怎么保养呀": "ask_care",
    "还有货不": "ask_availability ask_restock",
    "这个还有没": "ask_availability",
    "推荐一下呗": "ask_recommendation",
    "哪个好一点": "ask_which_better",
    "送女朋友啥好": "ask_gift_advice",
    "你们是什么品牌": "ask_brand_story",
    "我的积分有多少": "ask_member_balance",
    "卡里还剩多少": "ask_member_balance",
    "包邮不": "ask_shipping_fee",
    "运费多少呀": "ask_shipping_fee",
    "能退吗这个": "ask_return_policy want_return_refund",
    "可以换不": "ask_return_policy",
    "想退款": "want_return_refund",
    "怎么买呀": "ask_how_to_order",
    "购买链接有吗": "ask_how_to_order",
    "几天能到呀": "ask_arrival_time",
    "啥时候发货": "ask_ship_time urge_shipping",
    "发什么快递呀": "ask_which_courier",
    "我的快递到哪了呀": "ask_logistics_status",
    "能开发票不": "ask_invoice",
    "是正品不": "ask_quality",
    "保修几年呀": "ask_warranty",
}


def test_bare_openings_are_understood(model: Understanding) -> None:
    classifications = model.classify(model.tokenize(list(BASICS)))

    missed = [
        (text, classification.intent)
        for (text, intents), classification in zip(BASICS.items(), classifications, strict=True)
        if classification.intent not in intents.split() or not classification.in_scope
    ]
    assert len(BASICS) == 80
    assert len(missed) <= 4, missed


@pytest.mark.parametrize(
    "text",
    [
        "你家桂花乌龙还有卖的吗",
        "那个小熊蛋糕能做成蓝色的不",
        "上次买的那个面霜怎么用啊",
        "五岁的娃学围棋会不会太早",
        "周日下午两点过去能看到老师吗",
        "你们的狗粮第一次吃要怎么换",
    ],
)
def test_questions_about_goods_and_services_are_no_small_talk(
    model: Understanding, text: str
) -> None:
    [classification] = model.classify(model.tokenize([text]))

    assert classification.intent not in {"chitchat", "out_of_scope"}


@pytest.mark.parametrize("text", ["今天北京天气怎么样", "帮我写个快速排序"])
def test_refuses_what_is_none_of_its_business(model: Understanding, text: str) -> None:
    [classification] = model.classify(model.tokenize([text]))

    assert not classification.in_scope


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("质量很好，非常满意", "positive"),
        ("质量太差了，气死我了", "negative"),
        ("什么时候发货", "neutral"),
    ],
)
def test_hears_the_mood(model: Understanding, text: str, sentiment: str) -> None:
    [classification] = model.classify(model.tokenize([text]))

    assert classification.sentiment == sentiment
    assert 0 <= classification.sentiment_score <= 1


@pytest.mark.parametrize("task", ["intent", "sentiment"])
def test_a_shipped_head_fits_its_base_and_its_adapter_only(tmp_path: Path, task: str) -> None:
    for file in ("head.safetensors", "manifest.json"):
        shutil.copy(MODELS / task / file, tmp_path)
    adapter = Adapter.load(MODELS / "intent" / "adapter.safetensors", E5_SMALL)
    other = replace(E5_SMALL, wheel=replace(E5_SMALL.wheel, sha256="0" * 64))

    assert Head.load(tmp_path, E5_SMALL, adapter).manifest.version.startswith(task)
    with pytest.raises(IncompatibleHead, match="not on multilingual-e5-small 00000000"):
        Head.load(tmp_path, other, adapter)
    for another in (None, replace(adapter, sha256="0" * 64)):
        with pytest.raises(IncompatibleHead, match="over another adapter"):
            Head.load(tmp_path, E5_SMALL, another)


def test_a_score_belongs_to_the_name() -> None:
    assert name_sentiment(0.9, (0.2, 0.8)) == ("positive", 0.9)
    assert name_sentiment(0.125, (0.2, 0.8)) == ("negative", 0.875)
    assert name_sentiment(0.5, (0.2, 0.8)) == ("neutral", 1.0)
