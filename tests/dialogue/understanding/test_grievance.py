"""What is a complaint: where something went wrong, not where a question sounds negative."""

from dataclasses import replace

import pytest

from app.dialogue.understanding.complaints import grievance
from app.dialogue.understanding.complaints.repairs import asks_to_mend
from app.inference.ports import Classification, Sentiment
from tests.dialogue import factories

NEUTRAL = """
嘴里长了溃疡疼得受不了给开药吗 学生背的布书包脏得不行 笔记本太慢想重装 买的用过的机子修了找谁
过节送领导有像样点的包装没 包间最低消费 人工客服几点上班 转人工 茶具碎了赔吗 碎了怎么赔
坏了怎么办 会掉色吗 这款会不会起球 不满意能退吗 这个茶苦不苦 最少点几个菜 不要香菜
能不能不要辣 没有发票吗 没有小份的吗 要等很久吗 没有停车位怎么办 不辣的菜有哪些
迟到了还能进吗 有没有差评 差评多吗 两款有什么不一样 尺码对不对 老婆生气了送什么花好
怀孕恶心能吃吗 你们卖垃圾袋吗 优惠券过期了能补吗 有点贵 不想要了 不喜欢这个颜色
收到坏的可以换吗如果真有 没发货能退款吗 是不是假货 不会是骗子吧 万一发错了怎么办
要是摔坏了能修吗 发货会不会太慢 破洞牛仔裤有吗 臭豆腐多少钱 洗的时候会缩水吗
孩子坐不住能学吗 超过七天还能退吗 断货了吗 会员卡丢了怎么补 没收到货能退吗 多久发货
什么时候能到 等3天能到吗 这个用不了微信支付吗 一个人不能点吗 最低多少起送 不锈钢的吗
不含酒精的有吗 这个破壁机多少钱 敏感肌会刺痛吗 不给退的商品有哪些 差不多能穿吗 差价怎么补
防骗指南在哪看 有瑕疵的能便宜吗 爸媽的金婚照多少錢 他妈已经订好了别家的
我把保持器弄丢了，重新弄一副什么价 家里烤箱坏了，你们修吗 不好意思刚才发错了
老照片破了能修复么 我们人还没来齐先进去坐可以吗 买的卡一直没时间去 小号的一直没货，啥时来
买回去用多少日子之内坏了算你们的 朋友送我的炸锅坏了给保不
"""
WRONG = """
收到的茶具碎了 杯子碎了 收到的杯子碎了怎么办 你们发错货了 等了三天还不发货 怎么还没发货
什么破东西 气死我了 垃圾商家 骗子 服务态度太差了 一直没人回我 衣服掉色严重 洗了一次就起球了
收到是坏的 少发了一件 快递到现在都没到 吃了你们的饭拉肚子 说好的赠品没有 客服不理人 我要投诉
退款怎么还没到 太让人失望了 这质量也太差了吧 味道跟以前不一样了 菜里有头发 上错菜了
等了半天了 打开是空盒 跟图片完全不一样 多收了我二十 東西壞了 再不发货我死给你看，气死了
买的手机壳裂了能换吗 你们的快递把行李丢了 链接打不开 预约不上 给我个说法 你们算错了吧
蛋糕送到都化了 杯子，碎了，赔吗 说好三点送到，等了两个小时了 再也不来了 买回来就是坏的
花都烂了 你们老师一直不回消息 扣了两次钱 房间的床单是脏的 隔壁半夜蹦迪，一宿没睡
收到的是别人用过的 剪个指甲什么手艺啊
"""


def make_classification(
    id_: str = "ask_price",
    mood: Sentiment = "negative",
    score: float = 0.95,
    *,
    in_scope: bool = True,
) -> Classification:
    intent = factories.make_intent(id_)
    return factories.make_classification(
        intent, in_scope=in_scope, sentiment=mood, sentiment_score=score
    )


@pytest.mark.parametrize("text", NEUTRAL.split())
def test_a_question_is_no_complaint_however_negative_it_sounds(text: str) -> None:
    assert not grievance.voices_complaint(text, make_classification())


@pytest.mark.parametrize("text", WRONG.split())
def test_who_reports_that_something_went_wrong_complains(text: str) -> None:
    assert grievance.voices_complaint(text, make_classification(mood="neutral"))


