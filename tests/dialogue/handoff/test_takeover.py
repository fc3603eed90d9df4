"""What the person who takes over reads of the follower's mood."""

import pytest

from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.handoff import takeover
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.turn import Draft
from app.sessions.store import Session
from tests.dialogue import factories

ACCOUNT = Account(name="default", appid="wx1", token="token", desk="inbox")
CROSS = factories.make_classification("greet", sentiment="negative", sentiment_score=0.97)


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("转人工", "平静"), ("人工客服在吗", "平静"), ("包间最低消费多少，转人工", "平静"),
        ("骗子，转人工", "不满"), ("杯子收到就碎了，转人工", "不满"),
        ("等了三天还没发货，找人工", "不满"),
    ],
)  # fmt: skip
def test_a_call_for_a_person_is_no_complaint_by_itself(text: str, mood: str) -> None:
    message = factories.make_message(text)
    context = Context(
        message=message,
        account=ACCOUNT,
        session=Session(),
        slot_result=SlotResult(slots={}, text=text),
        classification_result=CROSS,
    )

    called = takeover.hand_over(context, Draft(text="", source="handoff", person=True))

    assert called is not None
    assert called.summary.splitlines()[0] == f"原因：用户要求人工｜情绪：{mood}"
