"""Chooses the reading of a message, and the candidate that answers it. No I/O."""

import math
from collections.abc import Sequence

from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.inference.ports import Classification
from app.knowledge.values import Evidence

AGAIN = 1.0  # logits by which the entry just said must be likelier than the next, to be said again
SURELY = 0.9  # probability from which an entry answers a message about the conversation itself


def choose_evidence(
    question: RewrittenQuestion,
    classification: Classification,
    evidence: Sequence[Evidence],
    last: str | None,
    sure: float,
) -> Evidence | None:
    """The candidate that answers, from `sure` on; None for none. evidence: likeliest first.

    A follow-up gets another entry than `last`, which answered before, unless the other one is
    less likely by AGAIN logits. A message about the conversation itself needs an entry from SURELY
    on.
    """
    likely = [each for each in evidence[:2] if each.probability >= sure]
    if not likely:
        return None
    first, *others = likely
    if (
        classification.in_scope
        and classification.intent.id in CONVERSATION_INTENTS
        and first.probability < SURELY
    ):
        return None
    again = question.is_followup and first.id == last
    if again and others and _to_logit(first.probability) - _to_logit(others[0].probability) < AGAIN:
        return others[0]
    return first


def _to_logit(score: float) -> float:
    bounded_score = min(max(score, 1e-4), 1 - 1e-4)  # scores are rounded to four digits
    return math.log(bounded_score / (1 - bounded_score))


def choose_answered_question(
    search_results: Sequence[tuple[RewrittenQuestion, Sequence[Evidence]]],
    sure: float,
    last: str | None = None,
) -> tuple[RewrittenQuestion, Sequence[Evidence]]:
    """Choose the reading to answer, with its evidence (likeliest first).

    Of readings with a candidate from `sure` on: the first for a follow-up, else the likeliest. A
    reading of the message alone goes before one that only finds `last` again, the entry that
    answered before. Without such a reading: the first, or a likelier one about reach.
    """

    def best(way: tuple[RewrittenQuestion, Sequence[Evidence]]) -> float:
        return max((each.probability for each in way[1]), default=0.0)

    answered = [each for each in search_results if best(each) >= sure]
    if not answered:
        return max(
            (w for w in search_results if w is search_results[0] or w[0].is_of_reach), key=best
        )
    direct = [each for each in answered if not each[0].is_of_reach] or answered
    if not search_results[0][0].is_followup:
        return max(direct, key=best)
    alone = [way for way in direct if not way[0].is_followup and way[1][0].id != last]
    return alone[0] if alone and direct[0][1][0].id == last else direct[0]
