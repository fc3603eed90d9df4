"""Finds the facts of a brief that answer a follower's question: by the search model and by rules.

The model compares each fact as a passage of a document about the product, as the conversation
compares what the knowledge base holds. The rules (`asked_facts`) exclude what the model can't tell
apart, such as the price of something else, and add what it is unsure of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import regex

from app.inference.ports import Candidate, Comparison, SearchModel, Verification
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.writing.asked_facts import find_asked_facts, may_answer
from app.marketing.content.writing.comment_signs import find_signs
from app.marketing.content.writing.comments import Mood, UnderstoodComment

# P(answer) that a fact told by the rules needs where the model is sure of none; chosen on 155
# questions to six shops, other ones than those of the test.
LEAST_LIKELY = 0.1
_SENTENCE = regex.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_LEAST_LETTERS = 4  # of a sentence that is compared by itself


# Moods in which the model hears questions. No fact answers one that it hears as a complaint: of
# 这就是你们说的当天送达？ the form is a question, too.
_MISHEARD: frozenset[Mood] = frozenset({"joyful", "calm"})


async def answer_comment(
    search: SearchModel, comment: UnderstoodComment, brief: Brief, *, is_mood_given: bool
) -> UnderstoodComment:
    """The comment with the facts that answer it, none where it asks nothing.

    A question that facts answer asks, though the model heard joy or a statement, unless a person
    gave the mood.
    """
    is_misheard = comment.mood in _MISHEARD and not is_mood_given
    if comment.mood != "asking" and not (is_misheard and "question" in find_signs(comment.text)):
        return comment
    answers = await find_answering_facts(search, comment.text, brief)
    if answers and is_misheard:
        return replace(comment, mood="asking", kind="question", answers=answers)
    return replace(comment, answers=answers)


async def find_answering_facts(
    search: SearchModel, text: str, brief: Brief
) -> tuple[BriefFact, ...]:
    """The facts that answer, in the brief's order; () where none does.

    Raises what the model raises.
    """
    if not brief.facts:
        return ()
    candidates = tuple(
        Candidate((brief.product,), f"{fact.name}：{fact.value}", is_chunk=True)
        for fact in brief.facts
    )
    comparisons = [Comparison(question, candidates) for question in _list_questions(text)]
    verifications = await search.verify(comparisons)
    likely_facts = {
        fact for each in verifications for fact in _list_sure(each, brief, search.bands.sure)
    }
    chosen_facts = {
        fact for fact in likely_facts if may_answer(text, fact, brief.facts, brief.product)
    }
    if not chosen_facts:
        likelihoods = _take_likeliest(verifications, brief.facts)
        chosen_facts = {
            fact
            for fact in find_asked_facts(text, brief.facts, brief.product)
            if likelihoods[fact] >= LEAST_LIKELY
        }
    return tuple(fact for fact in brief.facts if fact in chosen_facts)


def _list_questions(text: str) -> list[str]:
    """The whole text, and each of its sentences where there are several."""
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
    sentences = [each for each in sentences if len(each) >= _LEAST_LETTERS]
    return [text, *sentences] if len(sentences) > 1 else [text]


def _list_sure(verifications: Sequence[Verification], brief: Brief, sure: float) -> list[BriefFact]:
    return [
        fact
        for fact, verification in zip(brief.facts, verifications, strict=True)
        if verification.probability >= sure
    ]


def _take_likeliest(
    verifications: Sequence[Sequence[Verification]], facts: Sequence[BriefFact]
) -> Mapping[BriefFact, float]:
    """The highest probability of each fact over all questions."""
    return {
        fact: max(each[at].probability for each in verifications) for at, fact in enumerate(facts)
    }
