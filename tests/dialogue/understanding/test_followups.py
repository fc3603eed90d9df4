"""Messages that lean on what was asked before."""

from dataclasses import replace

import numpy as np
import pytest

from app.dialogue.answers.choosing import choose_evidence
from app.dialogue.understanding.query_rewriting import followups, search_vectors
from app.dialogue.understanding.query_rewriting.followups import (
    LEANING,
    REMEMBERED,
    STANDING,
    RewrittenQuestion,
)
from app.inference.fakes import INTENTS
from app.inference.ports import Classification, Intent
from app.knowledge.values import Evidence
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

THANKS = Intent("express_thanks", "买家表示感谢", "寒暄", "reply", ("不客气。",))
CHITCHAT = Intent("chitchat", "闲聊", "开放", "generate", ("我在呢。",))
SHIP = factories.make_evidence("ship_fee", "运费", "八元", 0.95)
RETURN = factories.make_evidence("return_fee", "退货运费", "免费")
SURE = 0.35


def make_classification(
    intent: Intent = INTENTS["ask_ship_time"], *values: float
) -> Classification:
    vector = np.array(values or (1.0, 0.0), np.float32)
    return Classification(
        intent=intent,
        confidence=0.9,
        in_scope=True,
        sentiment="neutral",
        sentiment_score=0.8,
        model="fake-1",
        vector=vector,
    )


@pytest.mark.parametrize(
    ("last_question", "message", "whole"),
    [
        ("运费多少", "那退货呢", "退货运费多少"),
        ("运费多少", "那退货呢？？", "退货运费多少"),
        ("羽绒服怎么洗", "毛衣呢", "毛衣怎么洗"),
        ("羽绒服怎么洗", "毛衣也行吗", "毛衣怎么洗"),
        ("杭州的门店几点开门", "上海的呢", "上海的门店几点开门"),
        ("可以寄到北京吗", "那成都呢", "可以寄到成都吗"),
        ("红色的有货吗", "那 XL 码呢", "XL 码的有货吗"),
        ("怎么退货", "运费呢", "退货运费"),
        ("怎么退货", "要多久", "退货要多久"),
        ("怎么退货", "嗯，那地址呢", "退货地址"),
        ("衬衫会掉色吗", "怎么洗", "衬衫怎么洗"),
        ("龙井一斤多少钱", "怎么保存呢", "龙井怎么保存"),
        ("怎么退货", "不是，我说的是换货", "怎么换货"),
        ("怎么退货", "我问的是运费", "退货运费"),
        ("礼品卡怎么买", "这个能退吗", "礼品卡能退吗"),
        ("运动鞋码数准吗", "脏了它能水洗吗", "脏了运动鞋能水洗吗"),
        ("羽绒服怎么洗", "这个呢", "羽绒服怎么洗"),
        ("羽绒服怎么洗", "它多少钱", "羽绒服多少钱"),
        ("三圣桥店几点开门", "周末呢", "三圣桥店周末几点开门"),
        ("想改个地址", "要收费吗", "想改个地址要收费吗"),
        ("年卡多少钱", "那季卡", "季卡多少钱"),
        ("季卡多少钱", "能停吗", "季卡能停吗"),
        ("江湾店怎么走", "停车呢", "江湾店停车"),
        ("减脂营多少钱", "押金呢", "减脂营押金"),
        ("单店年卡多少钱", "两家都能去的那种呢", "两家都能去的年卡多少钱"),
        ("19枝康乃馨多少钱", "母亲节那几天也是这个价吗", "19枝康乃馨母亲节那几天多少钱"),
        ("团课怎么约啊", "满了咋办", "团课满了咋办"),
        ("羽毛球晚上多少一小时", "匹克球呢", "匹克球晚上多少一小时"),
    ],
)
def test_a_message_that_leans_is_read_with_the_last_question_put_back_in(
    last_question: str, message: str, whole: str
) -> None:
    session = Session(last_question=last_question)

    reading = followups.rewrite_question(message, session)

    assert replace(reading, alternatives=()) == RewrittenQuestion(
        standalone_question=whole, previous_question=last_question, weight=LEANING, is_followup=True
    )


