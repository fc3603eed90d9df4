"""One turn, without anything around it."""

import zlib
from dataclasses import replace
from typing import Any

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context, readable_text
from app.dialogue.fallbacks.apology_texts import APOLOGIES, Harm
from app.dialogue.handoff import hours
from app.dialogue.handoff.rules import HandoffRules
from app.dialogue.orders.orders import LookUpOrder
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import DescribeWait, Draft, Turn
from app.dialogue.wording import handover_texts, kind_texts
from app.inbox.service import Handoff, QueuePosition
from app.inference.fakes import INTENTS
from app.inference.ports import Classification, ClassificationFailed
from app.jobs import MessageJob, MessageKind
from app.knowledge.values import Evidence
from app.messages import texts
from app.messages.phrases import as_shipped, choose
from app.messages.values import Message, Text, TransferToAgent
from app.rules import rulebook
from app.rules.rulebook import EMPTY
from app.sessions.store import TURNS_KEPT, Session, SessionTurn
from tests.dialogue import factories

ACCOUNT = Account(name="default", appid="wx1", token="token", desk="none")


def talk(text: str = "", kind: MessageKind = "text", id_: str = "wx1:1") -> MessageJob:
    return MessageJob(id=id_, account="default", openid="mei", kind=kind, text=text, received=0.0)


def answer(
    message: MessageJob,
    account: Account,
    session: Session,
    classification: Classification | ClassificationFailed | None,
    matched_entry: Evidence | None = None,
    **changed: Any,
) -> Turn:
    """The turn of a message that the model understood so; no work has to be done for it."""
    context = prepare_message(
        Context(
            message=message, account=account, session=session, rulebook=changed.pop("rules", EMPTY)
        )
    )
    context = replace(
        context, classification_result=classification, matched_entry=matched_entry, **changed
    )
    return service.complete_turn(context, service.draft_reply(context))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (talk(" 发货 \n"), "发货"),
        (talk("发货", "voice"), "发货"),
        (talk("  "), ""),
        (talk("北京市", "location"), ""),
        (talk("summer", "subscribe"), ""),
    ],
)
def test_the_model_reads_what_was_written_or_spoken(message: MessageJob, text: str) -> None:

    read = readable_text(message)

    assert read == text


def test_a_turn_is_answered_and_remembered() -> None:
    judgement = factories.make_classification("ask_ship_time", sentiment="positive")

    turn = answer(talk("发货"), ACCOUNT, Session(unclear=1), judgement)

    assert turn == Turn(
        answer=Text(content="回音请您留下订单号。"),
        source="knowledge_missing",
        session=Session(
            turns=(SessionTurn(text="发货", answer="回音请您留下订单号。"),),
            intent="ask_ship_time",
            mood="positive",
            last_question="发货",
            question="发货",
            declined=True,
        ),
        classification=judgement,
    )


def test_an_entry_of_the_knowledge_base_is_said_as_it_was_written_and_cited() -> None:
    matched_entry = factories.make_evidence("ship", "多久发货", "付款后 48 小时内发货。{brand}")

    turn = answer(
        talk("发货"),
        ACCOUNT,
        Session(unclear=1),
        factories.make_classification("ask_ship_time"),
        matched_entry,
    )

    assert (turn.text, turn.source, turn.citations) == (matched_entry.text, "knowledge", ("ship",))
    assert turn.session.turns == (SessionTurn(text="发货", answer=matched_entry.answer),)
    assert turn.session.unclear == 0


def test_who_waits_reads_that_first() -> None:
    judgement = factories.make_classification("ask_ship_time", sentiment="negative")

    turn = answer(talk("还不发货"), ACCOUNT, Session(), judgement)

    assert turn.text == "让您久等了。回音请您留下订单号。"


def test_two_unclear_questions_are_asked_back_and_handed_over_and_keep_the_intent() -> None:
    unsure, session = (
        factories.make_classification("greet", in_scope=False),
        Session(intent="ask_ship_time"),
    )

    first = answer(talk("?"), ACCOUNT, session, unsure)
    second = answer(talk("??"), ACCOUNT, first.session, unsure)

    assert [(t.source, t.session.unclear, t.session.intent) for t in (first, second)] == [
        ("ask_back", 1, "ask_ship_time"),
        ("offer_person", 2, "ask_ship_time"),
    ]


