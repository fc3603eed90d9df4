"""What is said where nothing answers: honest, about what was asked, and with no wrong guess."""

import re
from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting, small_talk, sympathy, unanswered_texts
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Turn
from app.dialogue.understanding import quoting
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.dialogue.wording import answer_texts, kind_texts, slot_texts
from app.inference.ports import Intent, Sentiment
from app.messages.phrases import Phrase, Phrasebook, parse
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

SHOP = Account(name="default", appid="wx1", token="token", brand="半亩灯", verified=True)
NOBODY = replace(SHOP, desk="none")
MONDAY = 1_764_561_600.0  # 2025-12-01 12:00 in China
MONDAY_NIGHT = MONDAY + 11 * 3600


def say(  # noqa: PLR0913
    text: str,
    name: str,
    confidence: float = 0.9,
    account: Account = SHOP,
    now: float = MONDAY,
    phrases: Phrasebook = Phrasebook(),  # noqa: B008 - frozen
    mood: Sentiment = "neutral",
    number: int = 1,
) -> Turn:
    message = factories.make_message(text, received=now, number=number)
    context = prepare_message(
        Context(message=message, account=account, session=Session(), phrases=phrases)
    )
    guess = factories.classify_as_shipped(name, confidence, mood)
    own = replace(guess, intent=replace(guess.intent, replies=context.replies(guess.intent)))
    context = replace(
        context,
        classification_result=own,
        parts=tuple(replace(p, classification_result=own) for p in context.parts),
    )
    return service.complete_turn(context, service.draft_reply(context))


@pytest.mark.parametrize(
    ("text", "name", "confidence"),
    [
        ("你们器械消毒吗", "ask_suitability", 0.24), ("模特穿的是几码", "ask_size", 0.96),
        ("你们有三体吗", "ask_menu", 0.53), ("练车的车是新的吗", "ask_parking", 0.91),
        ("数据会不会丢", "unsubscribe_privacy", 0.68), ("裤子显不显胖", "praise", 0.41),
        ("你们直播几点", "ask_delivery_range", 0.63), ("體檢要帶什麼", "ask_ingredients", 0.28),
    ],
)  # fmt: skip
def test_a_clear_question_reads_what_is_not_known_in_its_own_words(
    text: str, name: str, confidence: float
) -> None:
    turn = say(text, name, confidence)

    assert text.removeprefix("你们").removeprefix("有").removesuffix("吗") in turn.text
    assert "人工" in turn.text
    assert turn.session.pending == ""
    assert [word for word in ("没看懂", "抱歉", "明白您的意思") if word in turn.text] == []


def test_what_is_asked_of_the_brand_is_no_open_talk() -> None:
    turn = say("石榴巷店电话", "out_of_scope", 0.95)

    assert (turn.source, turn.text.startswith("石榴巷店电话我")) == ("knowledge_missing", True)


def test_a_match_of_the_shops_is_no_news() -> None:
    turn = say("你们的比赛什么时候报名", "out_of_scope", 0.95)

    assert turn.source == "knowledge_missing"
    assert f"{SHOP.brand}的事可以直接问我" not in turn.text


@pytest.mark.parametrize(
    ("text", "name", "confidence", "words"),
    [
        ("asdkjhg", "make_booking", 0.3, "没"), ("蓝", "ask_what_color", 0.3, "没"),
        ("三体", "ask_menu", 0.3, "关于「三体」，您想了解哪方面呢"),
        ("帮我看看我的书架", "ask_price", 0.2, "办"),
        ("隔壁桌一直打电话 店员也不管", "greet", 0.29, "看到了"),
    ],
)  # fmt: skip
def test_each_sort_of_message_is_answered_in_its_way(
    text: str, name: str, confidence: float, words: str
) -> None:
    assert words in say(text, name, confidence).text


