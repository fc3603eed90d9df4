"""What a reply asks for, and how its answer is taken."""

import re
from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.slot_filling import slots, usable_texts
from app.dialogue.slot_filling.extraction import extract_slots
from app.dialogue.slot_filling.slots import Slot, SlotResult
from app.dialogue.turn import Turn
from app.inbox.service import Handoff
from app.inference.ports import Action, Intent
from app.knowledge.values import Evidence
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

INBOX = Account(name="default", appid="wx1", token="token", desk="inbox")
NOBODY = replace(INBOX, desk="none")
WAITING = Handoff(
    conversation="c1", state="waiting", desk="inbox", agent="", delivery="wx1:0", until=1.0,
    revision=1,
)  # fmt: skip


def intent(name: str, action: Action = "knowledge") -> Intent:
    if name in factories.SHIPPED.by_id:
        return factories.get_shipped_intent(name)
    return Intent(name, name, "group", action, ("我查一下。",))


def say(  # noqa: PLR0913
    text: str,
    name: str,
    session: Session = Session(),  # noqa: B008 - frozen
    account: Account = INBOX,
    matched_entry: Evidence | None = None,
    handoff: Handoff | None = None,
    *,
    in_scope: bool = True,
    candidates: tuple[Evidence, ...] | None = None,
) -> Turn:
    message = factories.make_message(text)
    context = prepare_message(
        Context(message=message, account=account, session=session, handoff=handoff)
    )
    classification = factories.make_classification(intent(name), in_scope=in_scope)
    context = replace(
        context,
        classification_result=classification,
        matched_entry=matched_entry,
        candidates=candidates,
    )
    return service.complete_turn(context, service.draft_reply(context))


@pytest.mark.parametrize(
    ("text", "name", "slot"),
    [
        ("运费多少", "ask_shipping_fee", "region"), ("几天能到", "ask_arrival_time", "region"),
        ("我穿多大码", "ask_size", "size"), ("想订位", "make_booking", "visit"),
        ("多少钱", "ask_price", "product"), ("这个怎么洗", "ask_material", "product"),
        ("孩子适合吗", "ask_suitability", "age"),
    ],
)  # fmt: skip
def test_the_intent_decides_what_is_asked_for(text: str, name: str, slot: str) -> None:
    turn = say(text, name)

    assert (turn.source, turn.session.pending, turn.session.waiting) == ("slot", slot, text)


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("晚上十点左右送不送", False), ("今天能送吗", False), ("可以指定时间配送吗", False),
        ("几点能送到", False), ("能送吗", True), ("可以寄吗", True), ("晚上送的话运费多少", True),
        ("今天发货几天能到", True), ("外卖送不送", True),
    ],
)  # fmt: skip
def test_the_place_is_asked_for_only_where_it_decides(text: str, is_asked: bool) -> None:
    assert (say(text, "ask_delivery_range").session.pending == "region") == is_asked


SHIPPING = factories.make_evidence("fee", "邮费多少", "满99元包邮，偏远地区15元。", 0.05)
HOURS = factories.make_evidence("hours", "几点开门", "每天10点。", 0.05)


@pytest.mark.parametrize(
    ("text", "name", "candidates", "slot"),
    [
        ("运费多少", "ask_shipping_fee", (), ""), ("运费多少", "ask_shipping_fee", (HOURS,), ""),
        ("运费多少", "ask_shipping_fee", (HOURS, SHIPPING), "region"),
        ("我穿多大码", "ask_size", (HOURS,), ""), ("多少钱", "ask_price", (), ""),
        ("推荐一束", "ask_recommendation", (), ""), ("孩子想报班", "ask_enrolment", (HOURS,), ""),
        ("想订位", "make_booking", (), "visit"),
    ],
)  # fmt: skip
def test_nothing_is_asked_for_that_nothing_could_use(
    text: str, name: str, candidates: tuple[Evidence, ...], slot: str
) -> None:
    turn = say(text, name, candidates=candidates)

    assert turn.session.pending == slot
    assert slot or not re.search("[？?]|告诉我|说说|我看看", turn.text)


def test_who_waits_for_a_person_may_still_be_asked() -> None:
    assert say("运费多少", "ask_shipping_fee", handoff=WAITING, candidates=()).session.pending


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("寄新疆运费多少", "ask_shipping_fee"), ("真丝衬衫多少钱", "ask_price"),
        ("165 52公斤穿多大码", "ask_size"),
        ("几点关门", "store_and_hours"),
    ],
)  # fmt: skip
def test_what_the_message_says_is_not_asked_for(text: str, name: str) -> None:
    turn = say(text, name)

    assert (turn.source, turn.session.pending) == ("knowledge_missing", "")


def test_nothing_is_asked_for_twice_in_a_row() -> None:
    first = say("运费多少", "ask_shipping_fee")

    second = say("快点说运费多少", "ask_shipping_fee", first.session)

    assert (second.source, second.session.pending) == ("knowledge_missing", "")
    assert "「运费多少」" in second.text