def test_a_clear_question_forgets_the_unclear_ones() -> None:
    session = Session(unclear=2)

    turn = answer(talk("发货"), ACCOUNT, session, factories.make_classification("ask_ship_time"))

    assert turn.session.unclear == 0


def test_two_greetings_in_a_row_are_answered_in_different_words() -> None:
    greeting = factories.make_classification("greet")

    first = answer(talk("好"), ACCOUNT, Session(), greeting)
    second = answer(talk("好"), ACCOUNT, first.session, greeting)

    assert {first.text, second.text} == {"您好，回音为您服务。", "您好呀。"}


def test_every_delivery_of_a_message_gets_the_same_words() -> None:
    greeting = factories.make_classification("greet")

    answers = {answer(talk("好"), ACCOUNT, Session(), greeting).answer for _ in range(5)}

    assert len(answers) == 1


def test_only_the_last_turns_are_kept() -> None:
    session = Session()

    for number in range(TURNS_KEPT + 3):
        message = talk(f"发货{number}")
        session = answer(
            message, ACCOUNT, session, factories.make_classification("ask_ship_time")
        ).session

    assert [turn.text for turn in session.turns] == [f"发货{n}" for n in range(3, TURNS_KEPT + 3)]


@pytest.mark.parametrize("kind", list(kind_texts.KINDS))
def test_a_message_without_text_gets_its_kinds_words_and_changes_nothing(kind: MessageKind) -> None:
    session = Session(intent="greet", unclear=1)

    turn = answer(talk("", kind), ACCOUNT, session, None)

    words = as_shipped(kind_texts.KINDS[kind], brand="回音", hours=ACCOUNT.service_hours)
    assert turn == Turn(answer=Text(content=words), source="kind", session=session)


def test_blanks_are_asked_what_they_mean() -> None:
    session = Session()

    turn = answer(talk("   "), ACCOUNT, session, None)

    assert turn == Turn(answer=Text(content=kind_texts.EMPTY.first), source="kind", session=session)


def test_a_text_the_model_fails_on_gets_an_apology_and_changes_nothing() -> None:
    session = Session(intent="greet")

    turn = answer(talk("毒"), ACCOUNT, session, ClassificationFailed("毒"))

    assert turn == Turn(answer=Text(content=texts.FAILED.first), source="failure", session=session)


# --- What the account's rules say ---------------------------------------------------------------

RULES = rulebook.read_rulebook({
    "keywords": [
        {"name": "coupon", "match": "exact", "words": ["优惠券"], "reply": "回复「领取」。{brand}"},
        {"name": "boss", "words": ["老板"], "to_person": True},
    ],
    "menu": [{"key": "ship", "ask": "什么时候发货"}],
    "hours": {"weekly": {"mon": ["09:00-18:00"]}, "away": "我们{opens}回来。"},
})  # fmt: skip
MONDAY_NOON = 1_764_561_600.0  # 2025-12-01 12:00 in China


def test_a_keyword_is_answered_by_its_rule_without_the_model() -> None:
    turn = answer(talk("优惠券"), ACCOUNT, Session(), None, rules=RULES)

    assert (turn.text, turn.source, turn.citations) == ("回复「领取」。回音", "rule", ("coupon",))


def test_what_nothing_answers_gets_the_operators_own_words_where_there_are_some() -> None:
    own = rulebook.read_rulebook({"unmatched": "{brand}没听懂，回复「菜单」看看。"})

    turn = answer(
        talk("?"),
        ACCOUNT,
        Session(),
        factories.make_classification("greet", in_scope=False),
        rules=own,
    )

    assert (turn.text, turn.source) == ("回音没听懂，回复「菜单」看看。", "ask_back")