def test_a_fault_is_apologised_for_and_no_menu_is_offered() -> None:
    turn = say("把我家狗毛剪坏了", "ask_care", 0.26)

    assert turn.text.startswith("真抱歉")


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("订一本店里没有的书", "ask_customization", "定制"),
        ("想订一本英文原版", "ask_customization", "定制"),
        ("我在北京的闺蜜生日，想从你们家给她带一束玫瑰", "ask_gift_advice", "更适合"),
        ("我要一束百合", "ask_recommendation", "参谋"), ("下周是我生日", "state_for_gift", "心意"),
    ],
)  # fmt: skip
def test_who_asks_for_no_choice_and_no_custom_work_is_told_of_none(
    text: str, name: str, wrong: str
) -> None:
    turn = say(text, name)

    assert wrong not in turn.text.replace("您这么用心，这份心意很好。", "")
    assert turn.session.pending == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("能刻字吗", "ask_customization"), ("可以定做一套吗", "ask_customization"),
        ("送女朋友什么好", "ask_gift_advice"), ("帮我挑一款", "ask_recommendation"),
        ("黑的好看还是白的好看", "ask_color_advice"),
    ],
)  # fmt: skip
def test_who_does_is_read_so(text: str, name: str) -> None:
    assert fitting.fits_message(factories.classify_as_shipped(name, 0.9), text)


def test_at_night_a_person_is_offered_for_the_morning() -> None:
    turn = say("你们器械消毒吗", "ask_suitability", 0.24, now=MONDAY_NIGHT)

    assert "先回复「人工」留言，同事明天 09:00 上班后答复您" in turn.text


def test_where_nobody_is_nobody_is_offered() -> None:
    turn = say("你们器械消毒吗", "ask_suitability", 0.24, NOBODY)

    assert "人工" not in turn.text


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("请假条能开吗", "request_absence", "登记"),
        ("请假去外地一个月卡能暂停吗", "request_absence", "登记"),
        ("等了一小时还没轮到", "complain_slow_logistics", "物流"),
        ("店里太吵了没法看书", "complain_angry", "恼火"),
        ("换个教练吧", "change_item_spec", "颜色"),
    ],
)
def test_a_template_of_another_sense_is_not_said_by_who_passes_it_on(
    text: str, name: str, wrong: str
) -> None:
    turn = say(text, name, 0.7 if name == "complain_angry" else 0.94 if "假" in text else 0.6)

    assert turn.hand_over is not None
    assert wrong not in turn.text


def test_a_template_in_its_own_sense_is() -> None:
    turn = say("明天的课想请假", "request_absence", 0.95)

    assert "请假" in turn.text or "来不了" in turn.text


def test_what_the_operator_wrote_for_an_intent_is_said_whatever_is_guessed() -> None:
    own = parse({"intent.ask_parking": ["门口有三十个车位。"]})

    turn = say("练车的车是新的吗", "ask_parking", 0.5, phrases=own)

    assert turn.text == "门口有三十个车位。"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你们医生是哪个学校毕业的", "ask_enrolment"), ("花艺课成年人能学吗", "ask_enrolment"),
        ("师傅技术行不行", "ask_enrolment"), ("东塔店在哪条路上", "ask_physical_store"),
        ("蛋糕多大", "ask_size"), ("怎么安排部位比较合理", "make_booking"),
        ("怎么约课", "make_booking"), ("想培养孩子读书的习惯从哪开始", "ask_enrolment"),
        ("有没有熨斗", "ask_availability"),
    ],
)  # fmt: skip
def test_nothing_of_another_trade_is_asked_for(text: str, name: str) -> None:
    turn = say(text, name)

    assert (turn.session.pending, turn.source) == ("", "knowledge_missing")


@pytest.mark.parametrize(
    ("text", "name", "slot"),
    [
        ("我家孩子想报班", "ask_enrolment", "age"),
        ("送过来运费多少", "ask_shipping_fee", "region"),
        ("我该穿什么码", "ask_size", "size"), ("想约个体验课", "make_booking", "visit"),
        ("推荐一束", "ask_recommendation", "details"),
    ],
)  # fmt: skip
def test_what_the_message_is_about_is_asked_for(text: str, name: str, slot: str) -> None:
    assert say(text, name).session.pending == slot


