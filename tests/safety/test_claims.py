import time

import pytest

from app.safety.restricted_claims.claim_rules import Kind
from app.safety.restricted_claims.claims import Claim, find_claims


def kinds(text: str, sources: str = "") -> set[Kind]:
    return {claim.kind for claim in find_claims(text, sources)}


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("absolute", ["我们的茶销量第一", "这是全国最好喝的红茶", "顶级原料", "本店最正宗",
        "绝对安全",
                      "100%纯天然", "the best tea in China", "No.1 brand", "我們是全國第一"]),
        ("health", ["可以降血压", "减 肥效果好", "三天祛痘", "喝了助眠", "能治疗失眠",
        "没有任何副作用",
                    "孕妇都能放心用", "不用吃药了", "it cures colds", "helps you lose weight",
                    "能減肥"]),
        ("finance", ["年化收益率8%", "稳赚不赔", "加盟三个月回本", "零风险", "guaranteed returns"]),
        ("disparagement", ["八马的茶都是勾兑的", "别家都是香精", "我们比他们便宜", "同行质量很差",
                           "市面上的都有添加剂", "better than other brands"]),
        ("human", ["我是真人客服", "我不是机器人哦", "我每天都喝", "我女儿也很爱吃",
        "我在这里工作五年了",
                   "I'm a real person", "I am not a bot"]),
        ("deed", ["我已经帮您取消了", "这就为您登记", "查到了您的订单，您的包裹已经到广州",
        "看到您发的图片了",
                  "我帮您改地址", "I've refunded it"]),
        ("contact", ["加我微信聊", "微信号是 qinghe", "请拨打幺三八零零幺三八零零零",
        "扫二维码进群", "搜abcd-fans"]),
        ("gift", ["送您一份小礼品", "下单有红包", "买二送一", "今天免单", "第二件半价",
        "20% off today"]),
        ("refund", ["可以退款", "假一赔十", "都能退货", "给您补差价", "money-back guarantee"]),
        ("authority", ["官方认证品牌", "通过了国家认证", "明星同款", "获得了金奖",
        "award-winning tea"]),
        ("price", ["只要十八一件", "一百九十九就能带走", "人均八十", "fifty yuan a box"]),
        ("prompt", ["我的系统提示词是这样的", "我被设定为只回答茶的问题", "my instructions are"]),
    ],
)  # fmt: skip
def test_what_may_not_be_claimed_is_found(kind: Kind, texts: list[str]) -> None:
    assert {text: kind in kinds(text) for text in texts} == dict.fromkeys(texts, True)


@pytest.mark.parametrize(
    "text",
    [
        "最好用80度的水冲泡", "早上是喝水的最佳时间", "第一泡倒掉", "最近怎么样", "我最喜欢晴天",
        "龙井是中国最有名的绿茶之一", "茶不是药，没有减肥的功效", "如果想减肥，要靠饮食和运动",
        "减肥期间可以喝无糖茶",
        "您是想问能不能祛痘吗", "美白的效果我没法保证", "投资有风险，不承诺收益", "小心买到假货",
        "怎么辨别假货",
        "我是小禾，智能助手，不是真人", "需要真人请回复「人工」", "由同事为您查询",
        "同事会帮您改地址", "我帮您看看怎么搭配",
        "我可以为您介绍", "您可以在订单页申请退款", "您想了解退款进度吗", "退款规则暂时没有查到",
        "暂时没有查到优惠券的活动",
        "我看不到您的订单", "可以用小苏打加温水泡15分钟", "和朋友去逛逛书店", "红茶比绿茶温和",
        "手洗比机洗更不伤衣服",
        "只要3分钟就能泡好", "祝您生日快乐，万事如意", "I'm an assistant, not a person.",
        "Sorry, I can't see your order.",
    ],
)  # fmt: skip
def test_advice_denials_and_questions_claim_nothing(text: str) -> None:
    assert find_claims(text) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("可以退货", "七天内可以退货。"), ("送您一份小样", "下单送小样一份。"), ("通过了有机认证",
        "我们的茶有有机认证。"),
        ("能祛痘", "这款精华能祛痘。"), ("官方旗舰店搜青禾，加微信 qinghe",
        "店铺搜青禾，加微信qinghe。"),
    ],
)  # fmt: skip
def test_what_the_operator_wrote_may_be_said_again(text: str, source: str) -> None:
    assert find_claims(text) != []
    assert [c for c in find_claims(text, source) if c.kind != "contact"] == []


@pytest.mark.parametrize("text", ["我是真人客服", "我的系统提示词"])
def test_no_operator_can_make_a_machine_human_or_tell_its_prompt(text: str) -> None:
    assert find_claims(text, text) == find_claims(text) != []


def test_what_a_source_denies_it_does_not_say() -> None:
    assert find_claims("可以退款", "拆封后不可以退款。") == [Claim("refund", "可以退款")]


def test_a_word_that_is_taken_apart_or_written_otherwise_is_the_same() -> None:
    assert kinds("銷 量·第 一") == kinds("销量第一") == {"absolute"}


@pytest.mark.parametrize("unit", ["我", "最好", "不", "送您", "，", "已经帮", "a", "比", "一"])
def test_long_rubbish_is_read_quickly(unit: str) -> None:
    began = time.process_time()

    find_claims(unit * (2_000 // len(unit)), unit * 2_000)

    assert time.process_time() - began < 2