@pytest.mark.parametrize(
    "message",
    [
        "怎么注销账号", "那你们周末发货吗", "这个月有活动吗", "发票多久能开好",
        "这个星期门店开门吗", "那什么时候发货呢", "运费多少",
        "好的", "谢谢", "嗯嗯", "那好吧", "那算了", "为什么", "怎么回事", "？", "666", "",
        "我上周买的毛衣起球了，你们说的那个售后电话一直打不通，到底怎么办呢",
        "这个福袋什么时候结束？", "那我先吃着看看吧！", "两件，地址对", "这款帮我寄过去",
    ],
)  # fmt: skip
def test_a_whole_question_and_manners_stay_what_they_are(message: str) -> None:
    session = Session(last_question="羽绒服怎么洗")

    reading = followups.rewrite_question(message, session)

    assert (reading.standalone_question, reading.is_followup) == (message, False)


def test_a_short_question_hears_a_little_of_what_was_asked_before() -> None:
    reading = followups.rewrite_question("门店好停车吗", Session(last_question="门店在哪"))

    assert replace(reading, alternatives=()) == RewrittenQuestion(
        standalone_question="门店好停车吗", previous_question="门店在哪", weight=STANDING
    )


@pytest.mark.parametrize("last_question", ["", "那退货呢"])
def test_without_a_question_before_it_nothing_is_put_in(last_question: str) -> None:
    reading = followups.rewrite_question("那退货呢", Session(last_question=last_question))

    assert reading == RewrittenQuestion(standalone_question="那退货呢")


def test_a_question_with_a_thing_of_its_own_may_be_about_the_last_one_as_well() -> None:
    reading = followups.rewrite_question("白色有货吗", Session(last_question="IH饭煲多少钱"))

    assert [way.standalone_question for way in reading.ways] == ["白色有货吗", "IH饭煲白色有货吗"]
    assert not reading.is_followup


@pytest.mark.parametrize("message", ["它能机洗吗", "这个能机洗吗"])
def test_what_was_named_two_turns_ago_is_what_a_pronoun_means_after_a_branch(message: str) -> None:
    turns = tuple(SessionTurn(text=text, answer="") for text in ("羽绒服多少钱", "江畔店几点开门"))

    reading = followups.rewrite_question(
        message, Session(last_question="江畔店几点开门", turns=turns)
    )

    assert reading.standalone_question == "羽绒服能机洗吗"


def test_what_was_named_two_turns_ago_may_be_meant() -> None:
    turns = tuple(SessionTurn(text=text, answer="") for text in ("龙井多少钱", "能开发票吗"))

    reading = followups.rewrite_question(
        "怎么保存呢", Session(last_question="能开发票吗", turns=turns)
    )

    assert "龙井怎么保存" in [way.standalone_question for way in reading.ways]


def test_a_product_that_was_named_is_what_this_one_means() -> None:
    session = Session(last_question="运费多少", slots={"product": "云雾绿茶"})

    questions = [
        followups.rewrite_question(text, session).standalone_question
        for text in ("这个怎么泡", "这个呢")
    ]

    assert questions == ["云雾绿茶怎么泡", "云雾绿茶运费多少"]


def test_a_blend_is_as_long_as_what_it_is_made_of() -> None:
    reading = RewrittenQuestion(standalone_question="退货", previous_question="运费", weight=1.0)
    before, current = np.array([0.0, 1.0], np.float32), np.array([1.0, 0.0], np.float32)

    vector = search_vectors.blend_vectors(reading, make_classification(), [before, current])

    assert vector == pytest.approx(np.array([0.5**0.5, 0.5**0.5]))


