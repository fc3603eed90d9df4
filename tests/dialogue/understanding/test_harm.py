"""What went wrong, and whether it is ours."""

from dataclasses import replace

import pytest

from app.dialogue.fallbacks.apology_texts import Harm
from app.dialogue.understanding.complaints import harm
from tests.dialogue import factories

CROSS = factories.make_classification(
    factories.make_intent("ask_price"),
    sentiment="negative",
    sentiment_score=0.95,
)
EXAMPLES = {
    "goods": """
        收到的茶具碎了 买的手机壳裂了能换吗 收到是坏的 蛋糕送到都化了 花送来全烂了 花都烂了
        面包发霉了 菜里有头发 洗了一次就起球了 昨天收到的，杯子碎了 收到的時候盒子都壓扁了
        羊肉串没熟
    """,
    "other": """
        你们发错货了 少发了一件 多收了我二十 打开是空盒 说好的赠品没有 上错菜了 衣服给我洗坏了
        把我家狗毛剪坏了 你们把我家地板弄坏了 狗被你们剪伤了 你们的快递把行李丢了
        吃了你们的饭拉肚子
    """,
    "waiting": """
        怎么还没发货 还没发货 等了三天还不发货 退款怎么还没到 没人理我 我们的菜还没来 没收到货
        等了半天了 还没收到我的快递
    """,
    "anger": "气死我了 什么破东西 服务态度太差了 我要投诉 骗子 太让人失望了",
    "trouble": "链接打不开 预约不上 小程序付款失败",
    "injury": """
        在你们店里滑倒摔伤了 练车的时候撞到头了 上课扭到腰了 刚才夹到手了
        摔了一跤，今天去不了了
    """,
    "injury_of_other": "孩子在你们那儿把头磕破了 我妈在店里滑倒了",
}  # fmt: skip
NOT_OURS = """
    我的书散架了能修吗 书脊裂了想补一下 书被孩子撕破了 我把杯子打碎了 家里的花瓶碎了
    地址写错了，帮我改一下 寄错地址了麻烦改一下 地址填错了，还没发货能改吗 还没发货能退吗
    换个地址 我养的花烂根了 手机打不开了 网上买的花瓶碎了你们能修吗 医生说我牙坏了
    牙齿裂了能补吗 我还没到店，晚点行吗 我还没寄 不对 颜色不对 膝盖受伤能练吗 以前摔伤过腰
    杯子摔破了 老照片发霉了能修复吗 会不会碎 万一发错了怎么办 包间最低消费 能带狗吗
"""


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in EXAMPLES.items() for text in texts.split()]
)
def test_what_is_ours_is_found_by_its_kind(text: str, kind: Harm) -> None:
    assert harm.find_harm(text, replace(CROSS, sentiment="neutral")) == kind


@pytest.mark.parametrize("text", NOT_OURS.split())
def test_what_is_not_ours_is_no_harm(text: str) -> None:
    assert harm.find_harm(text, CROSS) is None


@pytest.mark.parametrize(
    ("name", "score", "kind"),
    [
        ("complain_angry", 0.95, "anger"), ("urge_shipping", 0.95, "waiting"),
        ("complain_angry", 0.7, None), ("wrong_address_shipped", 0.95, None),
    ],
)  # fmt: skip
def test_where_words_tell_nothing_a_sure_complaint_does(
    name: str, score: float, kind: Harm | None
) -> None:
    classification = replace(CROSS, intent=replace(CROSS.intent, id=name), sentiment_score=score)

    assert harm.find_harm("就这样吧", classification) == kind


def test_who_is_content_gets_no_apology() -> None:
    assert (
        harm.find_harm("上次发错了，处理得很快，赞", replace(CROSS, sentiment="positive")) is None
    )