def test_out_of_hours_it_is_said_once_a_session_in_front_of_the_answer() -> None:
    closed = rulebook.read_rulebook(
        {"hours": {"weekly": {"mon": ["09:00-18:00"]}, "outside": "现在休息。"}}
    )

    first = answer(
        talk("发货"),
        ACCOUNT,
        Session(),
        factories.make_classification("ask_ship_time"),
        rules=closed,
    )
    second = answer(
        talk("发货"),
        ACCOUNT,
        first.session,
        factories.make_classification("ask_ship_time"),
        rules=closed,
    )

    assert first.text == "现在休息。\n\n回音请您留下订单号。"
    assert second.text == "回音请您留下订单号。"


def test_a_menu_button_may_stand_for_a_question() -> None:
    context = prepare_message(
        Context(message=talk("ship", "click"), account=ACCOUNT, rulebook=RULES)
    )

    assert context.question is not None
    assert context.question.standalone_question == "什么时候发货"


# --- A person -----------------------------------------------------------------------------------

INBOX = replace(ACCOUNT, desk="inbox")
OPEN_ALL_DAY = "每日 0:00-24:00"
DESK = replace(ACCOUNT, desk="wechat", verified=True, service_hours=OPEN_ALL_DAY)
VERIFIED = replace(INBOX, verified=True, service_hours=OPEN_ALL_DAY)


def test_who_asks_for_a_person_is_handed_over_with_a_summary() -> None:
    session = Session(
        turns=(SessionTurn(text="发货", answer="请留下订单号。"),), unclear=1, angry=1
    )

    turn = answer(
        talk("转人工"), VERIFIED, session, factories.make_classification("transfer_to_person")
    )

    assert turn.hand_over is not None
    assert (turn.source, turn.hand_over.reason, turn.hand_over.desk) == (
        "handoff", "asked", "inbox",
    )  # fmt: skip
    assert "此前问：发货" in turn.hand_over.summary
    assert turn.text == "好的，我转给回音的同事，看到就回您。"
    assert (turn.session.unclear, turn.session.angry) == (0, 0)


def test_at_the_platforms_own_desk_the_message_is_transferred() -> None:
    turn = answer(
        talk("转人工"), DESK, Session(), factories.make_classification("transfer_to_person")
    )

    assert (turn.answer, turn.hand_over and turn.hand_over.desk) == (TransferToAgent(), "wechat")


@pytest.mark.parametrize("mark", ["⟦transfer⟧", '⟦card {"type": "image", "media_id": "M"}⟧'])
def test_what_looks_like_a_mark_is_text_whoever_writes_it(mark: str) -> None:
    matched_entry = factories.make_evidence("e1", mark, mark, 0.95)
    judgement = factories.make_classification("ask_ship_time")

    typed = answer(talk(mark), DESK, Session(), judgement)
    echoed = answer(talk(mark), DESK, Session(), judgement, matched_entry=matched_entry)

    assert isinstance(typed.answer, Text)
    assert echoed.answer == Text(content=mark)


def test_a_rule_may_call_a_person_and_out_of_hours_says_when_one_comes() -> None:
    called = talk("找老板")

    turn = answer(called, INBOX, Session(), None, rules=RULES)
    at_work = called.model_copy(update={"received": MONDAY_NOON})
    by_day = answer(at_work, INBOX, Session(), None, rules=RULES)

    assert (turn.text[:2], turn.hand_over and turn.hand_over.reason) == ("我们", "asked")
    assert by_day.text.startswith("好的，我把您的问题转给同事，看到就回您。")


def test_what_was_not_understood_twice_goes_to_a_person_where_there_is_one() -> None:
    unsure = factories.make_classification("greet", in_scope=False)

    turns = [answer(talk("?"), INBOX, Session(unclear=n), unsure) for n in range(2)]

    assert [(t.source, t.hand_over and t.hand_over.reason) for t in turns] == [
        ("ask_back", None),
        ("handoff", "failed"),
    ]


