"""Completes a brief with what the account knows: facts of the knowledge base, its segment."""

import asyncio
from collections.abc import Sequence

from pydantic import ValidationError

from app.api.worker_client import call_worker
from app.deps import AppState
from app.errors import Refusal
from app.jobs import SearchEntries
from app.kit.field_faults import BilingualError, describe_faults
from app.marketing.audience.segment_repository import Segments
from app.marketing.content.brief import Brief, BriefFact, BriefFields, refuse_injection
from app.marketing.content.brief_checks.checking import refuse_unusable
from app.marketing.content.fact_questions import (
    MOST_CANDIDATES,
    FactQuestion,
    QuestionFacts,
    choose_facts,
    read_candidates,
)
from app.safety.advertising.stored_rules import read_account_rulebook


class BadBrief(Refusal):
    """A brief whose facts say nothing or contradict each other, or whose `must` is unlawful."""

    status = 422
    name = "bad_brief"


async def find_facts(
    state: AppState, account: str, questions: Sequence[str]
) -> list[QuestionFacts]:
    """The candidates of each question."""
    results = await call_worker(
        state,
        lambda waiter: SearchEntries(
            waiter=waiter, account=account, queries=list(questions), top_k=MOST_CANDIDATES
        ),
    )
    return [
        read_candidates(question, result)
        for question, result in zip(questions, results, strict=True)
    ]


async def complete_brief(
    state: AppState, account: str, fields: BriefFields, facts: Sequence[BriefFact | FactQuestion]
) -> Brief:
    """The brief with the answers in the place of its questions; a segment names its audience.

    Raises UnknownSegment, UnansweredQuestions, and BadBrief where an answer contradicts another
    fact, or the brief is unusable.
    """
    audience = await _find_audience(state, account, fields)
    questions = [fact for fact in facts if isinstance(fact, FactQuestion)]
    answers: list[QuestionFacts] = []
    if questions:
        answers = await find_facts(state, account, [each.question for each in questions])
    answer_facts = iter(choose_facts(questions, answers))
    all_facts = [next(answer_facts) if isinstance(fact, FactQuestion) else fact for fact in facts]
    content = fields.model_dump(exclude={"facts"}) | {"audience": audience, "facts": all_facts}
    try:
        brief = Brief.model_validate(content)
    except ValidationError as error:
        faults = describe_faults(error, content)
        raise BadBrief(f"with the answers of the knowledge base: {faults}") from None
    await _refuse_unusable(state, account, brief)
    return brief


async def _refuse_unusable(state: AppState, account: str, brief: Brief) -> None:
    """Raises BadBrief for what may not be stored, by the account's rules of advertising."""
    rulebook = await read_account_rulebook(state.engine, account)
    try:
        await asyncio.to_thread(refuse_unusable, brief, rulebook)
    except BilingualError as error:
        raise BadBrief(str(error), chinese=error.chinese) from None


async def list_segment_audiences(
    state: AppState, account: str, segments: Sequence[str]
) -> list[str]:
    """Whom ads for segments are for: their names with their descriptions.

    Raises UnknownSegment, and BadBrief for a description that no writer may be given.
    """
    stored = [await Segments(state.engine).get(account, each) for each in segments]
    audiences = [
        f"{each.name}（{each.description}）" if each.description else each.name for each in stored
    ]
    try:
        return [refuse_injection(audience) for audience in audiences]
    except ValueError as error:
        raise BadBrief(f"the description of a segment {error}") from None


async def _find_audience(state: AppState, account: str, fields: BriefFields) -> str:
    """Whom the text is for: as the brief says, else the name of its segment."""
    if not fields.segment:
        return fields.audience
    segment = await Segments(state.engine).get(account, fields.segment)
    return fields.audience or segment.name
