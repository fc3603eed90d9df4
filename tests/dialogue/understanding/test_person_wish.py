"""Which words call a person: as followers type them, and as products are named."""

import httpx
import pytest

from app.dialogue.understanding.person_wish import (
    Wish,
    asks_after_person,
    commands_person,
    read_wish,
)
from app.dialogue.wording import answer_texts
from app.simulator.phones.phone import Phone
from tests.service import Service, client

ASKS = """
转人工 人工 人工客服 我要人工 找人工 人工人工 能不能换真人 人工！ 轉人工 轉人工客服 转人公
人　工 转*人工 「人工」 转人工服务 真人客服 叫个真人来 人工呢 人工在吗 有人工吗 有人工客服吗
人工客服电话 怎么转人工 怎么联系人工 能转人工吗 要不要转人工 要不转人工吧 为什么不转人工
怎么还不转人工 为什么一直不转人工 不转人工我就投诉 再不转人工我退货了 你们不转人工吗
不要机器人，我要人工 别机器人了转人工 你不是人工吧，我要人工 转人工，人工费太贵了
人工费怎么退，转人工 不要人工智能，我要真人 取消订单，转人工 不用你，转人工 我要投诉转人工
转人工1 转人工🙏 转人工死活转不了 有没有活人
"""
LOST = """
人工死哪去了 人工都去哪了 人工跑哪去了 人工去哪了 人工怎么没反应 人工不回消息 人工一直不回
人工睡着了吗 人工失踪了 人工死了吗 人工半天没动静 人工还没来 人工下线了吗
"""
NO_CALL = """
人工死皮去除 人工去角质多少钱 人工还要多少钱 人工都要多少钱 人工不便宜 人工跑步机 人工死海浴盐
"""
HOURS = """
人工客服几点上班 人工服务时间 客服几点下班 人工周末在吗 周末有人工吗 晚上有没有人工 客服上班时间
人工客服上班了吗 人工几点到几点 什么时候有人工 几点有客服
"""
PART = """
人工费 安装要人工费吗 人工费怎么收 转人工费 要人工费吗 人工服务费多少 有人工草坪卖吗
人工草坪多少钱一平 是人工养殖的吗 人工智能 不要人工智能 人工降雨 人工湖边的房子
人工做的还是机器做的 是人工做的吗 纯人工 纯人工做的吗 全人工 加工人工多少钱 人工降价吗
人工多少钱 人工包邮吗 不含人工吗 包人工吗 安装人工另算吗 人工钻石 人工泪液有货吗 人工审核要多久
人工充值吗 工人工资 本人工作忙 私人公司 无人工厂 真人发丝吗 真人秀同款 活人感 别人工资
人工怎么收 不用人工费吧
"""
REFUSED = """
别转人工 不用人工 不要人工客服 先别转人工 不要转人工 不用转人工 不需要人工 无需人工 别给我转人工
不想找人工 不是要人工 先不转人工 暂时不用人工 不找人工了 取消转人工 我不要人工客服，你回答就行
别老转人工 不要动不动就转人工 不用麻烦人工客服 先别急着转人工 別轉人工 唔使人工 請勿轉接真人
别叫客服 別轉人工，多久發貨
能不能不要转人工 可不可以不转人工 可以不转人工吗 能否不要转人工客服 能不能别转人工
"""
UNNAMED = "手工做的吗 多久发货 rengong 不要机器人 不需要了 找客服"


def listed(wish: Wish, texts: str) -> list[tuple[str, Wish]]:
    return [(text, wish) for text in texts.replace("\n", " ").split(" ") if text]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        *listed("asks", ASKS),
        *listed("asks", LOST),
        *listed("part", PART),
        *listed("part", NO_CALL),
        *listed("hours", HOURS),
        *listed("asks", "转人工，几点上班 人工客服在吗 人工几点能回我 人工什么时候来"),
        *listed("unnamed", "门店几点上班 客服在吗 你们几点上班 几点开门"),
        *listed("refused", REFUSED),
        *listed("unnamed", UNNAMED),
    ],
)
def test_words_ask_for_a_person_refuse_one_or_only_look_like_it(text: str, wish: Wish) -> None:
    assert read_wish(text) == wish