def test_who_told_what_they_look_for_is_not_asked_for_it() -> None:
    turn = say("第一次见女朋友的爸妈带束什么花比较得体", "ask_gift_advice")

    assert turn.session.pending == ""
    assert "预算" not in turn.text


@pytest.mark.parametrize(
    ("text", "name", "confidence"),
    [
        ("How much is the membership?", "ask_join_membership", 0.79),
        ("I want to return this dress", "express_preference", 0.5),
        ("Can you deliver to Shanghai?", "ask_delivery_range", 0.55),
        ("My dog needs grooming tomorrow", "make_booking", 0.87),
        ("Thanks!", "express_thanks", 0.9),
        ("hello there", "greet", 0.9), ("the waiter was so rude", "complain_angry", 0.95),
        ("recommend me a good book please", "ask_recommendation", 0.9),
        ("tell me a joke", "chitchat", 0.9), ("it arrived broken", "report_product_problem", 0.9),
        ("please transfer me to a human", "transfer_to_person", 0.9),
        ("what is the weather like", "out_of_scope", 0.95),
    ],
)  # fmt: skip
def test_english_is_answered_in_english(text: str, name: str, confidence: float) -> None:
    answer = say(text, name, confidence).text.replace(SHOP.brand, "")

    assert answer.isascii()
    assert answer == answer.strip()


def test_traditional_chinese_is_answered_in_traditional_chinese() -> None:
    turn = say("請問可以刷卡嗎", "ask_wechat_pay", 0.76)

    assert "「可以刷卡嗎」" in turn.text
    assert "回覆「人工」" in turn.text


def test_an_intent_of_the_operators_keeps_its_own_words_in_english_too() -> None:
    own = factories.make_classification(
        Intent("own_topic", "自有", "自有", "reply", ("停车在地下。",))
    )
    message = factories.make_message("where to park", received=MONDAY)
    context = replace(
        prepare_message(Context(message=message, account=SHOP)), classification_result=own
    )

    assert service.complete_turn(context, service.draft_reply(context)).text == "停车在地下。"


def test_the_lists_name_intents_that_are_shipped() -> None:
    knowledge = {each.id for each in factories.SHIPPED.intents if each.action == "knowledge"}

    assert knowledge == fitting.SUBJECTS
    assert set(factories.SHIPPED.by_id) > fitting.GUESSED


PHRASES = [
    unanswered_texts.UNSURE, unanswered_texts.UNSURE_AGAIN, unanswered_texts.UNABLE,
    unanswered_texts.REPORT_NOTED, unanswered_texts.ADVICE, unanswered_texts.ASK_PERSON,
    answer_texts.UNKNOWN_OFFER,
    slot_texts.AGENT_ANSWERS, small_talk.WORDS["advice"],
]  # fmt: skip


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.id)
def test_what_is_said_often_is_short_and_has_many_variants(phrase: Phrase) -> None:
    assert len(set(phrase)) >= 5
    assert max(map(len, phrase)) <= 32