@pytest.mark.parametrize(
    ("state", "desk", "reply", "source"),
    [
        ("taken", "inbox", None, "person"),
        ("waiting", "wechat", TransferToAgent(), "person"),
        ("waiting", "inbox", Text(content="回音请您留下订单号。"), "knowledge_missing"),
    ],
)
def test_while_a_person_has_it_the_bot_is_silent(
    state: Any, desk: Any, reply: Message | None, source: str
) -> None:
    hold = Handoff(
        conversation="c1", state=state, desk=desk, agent="", delivery="wx1:0", until=1.0, revision=1
    )

    turn = answer(
        talk("发货"), INBOX, Session(), factories.make_classification("ask_ship_time"), handoff=hold
    )

    assert (turn.answer, turn.source, turn.hand_over) == (reply, source, None)


HOLD = Handoff(
    conversation="c1", state="waiting", desk="inbox", agent="", delivery="wx1:0", until=1.0,
    revision=1,
)  # fmt: skip


@pytest.mark.parametrize("text", ["人呢", "还没人吗", "转人工", "？？", "你好，还要等多久"])
def test_who_waits_and_asks_after_it_is_told_how_it_stands(text: str) -> None:
    wish = factories.make_classification("transfer_to_person", sentiment="negative")

    draft = service.draft_reply(
        replace(
            prepare_message(Context(message=talk(text), account=VERIFIED)),
            handoff=HOLD,
            classification_result=wish,
        )
    )

    assert draft == Draft(text="", source="person", pending_action=DescribeWait(HOLD))


@pytest.mark.parametrize("text", ["人呢", "转人工"])
def test_at_wechats_desk_it_is_the_desk_that_hears_it(text: str) -> None:
    hold = HOLD.model_copy(update={"desk": "wechat"})

    draft = service.draft_reply(
        replace(prepare_message(Context(message=talk(text), account=DESK)), handoff=hold)
    )

    assert draft == Draft(text="", source="person", message=TransferToAgent())


def test_the_state_of_a_request_ends_with_when_a_person_replies() -> None:
    open_, away = (
        Context(message=talk("人呢"), account=VERIFIED),
        Context(message=talk("人呢"), account=INBOX),
    )

    words = [
        hours.describe_waiting(open_, QueuePosition(-60.0, 1)),
        hours.describe_waiting(replace(open_, handoff_rules=HandoffRules(minutes=3)), None),
        hours.describe_waiting(away, QueuePosition(-60.0, 1)),
    ]

    assert words == [
        "您的问题已经转给同事，还没有人接起，已经等了 1 分钟。前面还有 1 位在等。同事看到就回您。",
        "您的问题已经转给同事，还没有人接起。同事一般 3 分钟内回复您。",
        "您的问题已经记下。现在不在服务时间，同事今天 09:00 上班后回您。"
        + handover_texts.RIDES.first,
    ]


def apology(kind: Harm) -> str:
    """Of the variants the one that is said to the message `wx1:1`."""
    return choose(APOLOGIES[kind].variants, zlib.crc32(b"wx1:1"))


BROKEN = factories.make_classification(
    replace(
        INTENTS["transfer_to_person"],
        id="report_product_problem",
        title="买家反馈收到的商品有问题",
        replies=("请先保留商品，我把您的问题转给同事。",),
    ),
    sentiment="negative",
    sentiment_score=0.95,
)
ENTRY = factories.make_evidence("e1", "茶具碎了赔吗", "签收时破损，拍照后我们重发一套。", 0.97)


def test_an_intents_own_words_stand_before_when_a_person_replies() -> None:
    turn = answer(talk("茶具碎了赔吗"), VERIFIED, Session(), BROKEN)

    assert (turn.text, turn.hand_over and turn.hand_over.reason) == (
        "请先保留商品，我把您的问题转给同事，看到就回您。", "policy",
    )  # fmt: skip


def test_who_reports_a_fault_reads_an_apology_first() -> None:
    turn = answer(talk("收到的茶具碎了"), VERIFIED, Session(), BROKEN)

    assert turn.text == (f"{apology('goods')}请先保留商品，我把您的问题转给同事，看到就回您。")


