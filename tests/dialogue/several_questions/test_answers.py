"""What is asked back beside answers."""

from app.dialogue.several_questions.answers import without_asking
from app.dialogue.turn import Draft


def test_beside_an_answer_nothing_is_asked_back_but_a_number() -> None:
    region = Draft(text="哪个城市？", source="slot", pending="region")
    drafts = [
        Draft(text="八十元", source="knowledge"),
        region,
        Draft(text="订单号？", source="slot", pending="order"),
    ]

    left = without_asking(drafts)

    assert [draft.source for draft in left] == ["knowledge", "knowledge_missing", "slot"]
    assert without_asking(drafts[1:]) == drafts[1:]


def test_beside_what_is_not_known_nothing_is_asked_back_but_a_number_or_a_visit() -> None:
    drafts = [
        Draft(text="不清楚。", source="knowledge_missing"),
        *(Draft(text="？", source="slot", pending=slot) for slot in ("region", "order", "visit")),
    ]

    left = without_asking(drafts)

    assert [draft.source for draft in left] == [
        "knowledge_missing", "knowledge_missing", "slot", "slot",
    ]  # fmt: skip