INQUIRIES = """
人呢 还没人吗 人工死哪去了 有人吗 在吗 怎么没人理我 还要等多久 转人工 第二次转人工 排到我了吗
前面还有几个人 ？？？ 喂 你好，人呢 客服呢 怎么还不来 等了半天了 催一下 快点啊 等了20分钟了还没人
hello 多久能有人回我 有人在吗 没人吗 人工人工 我要人工啊 还有人吗 人都去哪了 在不在啊 回复我一下
怎么不说话 人呢？半天没人理我 怎么还没人回我 還沒人嗎
"""
OTHERS = """
多久能到 什么时候发货 还没发货 要等位吗 有货吗 还没到 什么时候来货 好的 谢谢 等一下 好久 。。。
订单号是20261129001 几点关门 人工费多少 别转人工 人均多少 有人吃过吗 多久能退款 还有小份吗
"""


@pytest.mark.parametrize(
    ("text", "after_person"),
    [(text, True) for text in INQUIRIES.split()] + [(text, False) for text in OTHERS.split()],
)
def test_who_waits_for_a_person_may_ask_what_has_become_of_that(
    text: str, after_person: bool
) -> None:
    assert asks_after_person(text) == after_person


@pytest.mark.parametrize(
    ("text", "is_command"),
    [
        ("人工", True),
        ("人工人工", True),
        ("人工！", True),
        ("轉人工", True),
        ("转人公", True),
        ("请帮我转一下人工客服，谢谢", True),
        ("人工费", False),
        ("不转人工", False),
        ("", False),
    ],
)
def test_a_bare_command_works_whatever_the_model_thinks(text: str, is_command: bool) -> None:
    assert commands_person(text) is is_command


def test_a_long_message_is_read_at_once() -> None:
    assert read_wish("不要再给我转人工费" * 200) == "part"


ENTRIES = [
    {"question": "安装要人工费吗", "variants": ["人工费怎么收"], "answer": "免人工费。"},
    {"question": "有人工草坪卖吗", "answer": "有三款。"},
    {"question": "人工客服几点上班", "answer": "早上九点。"},
]


async def preview(http: httpx.AsyncClient, text: str) -> tuple[str, str]:
    """Source and text of the reply. The classifier of tests takes all with 人工 for a wish."""
    body = {"openid": "oMei", "text": text}
    reply = (await http.post("/api/v1/replies", json=body)).json()
    return reply["source"], reply["reply"]


async def test_an_entry_of_the_same_words_wins_over_a_person(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await http.post("/api/v1/knowledge/entries", json={"entries": ENTRIES})
        replies = [
            await preview(http, text)
            for text in ("安装要人工费吗", "人工费怎么收？", "有人工草坪卖吗！", "人工客服几点上班")
        ]
        still = [(await preview(http, text))[0] for text in ("转人工", "人工", "找人工")]

    assert replies == [
        ("knowledge", "免人工费。"),
        ("knowledge", "免人工费。"),
        ("knowledge", "有三款。"),
        ("knowledge", "早上九点。"),
    ]
    assert still == ["handoff"] * 3


async def test_who_refuses_a_person_gets_none_however_often(huiyin: Service) -> None:
    async with client(huiyin) as http, huiyin.wechat() as wechat:
        fan = Phone(wechat, "oFan")
        replies = [await preview(http, text) for text in ("别转人工", "不用人工")]
        sources = [(await preview(http, text))[0] for text in ("纯人工做的吗", "人工降价吗")]
        for text in ("别转人工", "先别转人工", "不要人工客服"):
            await fan.say(text)
        conversations = (await http.get("/api/v1/conversations")).json()["conversations"]

    assert replies == [("template", answer_texts.NO_PERSON.first)] * 2
    assert "handoff" not in sources
    assert conversations == []
