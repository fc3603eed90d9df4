"""Facts of a brief by question: what the knowledge base answers becomes a fact with its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import Refusal
from app.kit.field_faults import describe_faults
from app.marketing.content.brief import BriefFact, ShortLine
from app.messages.values import ANSWER, as_plain_text

LEAST_CONFIDENCE = 0.1  # below it an entry or chunk is no candidate
MOST_CANDIDATES = 3  # of a question
_LONGEST_TITLE = 60  # characters of an entry's question in a source
_KINDS = {"entry": "知识库问答", "chunk": "知识库文档"}


class UnansweredQuestions(Refusal):
    """The knowledge base doesn't answer questions that a brief asks for facts."""

    status = 422
    name = "unanswered_questions"


class FactQuestion(BaseModel):
    """A fact that the knowledge base is asked for; `name`: how the brief calls it, "": so."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: ShortLine
    name: ShortLine | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCandidate:
    """What may be the fact: an entry's answer, or the passage of a document's chunk."""

    value: str
    source: str
    id: str
    kind: Literal["entry", "chunk"]
    confidence: float  # that it answers the question, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFacts:
    """The candidates of a question, the likeliest first; `answered`: the first is sure."""

    question: str
    answered: bool
    candidates: tuple[FactCandidate, ...]


def read_candidates(question: str, result: Mapping[str, Any]) -> QuestionFacts:
    """The candidates in a result of the knowledge base's search, which is JSON."""
    candidates = tuple(
        FactCandidate(
            value=as_plain_text(ANSWER.validate_python(hit["answer"])),
            source=f"{_KINDS[hit['kind']]} {hit['id']}：{hit['question'][:_LONGEST_TITLE]}"[:100],
            id=hit["id"],
            kind=hit["kind"],
            confidence=hit["score"],
        )
        for hit in result["hits"]
        if hit["score"] >= LEAST_CONFIDENCE
    )
    is_answered = bool(result["answerable"] and candidates)
    return QuestionFacts(question=question, answered=is_answered, candidates=candidates)


def choose_facts(
    questions: Sequence[FactQuestion], answers: Sequence[QuestionFacts]
) -> list[BriefFact]:
    """The likeliest candidate of each question as a fact.

    Raises UnansweredQuestions, which names them and what comes nearest.
    """
    unanswered = [_describe_nearest(each) for each in answers if not each.answered]
    if unanswered:
        raise UnansweredQuestions(
            f"the knowledge base doesn't answer {'; '.join(unanswered)}: state the facts with their"
            " sources, or add the answers to the knowledge base",
            chinese=f"知识库答不出：{'；'.join(unanswered)}。请直接写出事实和来源，或先补充知识库",
        )
    return [
        _build_fact(question, answer) for question, answer in zip(questions, answers, strict=True)
    ]


def _build_fact(question: FactQuestion, answer: QuestionFacts) -> BriefFact:
    best = answer.candidates[0]
    name = question.name or question.question
    fact = {"name": name, "value": best.value, "source": best.source}
    try:
        return BriefFact.model_validate(fact)
    except ValidationError as error:
        raise UnansweredQuestions(
            f"the answer to {question.question!r} ({best.source}) can't be a fact:"
            f" {describe_faults(error, fact)}. State the fact yourself",
            chinese=f"“{question.question}”的答案（{best.source}）不能作为事实：请自己写出这条事实",
        ) from None


def _describe_nearest(facts: QuestionFacts) -> str:
    if not facts.candidates:
        return repr(facts.question)
    nearest = facts.candidates[0]
    return f"{facts.question!r} (nearest: {nearest.source}, {nearest.confidence:.0%})"
