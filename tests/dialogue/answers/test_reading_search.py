"""Other readings of a message are searched for only where the first one leaves it open."""

from collections.abc import Sequence

import pytest

from app.dialogue.answers.reading_search import CERTAIN, is_open
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.knowledge.values import Evidence
from tests.dialogue import factories


def answered(probability: float, entry: str = "price") -> Sequence[Evidence]:
    return (
        factories.make_evidence("other", "几点关门", "九点。", probability / 2),
        factories.make_evidence(entry, "多少钱", "88 元。", probability),
    )


@pytest.mark.parametrize(
    ("reading", "evidence", "expected"),
    [
        (RewrittenQuestion(standalone_question="红茶多少钱"), answered(CERTAIN), False),
        (RewrittenQuestion(standalone_question="红茶多少钱"), answered(CERTAIN - 0.01), True),
        (RewrittenQuestion(standalone_question="红茶多少钱"), (), True),
        (
            RewrittenQuestion(
                standalone_question="运费谁出", previous_question="可以退货吗", weight=0.3
            ),
            answered(0.95),
            True,
        ),
        (
            RewrittenQuestion(standalone_question="红茶多少钱", is_followup=True),
            answered(0.95),
            False,
        ),
        (
            RewrittenQuestion(standalone_question="红茶多少钱", is_followup=True),
            answered(0.95, "last"),
            True,
        ),
        (RewrittenQuestion(standalone_question="红茶多少钱"), answered(0.95, "last"), False),
    ],
)
def test_a_reading_that_is_surely_answered_needs_no_other(
    reading: RewrittenQuestion, evidence: Sequence[Evidence], expected: bool
) -> None:
    assert is_open([(reading, evidence)], "last") is expected


def test_a_message_without_reading_has_no_other() -> None:
    assert not is_open([], "last")