def test_an_entry_that_surely_answers_is_said_and_a_person_offered_beside_it() -> None:
    with_desk = answer(talk("茶具碎了赔吗"), VERIFIED, Session(), BROKEN, ENTRY)
    without_desk = answer(talk("茶具碎了赔吗"), ACCOUNT, Session(), BROKEN, ENTRY)
    not_asked_for = answer(talk("茶具碎了赔吗，别转人工"), VERIFIED, Session(), BROKEN, ENTRY,
                           wish="refused")  # fmt: skip

    assert [each.hand_over for each in (with_desk, without_desk, not_asked_for)] == [None] * 3
    assert [each.text for each in (with_desk, without_desk, not_asked_for)] == [
        f"{ENTRY.answer}\n\n{handover_texts.OR_A_PERSON.first}",
        ENTRY.answer,
        ENTRY.answer,
    ]


def test_what_has_happened_is_answered_and_a_person_called_as_well() -> None:
    turn = answer(talk("收到的茶具碎了"), VERIFIED, Session(), BROKEN, ENTRY)

    assert (turn.hand_over and turn.hand_over.reason, turn.text) == (
        "policy",
        f"{apology('goods')}{ENTRY.answer}\n\n这件事也会转给同事，看到就回您。",
    )


def test_an_angry_follower_hears_what_is_known_and_gets_a_person() -> None:
    furious = replace(BROKEN, sentiment_score=0.99)

    turn = answer(talk("茶具又碎了，骗子"), VERIFIED, Session(), furious, ENTRY)

    assert turn.text == (f"{apology('anger')}{ENTRY.text}\n\n这件事也会转给同事，看到就回您。")
    assert turn.hand_over is not None


def test_where_nobody_answers_nobody_is_promised() -> None:
    turn = answer(talk("茶具碎了赔吗"), ACCOUNT, Session(), BROKEN)

    assert (turn.text, turn.hand_over) == (handover_texts.NO_DESK.first, None)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (VERIFIED, "人工客服的服务时间：每日 0:00-24:00。现在就可以联系，回复「人工」即可。"),
        (INBOX, "人工客服的服务时间：每日 9:00–21:00。现在不在服务时间，"
                "您可以先回复「人工」留言，同事今天 09:00 上班后处理。"),
        (ACCOUNT, "人工客服的服务时间：每日 9:00–21:00。"),
        (replace(INBOX, service_hours="白天"), "人工客服的服务时间：白天。"),
    ],
)  # fmt: skip
def test_who_asks_when_people_are_there_reads_it_without_an_apology(
    account: Account, words: str
) -> None:
    cross = factories.make_classification("ask_ship_time", sentiment="negative")

    turn = answer(talk("人工客服几点上班"), account, Session(), cross, wish="hours")

    assert (turn.text, turn.hand_over) == (words, None)


# --- Over several turns -------------------------------------------------------------------------


def test_the_conversation_begins_anew_when_it_is_asked_to() -> None:
    session = Session(
        turns=(SessionTurn(text="发货", answer="好"),), slots={"order": "20261125001"}
    )

    turn = answer(talk("重新开始"), ACCOUNT, session, factories.make_classification("greet"))

    assert turn == Turn(
        answer=Text(content=kind_texts.FORGOTTEN.first), source="anew", session=Session()
    )


SHOP = replace(ACCOUNT, order_webhook="https://shop.example/order", webhook_secret="s" * 16)


def test_an_order_number_is_asked_for_and_then_looked_up() -> None:
    where = replace(
        factories.make_classification("ask_ship_time"),
        intent=replace(INTENTS["ask_ship_time"], id="urge_shipping"),
    )

    first = answer(talk("怎么还不发货"), SHOP, Session(), where)
    context = prepare_message(
        Context(message=talk("2026112500012345"), account=SHOP, session=first.session)
    )
    second = service.draft_reply(replace(context, classification_result=where))

    assert (first.source, first.session.waiting) == ("slot", "怎么还不发货")
    assert second == Draft(text="", source="order", pending_action=LookUpOrder("2026112500012345"))