@pytest.mark.parametrize(
    ("of", "leans", "blended"),
    [
        (THANKS, True, False),
        (THANKS, False, False),
        (CHITCHAT, True, True),
        (CHITCHAT, False, False),
    ],
)
def test_manners_and_chat_are_not_mixed_with_what_was_asked(
    of: Intent, leans: bool, blended: bool
) -> None:
    reading = RewrittenQuestion(
        standalone_question="嗯", previous_question="运费", weight=1.0, is_followup=leans
    )
    before, current = np.array([0.0, 1.0]), np.array([1.0, 0.0])

    vector = search_vectors.blend_vectors(reading, make_classification(of), [before, current])

    assert (vector is not current) == blended


@pytest.mark.parametrize(
    ("leans", "message", "chosen"),
    [
        (True, "ship_fee", RETURN),
        (True, "other", SHIP),
        (False, "ship_fee", SHIP),
        (True, None, SHIP),
    ],
)
def test_who_asks_on_is_not_told_the_same_again(
    leans: bool, message: str | None, chosen: Evidence
) -> None:
    reading = RewrittenQuestion(standalone_question="退货运费", is_followup=leans)

    hit = choose_evidence(reading, make_classification(), (SHIP, RETURN), message, SURE)

    assert hit == chosen


def test_unless_nothing_else_is_nearly_as_likely() -> None:
    reading = RewrittenQuestion(standalone_question="退货运费", is_followup=True)
    unlikely = replace(RETURN, probability=0.4)

    choices = [
        choose_evidence(reading, make_classification(), hits, "ship_fee", SURE)
        for hits in ((SHIP, unlikely), (SHIP,))
    ]

    assert choices == [SHIP, SHIP]


def test_a_thank_you_is_answered_by_an_entry_only_where_one_was_written_for_it() -> None:
    reading = RewrittenQuestion(standalone_question="谢谢")
    near, exact = replace(SHIP, probability=0.6), replace(SHIP, probability=0.97)

    choices = [choose_evidence(reading, make_classification(THANKS), (h,), None, SURE)
             for h in (near, exact)]  # fmt: skip

    assert choices == [None, exact]


def test_what_is_not_likely_enough_is_no_answer() -> None:
    reading, unlikely = (
        RewrittenQuestion(standalone_question="运费"),
        replace(SHIP, probability=0.2),
    )

    assert choose_evidence(reading, make_classification(), (unlikely,), None, SURE) is None


def test_without_candidates_there_is_no_answer() -> None:
    assert (
        choose_evidence(
            RewrittenQuestion(standalone_question="运费"), make_classification(), (), None, SURE
        )
        is None
    )


def test_the_whole_question_is_remembered_and_small_talk_is_not() -> None:
    session = Session(last_question="运费多少")
    long = RewrittenQuestion(standalone_question="茶" * 100)

    remembered = [
        followups.question_to_remember(
            followups.rewrite_question("那退货呢", session), session, question=True
        ),
        followups.question_to_remember(
            followups.rewrite_question("谢谢", session), session, question=False
        ),
        followups.question_to_remember(long, session, question=True),
    ]

    assert remembered == ["退货运费多少", "运费多少", "茶" * REMEMBERED]


@pytest.mark.parametrize(
    ("last_question", "text", "alone"),
    [
        ("祁门红茶多少钱", "运费呢", "运费"),
        ("龙井茶多少钱一斤", "邮费呢", "邮费"),
        ("怎么去你们店", "停车呢", "停车"),
        ("龙井多少钱", "保质期呢", "保质期"),
        ("年卡多少钱", "月卡呢", None),
        ("想改个地址", "收费吗", None),
        ("年卡能转给朋友吗", "要收钱吗", None),
        ("红玫瑰多少钱", "33枝的呢", None),
    ],
)
def test_a_matter_is_read_by_itself_as_well(
    last_question: str, text: str, alone: str | None
) -> None:
    reading = followups.rewrite_question(text, Session(last_question=last_question))

    assert [each.standalone_question for each in reading.alternatives] == ([alone] if alone else [])
