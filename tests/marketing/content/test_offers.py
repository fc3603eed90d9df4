"""Texts of activities state what is offered; names that only sort facts aren't printed."""

import pytest

from app.marketing.content.brief import Brief, Channel
from app.marketing.content.templates import fill_templates

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


@pytest.mark.parametrize(
    ("channel", "texts"),
    [
        ("title", (
            "旧头盔换新周，交一顶旧头盔，买新头盔减 60 元",
            "旧头盔换新周怎么参加？交一顶旧头盔，买新头盔减 60 元",
            "交一顶旧头盔，买新头盔减 60 元，来看看旧头盔换新周",
        )),
        ("poster", (
            "旧头盔换新周 · 交一顶旧头盔，买新头盔减 60 元",
            "旧头盔换新周来了，交一顶旧头盔，买新头盔减 60 元",
            "旧头盔换新周：交一顶旧头盔，买新头盔减 60 元；名额：每天 20 顶",
        )),
        ("ad", (
            "旧头盔换新周，交一顶旧头盔，买新头盔减 60 元。",
            "旧头盔换新周怎么参加？交一顶旧头盔，买新头盔减 60 元；时间 12 月 10 日到"
            " 12 月 18 日。",
            "交一顶旧头盔，买新头盔减 60 元；名额：每天 20 顶。旧头盔换新周，欢迎来问。",
        )),
        ("broadcast", (
            "您好，来看看旧头盔换新周吧！交一顶旧头盔，买新头盔减 60 元；时间 12 月 10 日到"
            " 12 月 18 日；名额：每天 20 顶；儿童头盔除外。有问题请回复我们。",
            "您好！向您介绍旧头盔换新周。交一顶旧头盔，买新头盔减 60 元；时间 12 月 10 日到"
            " 12 月 18 日；儿童头盔除外。",
            "您好，和您说说旧头盔换新周。交一顶旧头盔，买新头盔减 60 元；时间 12 月 10 日到"
            " 12 月 18 日；儿童头盔除外。想了解更多请回复。",
        )),
        ("topic", (
            "旧头盔换新周，您打算怎么来？\n· 自己来\n· 陪家人朋友来\n· 还有问题，留言说说",
            "旧头盔换新周，您会约谁一起？\n· 家里人\n· 朋友\n· 自己一个人\n· 别的，留言说说",
        )),
    ],
)  # fmt: skip
def test_each_text_of_an_activity_states_the_offer(
    channel: Channel, texts: tuple[str, ...]
) -> None:
    assert fill("旧头盔换新周", EVENT, channel)[:3] == texts


@pytest.mark.parametrize(
    ("channel", "texts"),
    [
        ("moments", (
            "轻屿β钛近视镜架\n重量：9.6 克\n价格：598 元\n取货：配好镜片后三天到店取\n"
            "想了解更多，欢迎留言。",
            "今天介绍轻屿β钛近视镜架。\n镜腿可以弯到 90 度；鼻托是硅胶的；尺寸 52-18-145。\n"
            "有问题，欢迎来问。",
        )),
        ("ad", (
            "轻屿β钛近视镜架，价格 598 元。",
            "价格 598 元，重量 9.6 克。轻屿β钛近视镜架，欢迎了解。",
        )),
        ("topic", (
            "说到轻屿β钛近视镜架，要是您来挑，最在意什么？\n· 轻不轻\n· 价钱合不合适\n· 快不快\n"
            "· 别的，留言说说",
            "聊聊轻屿β钛近视镜架：做决定之前，您习惯先做什么？\n· 问问身边的朋友\n·"
            " 自己多比较比较\n· 先来看看，再慢慢想\n· 别的，留言说说",
        )),
    ],
)  # fmt: skip
def test_what_the_name_says_is_left_out_and_names_that_sort_are_not_printed(
    channel: Channel, texts: tuple[str, ...]
) -> None:
    assert fill("轻屿β钛近视镜架", FRAME, channel)[:2] == texts


@pytest.mark.parametrize(
    ("channel", "texts"),
    [
        ("title", (
            "眠朵冬被，买冬被送同款枕头一对",
            "买冬被送同款枕头一对，来看看眠朵冬被",
            "眠朵冬被来了：买冬被送同款枕头一对",
        )),
        ("ad", (
            "眠朵冬被，买冬被送同款枕头一对。",
            "买冬被送同款枕头一对，价格 399元。眠朵冬被，欢迎来问。",
            "眠朵冬被。买冬被送同款枕头一对，活动时间 11 月 1 日到 11 日，直播间特价款不参加。",
        )),
        ("broadcast", (
            "您好，来看看眠朵冬被吧！买冬被送同款枕头一对，活动时间 11 月 1 日到 11 日，"
            "价格 399元，直播间特价款不参加。有问题请回复我们。",
            "您好！向您介绍眠朵冬被。买冬被送同款枕头一对，活动时间 11 月 1 日到 11 日，"
            "直播间特价款不参加。",
            "您好，和您说说眠朵冬被。买冬被送同款枕头一对，活动时间 11 月 1 日到 11 日，"
            "直播间特价款不参加。想了解更多请回复。",
        )),
        ("topic", (
            "说到眠朵冬被，要是您来挑，最在意什么？\n· 价钱合不合适\n· 轻不轻\n· 别的，留言说说",
        )),
    ],
)  # fmt: skip
def test_goods_with_an_offer_are_no_activity(channel: Channel, texts: tuple[str, ...]) -> None:
    assert fill("眠朵冬被", QUILT, channel)[: len(texts)] == texts


def test_goods_without_a_price_are_goods_by_their_properties() -> None:
    facts = {"重量": "6斤", "活动": "买冬被送枕头", "不适用": "团购券不可叠加"}

    texts = fill("眠朵冬被", facts, "broadcast")

    assert texts[1] == "您好！向您介绍眠朵冬被。买冬被送枕头，重量 6斤，团购券不可叠加。"
    assert "怎么参加" not in "".join(fill("眠朵冬被", facts, "title"))