@pytest.mark.parametrize(
    ("text", "judgement", "due"),
    [
        (
            "你们怎么做事的",
            make_classification("complain_angry"),
            False,
        ),  # asks, as far as words tell
        ("就这样吧", make_classification("complain_angry"), True),
        ("就这样吧", make_classification("complain_angry", score=0.7), False),
        ("就这样吧", make_classification("complain_angry", in_scope=False), False),
        ("就这样吧", make_classification("ask_price"), False),
        ("上次发错了，处理得很快，赞", make_classification(mood="positive"), False),
        ("真行，骗子", make_classification(mood="positive"), True),
        ("", make_classification(), False),
    ],
)
def test_the_intent_and_a_good_mood_count_too(
    text: str, judgement: Classification, due: bool
) -> None:
    assert grievance.voices_complaint(text, judgement) == due


@pytest.mark.parametrize(
    ("text", "angry"),
    [
        ("气死我了", True),
        ("垃 圾 商 家", True),
        ("騙子", True),
        ("我要投诉你们", True),
        ("给你们差评", True),
        ("收到的茶具碎了", False),
        ("包间最低消费", False),
        ("会不会上当", False),
        ("", False),
    ],
)
def test_anger_is_told_from_a_report(text: str, angry: bool) -> None:
    assert grievance.is_angry(text) == angry


@pytest.mark.parametrize(
    "text",
    [
        "书脱胶了粘一下多少", "书脊开胶掉页子了，你家给粘不，多少钱啊", "书皮破了修一下怎么收费",
        "我的老书散架了，重新装订多少钱", "手表镜面碎了换多少", "金手链断了 焊一下什么价",
        "皮鞋裂了一道，能补吗", "白鞋都发黄了，想救一救", "突然黑屏再也开不了 修板子最多花几百",
    ],
)  # fmt: skip
def test_who_wants_a_worn_thing_mended_complains_of_nothing(text: str) -> None:
    weak = replace(make_classification("report_product_problem"), confidence=0.9)

    assert asks_to_mend(text)
    assert not grievance.voices_complaint(text, weak)
    assert not grievance.is_complaint(text, weak)
    assert not grievance.has_suffered(text, weak)


@pytest.mark.parametrize(
    "text",
    ["收到的杯子碎了怎么办", "杯子，碎了，赔吗", "刚收到的花烂了你们管不管",
     "漏发了一件，补发要多久", "买的手机壳裂了能换吗", "才用两天就坏了，能保修吗",
     "宿舍空调坏了，能来修吗", "手环坏了想换一个"],
)  # fmt: skip
def test_what_came_broken_is_no_repair(text: str) -> None:
    assert not asks_to_mend(text)


@pytest.mark.parametrize(
    ("text", "confidence", "mood", "complains"),
    [
        ("每天背着鞋和护具太沉，想放你们那儿不带走", 0.5, "negative", False),
        ("办了卡跳操还要另外给钱不嘛", 0.5, "negative", False),
        ("包间最低消费", 0.5, "neutral", False),
        ("店里太吵了", 0.5, "neutral", False),
        ("店里太吵了", 0.5, "negative", True),
        ("拔牙后喝酒", 0.42, "negative", False),
        ("厕所太脏了", 0.69, "negative", True),
        ("你们也太慢了吧等了俩小时", 0.53, "neutral", True),
        ("收到的杯子碎了", 0.4, "neutral", True),
        ("气死我了，想退钱", 0.4, "neutral", True),
        ("练把脚崴了医药费管不管", 0.41, "neutral", True),
        ("你们教练太推销了", 0.8, "neutral", True),
    ],
)
def test_a_weak_complaint_needs_words_or_a_tone_that_wants_nothing(
    text: str, confidence: float, mood: Sentiment, complains: bool
) -> None:
    weak = replace(make_classification("complain_angry", mood, 0.96), confidence=confidence)

    assert grievance.is_complaint(text, weak) == complains


@pytest.mark.parametrize(
    ("text", "intent", "suffered"),
    [
        ("收到的茶具碎了", "report_product_problem", True),
        ("刚收到的花烂了你们管不管", "report_product_problem", True),
        ("书角压坏了想换", "change_booking", True),
        ("送来的是别人的", "wrong_item_sent", True),
        ("在你们这练伤了谁负责", "ask_warranty", True),
        ("茶具碎了赔吗", "report_product_problem", False),
        ("怎么还没发货", "urge_shipping", False),
        ("年卡能先停着吗", "request_absence", False),
    ],
)
def test_what_has_happened_to_the_follower_is_told_from_rules(
    text: str, intent: str, suffered: bool
) -> None:
    assert grievance.has_suffered(text, make_classification(intent)) == suffered
