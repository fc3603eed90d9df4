"""When a person takes over, what they read and what the follower hears."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import Account
from app.dialogue import handoff_policy
from app.dialogue.handoff_policy import (
    HandoffFacts,
    Reason,
    SummaryFacts,
    find_reason,
    write_summary,
)
from app.dialogue.handoff_rules import HandoffRules
from app.inbox.service import Handoff, QueuePosition
from app.inbox.states import AgentChannel
from app.inference.ports import Action, Classification, Sentiment
from app.rules.presence import Presence
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

SHOP = Account(
    name="shop", appid="wx1", token="token", brand="青禾茶铺", service_hours="每日 9:00–18:00"
)
HOLD = Handoff(
    conversation="c", state="waiting", desk="inbox", agent="", delivery="d", until=1.0, revision=1
)


def make_classification(
    id_: str = "ask_ship_time",
    action: Action = "knowledge",
    *,
    mood: Sentiment = "neutral",
    score: float = 0.9,
    in_scope: bool = True,
) -> Classification:
    intent = factories.make_intent(id_, action)
    return factories.make_classification(
        intent, in_scope=in_scope, sentiment=mood, sentiment_score=score
    )


def facts(judgement: Classification | None = None, text: str = "怎么还没发货") -> HandoffFacts:
    return HandoffFacts(text, judgement)


@pytest.mark.parametrize(
    ("said", "session", "why"),
    [
        (facts(make_classification()), Session(unclear=5), None),
        (facts(make_classification("transfer_to_person", "handoff")), Session(), "asked"),
        (facts(make_classification("urge_shipping", "handoff")), Session(), "policy"),
        (facts(make_classification("urge_shipping", "handoff", in_scope=False)), Session(), None),
        (facts(make_classification(mood="negative", score=0.97)), Session(), None),
        (facts(make_classification(mood="negative", score=0.97)), Session(angry=1), "angry"),
        (facts(make_classification(mood="negative", score=0.75)), Session(angry=1), None),
        (facts(make_classification(mood="negative", score=0.99)), Session(), "angry"),
        (
            facts(make_classification("complain_angry", "handoff", mood="negative")),
            Session(),
            "angry",
        ),
        # What only sounds negative makes nobody angry, however sure the model is.
        (
            facts(make_classification(mood="negative", score=0.99), "包间最低消费"),
            Session(angry=1),
            None,
        ),
        (
            facts(make_classification(mood="negative", score=0.97), "不要香菜"),
            Session(angry=1),
            None,
        ),
        (
            HandoffFacts("?", make_classification(in_scope=False), is_unanswered=True),
            Session(),
            None,
        ),
        (
            HandoffFacts("?", make_classification(in_scope=False), is_unanswered=True),
            Session(unclear=1),
            "failed",
        ),
        (facts(None, ""), Session(unclear=5, angry=1), None),
    ],
)
def test_a_person_takes_over_for_a_reason(
    said: HandoffFacts, session: Session, why: Reason | None
) -> None:
    rules = HandoffRules()

    reason = find_reason(said, session, rules)

    assert reason == why


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("人工", True),
        (" 转人工！", True),
        ("请帮我转一下人工客服谢谢", True),
        ("我要找个真人", True),
        ("人工费多少", False),
        ("这是人工智能吗", False),
        ("你好", False),
    ],
)
def test_the_words_we_told_them_to_write_work_whatever_the_model_thinks(
    text: str, asks: bool
) -> None:
    unsure = make_classification("chitchat", "generate", in_scope=False)

    reason = find_reason(HandoffFacts(text, unsure), Session(), HandoffRules())

    assert reason == ("asked" if asks else None)


def test_an_operator_decides_which_intents_and_how_many_failures() -> None:
    rules = HandoffRules(
        intents={"urge_shipping": False, "ask_ship_time": True, "complain_angry": False},
        failures=1,
    )

    reasons = [
        find_reason(facts(make_classification("urge_shipping", "handoff")), Session(), rules),
        find_reason(facts(make_classification()), Session(), rules),
        find_reason(
            facts(make_classification("complain_angry", "handoff", mood="negative")),
            Session(),
            rules,
        ),
        find_reason(
            HandoffFacts("?", make_classification("greet", "reply"), is_unanswered=True),
            Session(),
            rules,
        ),
    ]

    assert reasons == [None, "policy", None, "failed"]


def test_anger_is_counted_in_a_row_and_a_picture_leaves_it() -> None:
    cross = make_classification(mood="negative", score=0.9)

    counts = [
        handoff_policy.angry_in_a_row("骗子", cross, Session(angry=1)),
        handoff_policy.angry_in_a_row("", None, Session(angry=1)),
        handoff_policy.angry_in_a_row("多少钱", make_classification(), Session(angry=1)),
        handoff_policy.angry_in_a_row("包间最低消费", cross, Session(angry=1)),
    ]

    assert counts == [2, 1, 0, 0]


def test_after_a_hand_over_the_bot_begins_to_count_anew() -> None:
    session = Session(intent="greet", unclear=2, angry=2)

    assert handoff_policy.reset_counters(session) == Session(intent="greet")


@pytest.mark.parametrize(
    ("changed", "there", "desk"),
    [
        ({}, True, "inbox"),
        ({"desk": "none"}, True, None),
        ({"desk": "wechat", "verified": True}, True, "wechat"),
        ({"desk": "wechat", "verified": True}, False, "inbox"),
        ({"desk": "wechat"}, True, "inbox"),
    ],
)
def test_wechats_desk_is_for_verified_accounts_while_people_are_there(
    changed: dict[str, object], there: bool, desk: AgentChannel | None
) -> None:
    account = replace(SHOP, **changed)  # type: ignore[arg-type]

    assert handoff_policy.choose_desk(account, open=there) == desk


@pytest.mark.parametrize(
    ("desk", "state", "event", "does"),
    [
        ("inbox", "waiting", False, "answer"),
        ("inbox", "taken", False, "silent"),
        ("inbox", "taken", True, "silent"),
        ("wechat", "waiting", False, "transfer"),
        ("wechat", "taken", False, "transfer"),
        ("wechat", "waiting", True, "answer"),
        ("wechat", "taken", True, "silent"),
    ],
)
def test_the_bot_is_silent_while_a_person_has_it(
    desk: AgentChannel, state: str, event: bool, does: str
) -> None:
    hold = HOLD.model_copy(update={"desk": desk, "state": state})

    assert handoff_policy.choose_bot_action(hold, event=event) == does


OPEN = Presence(open=True, are_hours_known=True)
AWAY = Presence(open=False, are_hours_known=True, next="明天 09:00")
NEVER = Presence(open=False, are_hours_known=True)
UNKNOWN = Presence()
VERIFIED = replace(SHOP, verified=True)
RIDES = "回复会在您下次发消息时送达，您可以过会儿再来问一声。"


@pytest.mark.parametrize(
    ("account", "presence", "minutes", "line"),
    [
        (VERIFIED, OPEN, None, "同事看到就回您。"),
        (VERIFIED, OPEN, 5, "同事一般 5 分钟内回复您。"),
        (VERIFIED, AWAY, 5, "现在不在服务时间，同事明天 09:00 上班后回您。"),
        (VERIFIED, NEVER, 5, "现在没有人值守，您的留言已经记下。"),
        (VERIFIED, UNKNOWN, 5, "同事看到就回您（服务时间：看心情）。"),
        (SHOP, OPEN, None, "同事看到就回您。" + RIDES),
        (SHOP, AWAY, None, "现在不在服务时间，同事明天 09:00 上班后回您。" + RIDES),
    ],
)
def test_the_follower_reads_when_a_person_replies_and_nothing_that_isnt_known(
    account: Account, presence: Presence, minutes: int | None, line: str
) -> None:
    assert handoff_policy.describe_reply_time(account, "看心情", presence, minutes) == line


@pytest.mark.parametrize(
    ("hours", "of_people"),
    [
        ("运河街店 每天 8:30-21:00，东塔广场店 每天 10:00 起", False),
        ("报名处 8:30-18:30，练车 6:30-20:30", False), ("营业到很晚", False),
        ("前台 24 小时，客服 8:00-23:00", True), ("工作日 9 点以后", True), ("看心情", True),
    ],
)  # fmt: skip
def test_a_shops_hours_are_not_told_as_those_of_people(hours: str, *, of_people: bool) -> None:
    reply_time = handoff_policy.describe_reply_time(
        VERIFIED, hours, UNKNOWN, None
    ) + handoff_policy.at_desk(NEVER, hours)

    assert (hours in reply_time) is of_people
    assert reply_time.startswith("同事看到就回您")


@pytest.mark.parametrize("hours", ["", " "])
def test_no_hours_are_named_where_none_are_written(hours: str) -> None:
    assert handoff_policy.describe_reply_time(VERIFIED, hours, UNKNOWN, None) == "同事看到就回您。"


@pytest.mark.parametrize(
    ("presence", "line"),
    [
        (OPEN, "请发一条消息说说您的问题，我马上为您转接。"),
        (AWAY, "现在不在服务时间，请在明天 09:00 之后再回复「人工」，我马上为您转接。"),
        (NEVER, "现在不在服务时间，请在服务时间（看心情）内再回复「人工」，我马上为您转接。"),
    ],
)
def test_who_is_to_reach_wechats_desk_reads_how(presence: Presence, line: str) -> None:
    assert handoff_policy.at_desk(presence, "看心情") == line


@pytest.mark.parametrize(
    ("place", "presence", "words"),
    [
        (QueuePosition(0.0, 0), OPEN, "您的问题已经转给同事，还没有人接起。前面没有其他人在等。"),
        (
            QueuePosition(-185.0, 2),
            OPEN,
            "您的问题已经转给同事，还没有人接起，已经等了 3 分钟。前面还有 2 位在等。",
        ),
        (QueuePosition(-60.0, 0), UNKNOWN,
         "您的问题已经转给同事，还没有人接起，已经等了 1 分钟。前面没有其他人在等。"),
        (None, OPEN, "您的问题已经转给同事，还没有人接起。"),
        (QueuePosition(-185.0, 2), AWAY, "您的问题已经记下。"),
    ],
)  # fmt: skip
def test_who_waits_reads_what_has_become_of_it(
    place: QueuePosition | None, presence: Presence, words: str
) -> None:
    assert handoff_policy.describe_wait(place, presence, 20.0) == words


def test_the_agent_reads_why_what_is_known_and_what_was_said() -> None:
    turns = [
        SessionTurn(text="你好", answer="您好。"),
        SessionTurn(text="我的快递到哪了", answer="请留下订单号。"),
        SessionTurn(text="6688", answer="抱歉，我查不到\n这个订单。"),
    ]
    summary_facts = SummaryFacts("转人工", "查询物流信息", "negative", "asked")

    read = write_summary(turns, summary_facts, {"订单号": "6688", "手机": ""})

    assert read == (
        "原因：用户要求人工｜情绪：不满\n"
        "意图：查询物流信息\n"
        "资料：订单号 6688\n"
        "用户：转人工\n"
        "此前问：6688→答：抱歉，我查不到 这个订单。\n"
        "此前问：我的快递到哪了→答：请留下订单号。"
    )


@given(
    st.lists(st.tuples(st.text(), st.text()), max_size=6),
    st.text(),
    st.text(),
    st.dictionaries(st.text(max_size=20), st.text(), max_size=5),
)
def test_a_summary_is_never_longer_than_an_agent_reads(
    turns: list[tuple[str, str]], text: str, title: str, slots: dict[str, str]
) -> None:
    session_turns = [SessionTurn(text=question, answer=answer) for question, answer in turns]

    read = write_summary(session_turns, SummaryFacts(text, title, "neutral", "failed"), slots)

    assert len(read) <= handoff_policy.SUMMARY
    assert read.startswith("原因：机器人连续答不上｜情绪：平静\n")


def test_a_long_message_is_cut_between_letters() -> None:
    family = "👨‍👩‍👧‍👦"
    summary_facts = SummaryFacts("好" * 57 + family + "好" * 9, "", "neutral", "policy")

    read = write_summary([], summary_facts, {})

    assert read.splitlines()[1] == f"用户：{'好' * 57}…"
