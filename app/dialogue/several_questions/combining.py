"""Combines the drafts for a message's questions into one draft. No I/O."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.passages import Passage
from app.dialogue.policy import Source
from app.dialogue.several_questions.answers import AnsweredQuestion, pair_answers
from app.dialogue.several_questions.joining import join_answers
from app.dialogue.turn import FAILURE_SOURCES, Draft

PASSAGES = 5  # passages in one prompt for all questions
# The source of the combined reply: the first of these among its drafts.
BY_WEIGHT: tuple[Source, ...] = (
    "knowledge", "generated", "extract", "order", "slot", "choices", "handoff", "template",
    "small_talk",
)  # fmt: skip


def combine_drafts(context: Context, drafts: Sequence[Draft]) -> Draft:
    """The drafts of all questions, whose actions are done, as one draft."""
    answers = pair_answers(context, drafts)
    questions = [each for each in answers if not each.is_manners] or answers
    sources = {each.draft.source for each in questions if not each.is_unknown}
    source = next(
        (each for each in BY_WEIGHT if each in sources), _choose_failure_source(questions)
    )
    last = drafts[-1]
    asking = next((draft for draft in drafts if draft.waiting), last)
    text = join_answers(
        answers, unread=context.unread, person=_describe_way_to_person(context), say=context.say
    )
    return Draft(
        text=text.content,
        source=source,
        citations=tuple(
            dict.fromkeys(citations for draft in drafts for citations in draft.citations)
        ),
        made_by=next((draft.made_by for draft in drafts if draft.made_by), ""),
        waiting=asking.waiting,
        pending=asking.pending,
        parts=tuple(drafts),
        ai_generated=text.ai_generated,
    )


def merge_requests(requests: Sequence[GenerateAnswer]) -> GenerateAnswer:
    """One request for all questions, with the best passages of each."""
    passages: dict[str, Passage] = {}
    for place in range(PASSAGES):  # the best of each question first
        for request in requests:
            for passage in request.question.passages[place : place + 1]:
                passages.setdefault(passage.id, passage)
    text = "\n".join(write.question.text for write in requests)
    question = replace(
        requests[0].question, text=text, passages=tuple(passages.values())[:PASSAGES]
    )
    return replace(requests[0], question=question)


def _describe_way_to_person(context: Context) -> str | None:
    """The argument `person` of `join_answers`."""
    return None if unanswered.person_now(context) else unanswered.ask_person(context)


def _choose_failure_source(answers: Sequence[AnsweredQuestion]) -> Source:
    """The source where nothing is answered: a failure only if no question was understood."""
    if all(each.draft.source in FAILURE_SOURCES for each in answers):
        return answers[-1].draft.source
    return "knowledge_missing"