@pytest.mark.parametrize(
    ("question", "name", "answer", "slot", "value", "whole"),
    [
        ("运费多少", "ask_shipping_fee", "新疆", "region", "新疆", "新疆运费多少"),
        ("我穿多大码", "ask_size", "165 52公斤", "size", "身高165厘米、体重52公斤",
         "我穿多大码，165 52公斤"),
        ("想订位", "make_booking", "周六晚上6个人", "visit", "周六晚上、6人",
         "想订位，周六晚上6个人"),
        ("孩子适合什么班", "ask_suitability", "5岁半", "age", "5岁半", "孩子适合什么班，5岁半"),
        ("这个怎么洗", "ask_material", "真丝衬衫", "product", "真丝衬衫", "真丝衬衫怎么洗"),
        ("推荐一款", "ask_recommendation", "送妈妈 200左右", "details", "送妈妈 200左右",
         "推荐一款，送妈妈 200左右"),
    ],
)  # fmt: skip
def test_the_next_message_is_read_as_question_and_answer(
    question: str, name: str, answer: str, slot: Slot, value: str, whole: str
) -> None:
    first = say(question, name)

    slot_result = extract_slots(answer, first.session)

    assert slot_result == SlotResult(
        slots={slot: value}, text=whole, is_resumed=True, filled_slot=slot, question=question
    )


@pytest.mark.parametrize(
    "text",
    [
        "算了不买了",
        "转人工",
        "你们几点关门",
        "谢谢",
        "不知道",
        "我要退货",
        "好的",
        "你是机器人吗",
        "在吗",
    ],
)
def test_what_is_no_answer_stands_for_itself(text: str) -> None:
    for question, name in (("运费多少", "ask_shipping_fee"), ("多少钱", "ask_price")):
        first = say(question, name)

        assert extract_slots(text, first.session).text == text


@pytest.mark.parametrize(
    ("question", "answer", "slot"),
    [
        ("你们几天能到", "成都", "region"),
        ("能帮我约节课吗", "周四七点 就我", "visit"),
        ("老人能不能种牙", "我妈68", "age"),
        ("蛋糕多少钱", "抹茶红豆那款", "product"),
        ("豆子多少钱", "埃塞那个", "product"),
    ],
)
def test_a_value_after_any_answer_belongs_to_the_question_before(
    question: str, answer: str, slot: str
) -> None:
    session = Session(
        last_question=question, question=question, turns=(SessionTurn(text=question, answer="好"),)
    )

    assert extract_slots(answer, session).filled_slot == slot


@pytest.mark.parametrize(
    "text", ["WiFi", "停车场", "地址", "发票", "太贵了", "质量不错", "666", "退货"]
)
def test_a_bare_matter_is_a_question_of_its_own(text: str) -> None:
    session = Session(last_question="大衣多少钱", question="大衣多少钱")

    assert extract_slots(text, session).filled_slot is None


def test_what_was_sent_is_acknowledged_and_never_asked_for_again() -> None:
    first = say("运费多少", "ask_shipping_fee")

    second = say("新疆", "ask_shipping_fee", first.session)

    assert second.text == (
        "好的，新疆，记下了。「运费多少」我还不清楚，回复「人工」，同事按这个答您。"
    )
    assert (second.session.slots, second.session.pending) == ({"region": "新疆"}, "")


def test_the_same_entry_again_books_nothing() -> None:
    entry = factories.make_evidence("x", "怎么订位", "提前一天订位。")
    first = say("想订位", "make_booking")
    before = first.session.model_copy(update={"last_entry_id": "x"})

    booked = say("12月5号 2个人", "make_booking", before, matched_entry=entry)
    without_desk = say("12月5号 2个人", "make_booking", before, NOBODY, entry)

    assert booked.text.startswith("12月5号、2位，先记下")
    assert "回复「人工」，请同事确认。" in booked.text
    assert without_desk.text == "好的，12月5号、2位。提前一天订位。"


@pytest.mark.parametrize(
    ("slot", "value", "words"),
    [
        ("phone", "13312348825", "133****8825"), ("phone", "尾号8825", "尾号8825"),
        ("phone", "057188886666", "057****6666"), ("order", "13312348825", "13312348825"),
        ("visit", "周六、6人", "周六、6位"), ("visit", "周六、2人间", "周六、2人间"),
        ("details", "送妈妈，电话13312348825", "送妈妈，电话133****8825"),
        ("region", "新疆", "新疆"),
    ],
)  # fmt: skip
def test_a_value_is_said_back_with_a_persons_number_hidden(
    slot: Slot, value: str, words: str
) -> None:
    assert slots.format_value(slot, value) == words


def test_with_an_entry_for_question_and_answer_it_is_said() -> None:
    first = say("运费多少", "ask_shipping_fee")
    entry = factories.make_evidence("x", "新疆运费", "新疆每单 20 元。")

    second = say("新疆", "ask_shipping_fee", first.session, matched_entry=entry)

    assert (second.text, second.source) == ("好的，新疆。新疆每单 20 元。", "knowledge")


