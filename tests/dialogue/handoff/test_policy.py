"""When a person takes over, and what the bot does meanwhile."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue.handoff import policy
from app.dialogue.handoff.policy import HandoffFacts, Reason, find_reason
from app.dialogue.handoff.rules import HandoffRules
from app.inbox.service import Handoff
from app.inbox.states import AgentChannel
from app.inference.ports import Action, Classification, Sentiment
from app.sessions.store import Session
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
    ("handoff_facts", "session", "why"),
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
    handoff_facts: HandoffFacts, session: Session, why: Reason | None
) -> None:
    rules = HandoffRules()

    reason = find_reason(handoff_facts, session, rules)

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
        policy.angry_in_a_row("骗子", cross, Session(angry=1)),
        policy.angry_in_a_row("", None, Session(angry=1)),
        policy.angry_in_a_row("多少钱", make_classification(), Session(angry=1)),
        policy.angry_in_a_row("包间最低消费", cross, Session(angry=1)),
    ]

    assert counts == [2, 1, 0, 0]


def test_after_a_hand_over_the_bot_begins_to_count_anew() -> None:
    session = Session(intent="greet", unclear=2, angry=2)

    assert policy.reset_counters(session) == Session(intent="greet")


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

    assert policy.choose_desk(account, open=there) == desk


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

    assert policy.choose_bot_action(hold, event=event) == does