NOT_KNOWN = re.compile(
    "不清楚|没有资料|没有查到|不了解|答不|没有相关|说不好|不太懂|办不|做不|没法|没看懂|没太看懂"
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你们器械消毒吗", "ask_suitability"), ("隔壁桌一直打电话 店员也不管", "greet"),
        ("帮我看看我的书架", "ask_price"),
        ("第一次见女朋友的爸妈带束什么花比较得体", "ask_gift_advice"),
        ("有泳池吗", "out_of_scope"), ("团课早上几点结束", "chitchat"), ("asdkjhg", "make_booking"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", range(7))
def test_each_says_that_it_is_not_known_and_how_a_person_is_reached(
    text: str, name: str, number: int
) -> None:
    answer = say(text, name, 0.95 if name in {"out_of_scope", "chitchat"} else 0.3,
                 number=number).text  # fmt: skip

    assert NOT_KNOWN.search(answer)
    assert "「人工」" in answer
    assert f"{SHOP.brand}的事可以直接问我" not in answer


def again(text: str, before: Session, name: str = "out_of_scope", number: int = 1) -> Turn:
    message = factories.make_message(text, received=MONDAY, number=number)
    context = replace(
        prepare_message(Context(message=message, account=SHOP, session=before)),
        classification_result=factories.classify_as_shipped(name, 0.3),
    )
    return service.complete_turn(context, service.draft_reply(context))


@pytest.mark.parametrize("number", range(6))
def test_what_is_not_known_either_is_said_so(number: int) -> None:
    first = say("你们器械消毒吗", "ask_suitability", 0.3)
    second = again(
        "练车的车是新的吗", first.session.model_copy(update={"unclear": 0}), number=number
    )

    assert re.search("我(?:这边)?也", second.text)


@pytest.mark.parametrize("answer", ["您想问哪一款？告诉我名称，我看看。", "十点开门。"])
def test_either_is_not_said_after_a_question_or_an_answer(answer: str) -> None:
    turns = (SessionTurn(text="你们几点开门", answer=answer),)
    declined = "？" in answer

    turn = again("练车的车是新的吗", Session(turns=turns, declined=declined))

    assert not re.search("我(?:这边)?也", turn.text)


def test_who_names_a_day_at_goodbye_hears_it_again() -> None:
    assert "周末见" in say("那周末见", "say_farewell").text
    assert "见" not in say("拜拜", "say_farewell", number=1).text.replace("再见", "").replace(
        "回头见", ""
    )


@pytest.mark.parametrize("text", ["那季卡呢", "七公里的话"])
def test_a_follow_up_alone_is_not_said_back(text: str) -> None:
    before = Session(
        turns=(SessionTurn(text="停车多少钱", answer="每小时五元。"),), last_question="停车多少钱"
    )
    message = factories.make_message(text, received=MONDAY)  # fmt: skip
    context = prepare_message(Context(message=message, account=SHOP, session=before))
    leans = replace(
        context,
        question=RewrittenQuestion(standalone_question=f"{text}停车多少钱", is_followup=True),
        classification_result=factories.classify_as_shipped("ask_parking", 0.3),
    )

    answer = service.complete_turn(leans, service.draft_reply(leans)).text

    assert (text in answer, quoting.NAMELESS in answer) == (False, True)


def test_who_quarrelled_reads_something_kind_once() -> None:
    first = say("和老婆吵架了，送什么花能哄好她", "ask_gift_advice")
    second = again("那写什么卡片能哄好她呢", first.session, "ask_gift_advice")

    kind = [*sympathy.SENTENCES["making_up"]]
    assert [any(first.text.startswith(text) for text in kind), "人工" in first.text] == [
        True, True,
    ]  # fmt: skip
    assert not any(text in second.text for text in kind)


@pytest.mark.parametrize("text", ["在不在…发了好几条了", "人呢", "有人吗"])
@pytest.mark.parametrize("name", ["urge_shipping", "urge_reply", "greet"])
def test_who_asks_if_anybody_is_there_is_told_so(text: str, name: str) -> None:
    turn = say(text, name)

    assert (turn.hand_over, turn.text in kind_texts.HERE.variants) == (None, True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("周六能订吗", "make_booking"), ("可以约明天下午吗", "make_booking"),
        ("要订一盒书", "make_booking"), ("订的花几点送到", "make_booking"),
        ("能送到万达A座吗", "ask_delivery_range"), ("运费多少，顺丰的", "ask_shipping_fee"),
        ("发哪家快递", "ask_which_courier"), ("可以预约吗", "make_booking"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_asked_for(text: str, name: str) -> None:
    turn = say(text, name)

    assert turn.session.pending == ""
    assert not turn.text.startswith("好的")


@pytest.mark.parametrize(
    "text",
    ["帮我约周六的课", "我要预约", "能帮我约节课吗", "预约一下", "想订个包间", "帮我留张桌子"],
)
def test_who_wants_to_book_now_is_asked_when(text: str) -> None:
    turn = say(text, "make_booking")

    assert turn.session.pending == "visit"
    assert not turn.text.startswith("好的")
