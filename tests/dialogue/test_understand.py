"""Which reading of a message is answered, and by what."""

from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.understand import understand_messages
from app.inference.fakes import FakeClassifier
from app.inference.ports import Comparison, Verification
from app.knowledge.entries.repository import EntryStore
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry
from app.messages.values import Text
from app.sessions.store import Session
from tests.dialogue import factories

SHOP = Account(name="default", appid="wx1", token="token")
SHIP = Entry(
    "ship",
    "多久发货",
    ("那家店多久发货", "东塔的店多久发货"),
    Text(content="东塔店 48 小时内发货。"),
)
REFUND = Entry("refund", "多久退款", (), Text(content="三天内退款。"))


@pytest.fixture
async def knowledge(engine: AsyncEngine) -> Knowledge:
    knowledge = Knowledge(store=EntryStore(engine), search=FakeClassifier())
    await knowledge.upsert_entries("default", [SHIP, REFUND])
    return knowledge


def make_context(text: str, session: Session) -> Context:
    message = factories.make_message(text)
    return prepare_message(Context(message=message, account=SHOP, session=session))


async def understand(knowledge: Knowledge, text: str, session: Session) -> Context:
    [context] = await understand_messages(
        FakeClassifier(), knowledge, [make_context(text, session)]
    )
    return context


async def test_the_standalone_questions_of_all_messages_are_classified_in_one_call(
    knowledge: Knowledge,
) -> None:
    classifier = FakeClassifier()
    prepared = [
        make_context("那退货呢", Session(last_question="多久发货")),
        make_context("你好", Session()),
    ]

    contexts = await understand_messages(classifier, knowledge, prepared)

    assert classifier.classified_texts == [["多久退货", "你好"]]
    assert [each.classification and each.classification.intent.id for each in contexts] == [
        "out_of_scope",
        "greet",
    ]


@pytest.mark.parametrize(
    ("text", "matched_entry"),
    [("东塔那家店多久发货", "ship"), ("多久发货", "ship"), ("观前那家店多久发货", None)],
)
async def test_a_branch_that_nothing_speaks_of_gets_no_answer_of_another(
    knowledge: Knowledge, text: str, matched_entry: str | None
) -> None:
    context = await understand(knowledge, text, Session())

    assert (context.matched_entry and context.matched_entry.id) == matched_entry
    assert not context.choices


class Doubtful(FakeClassifier):
    """Takes every candidate for hardly likely."""

    async def verify(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        return [[Verification(0.16, c.text) for c in each.candidates] for each in comparisons]


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("有贺卡吗", ()),
        ("东塔店有停车位吗", ("ship",)),
        ("家里来客人了，贺卡几天能做好", ("ship", "refund")),  # a story
        ("要几天", ("ship", "refund")),
    ],
)
async def test_what_is_hardly_likely_speaks_of_what_the_question_names(
    knowledge: Knowledge, question: str, offered: tuple[str, ...]
) -> None:
    doubtful = Knowledge(store=knowledge.store, search=Doubtful())
    await doubtful.refresh()

    context = await understand(doubtful, question, Session())

    assert {each.id for each in context.choices} == set(offered)
    assert context.suggested is None


@pytest.mark.parametrize(
    "session",
    [
        Session(last_question="东塔店停车方便吗", last_entry_id="ship"),
        Session(last_question="送人买什么好", waiting="送人买什么好", pending="product"),
    ],
)
async def test_an_entry_s_own_question_leans_on_nothing_and_answers_nothing(
    knowledge: Knowledge, session: Session
) -> None:
    for text in ("多久退款", "多久退款？"):
        context = await understand(knowledge, text, session)

        assert context.question is not None
        assert context.question.standalone_question == text
        assert not context.question.is_followup
        assert context.slot_result.filled_slot is None
        assert context.matched_entry is not None
        assert context.matched_entry.id == "refund"