def test_a_booking_goes_to_a_person_with_what_was_said() -> None:
    first = say("想订位", "make_booking")

    second = say("周六晚上6个人", "make_booking", first.session)

    assert second.text.startswith("好的，周六晚上、6位，先记下，还没有订上。")
    assert "您可以先把订单号" not in second.text
    assert second.hand_over is not None
    assert "到店时间和人数 周六晚上、6人" in second.hand_over.summary


@pytest.mark.parametrize(
    ("text", "account", "handoff", "answer"),
    [
        ("20261125000123", INBOX, None,
         "收到，订单号 20261125000123 已经记下。回复「人工」，同事能直接按它查。"),
        ("yt 7730 1928 4456 0", NOBODY, None,
         "收到，快递单号 YT7730192844560 已经记下。物流的进度可以在快递公司的小程序里按单号查。"),
        ("电话是139 0000 0815", INBOX, WAITING,
         "收到，手机号 139****0815 已经记下。同事接手时能直接看到。"),
        ("订单号 XZ20261103007752 不加热", INBOX, WAITING,
         "收到，订单号 XZ20261103007752 已经记下。同事接手时能直接看到。"),
    ],
)  # fmt: skip
def test_a_number_is_noted_with_what_happens_to_it(
    text: str, account: Account, handoff: Handoff | None, answer: str
) -> None:
    turn = say(text, "out_of_scope", account=account, handoff=handoff, in_scope=False)

    assert (turn.text, turn.source, turn.session.unclear) == (answer, "slot", 0)


def test_who_is_handed_over_with_a_known_number_is_not_asked_for_it() -> None:
    session = say("20261125000123", "out_of_scope", in_scope=False).session

    turn = say("怎么还没发货", "urge_shipping", session)

    assert "订单号 20261125000123 也一并转给同事" in turn.text
    assert "请" not in turn.text
    assert turn.hand_over is not None
    assert "订单号 20261125000123" in turn.hand_over.summary


def test_what_may_still_come_is_waited_for() -> None:
    first = say("运费多少", "ask_shipping_fee")

    second = say("等下我看看地址", "say_wait", first.session)

    assert (second.session.pending, second.session.waiting) == ("region", "运费多少")


def test_no_template_asks_for_a_picture_that_nobody_sees() -> None:
    replies = [
        text
        for each in factories.SHIPPED.intents
        for text in usable_texts.select_usable(each.replies, {}, agent=each.action == "handoff")
        if each.action != "handoff"
    ]

    assert [text for text in replies if "截图" in text or "照片" in text] == []


def test_without_a_base_no_subject_is_left_without_words_or_invites_details() -> None:
    inviting = re.compile("[？?]|告诉我(?!们)|说说|我看看|我对着|帮您参谋")

    for each in factories.SHIPPED.intents:
        replies = usable_texts.without_invitations(each.replies)
        assert [text for text in replies if inviting.search(text)] == []


def test_no_page_is_named_that_the_base_does_not_know() -> None:
    variants = ("请打开订单页看看。", "回复「人工」查询。")
    page = factories.make_evidence("page", "在哪看订单", "打开订单页就能看到。", 0.1)

    assert usable_texts.without_pages(variants, ()) == variants[1:]
    assert usable_texts.without_pages(variants, (page,)) == variants
    assert usable_texts.without_pages(variants[:1], ()) == variants[:1]


def test_no_template_asks_for_a_number_that_is_known() -> None:
    slot_values = {"order": "20261125000123"}

    replies = [
        text
        for each in factories.SHIPPED.intents
        for text in usable_texts.select_usable(each.replies, slot_values, agent=True)
    ]

    assert [text for text in replies if "订单号" in text and "请" in text] == []
    assert all(len(text) > 5 for text in replies)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("周六晚上7点8个人订位", "周六晚上7点、8位"),
        ("两大一小，明天中午十二点，订位", "明天中午十二点、两大一小"),
        ("我和闺蜜两个想约周六下午", "周六下午、2位"),
    ],
)
def test_a_booking_that_says_all_of_it_is_noted_and_passed_on(text: str, words: str) -> None:
    turn = say(text, "make_booking")

    assert turn.text.startswith(f"好的，{words}，先记下，还没有订上。")
    assert (turn.source, turn.session.pending) == ("handoff", "")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("我们8个人想订位", "请问您打算哪天、几点来呢？"), ("想订位，明晚六点", "请问一共几位呢？"),
        ("想订位", "请问您打算哪天、几点来，一共几位呢？"),
    ],
)  # fmt: skip
def test_a_booking_is_asked_for_the_rest_of_it(text: str, reply: str) -> None:
    assert say(text, "make_booking").text == reply


@pytest.mark.parametrize("text", ["周六晚上8个人能订吗", "我订了周六晚上8个人的位子"])
def test_who_asks_whether_or_has_booked_books_nothing(text: str) -> None:
    assert say(text, "make_booking").source != "handoff"
