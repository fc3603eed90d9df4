"""Bodies of the briefs' endpoints."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from app.marketing.content.brief import (
    MOST_FACTS,
    Brief,
    BriefFact,
    BriefFields,
    ShortLine,
    check_facts,
)
from app.marketing.content.briefs import StoredBrief
from app.marketing.content.fact_questions import FactQuestion, QuestionFacts

Author = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
EXAMPLE: dict[str, Any] = {
    "account": "default",
    "author": "小林",
    "brief": {
        "product": "明前龙井",
        "facts": [
            {"name": "产地", "value": "杭州西湖龙井村", "source": "产品手册 2026 第 3 页"},
            {"name": "价格", "value": "50 克 168 元", "source": "价目表 2026-03"},
        ],
        "audience": "喜欢喝茶的上班族",
        "tone": "亲切，不夸张",
        "channel": "moments",
        "industry": "food",
        "must": ["龙井"],
        "must_not": ["降价"],
    },
}


def _find_fact_kind(fact: Any) -> str:
    has_question = "question" in fact if isinstance(fact, dict) else hasattr(fact, "question")
    return "question" if has_question else "fact"


FactRequest = Annotated[
    Annotated[BriefFact, Tag("fact")] | Annotated[FactQuestion, Tag("question")],
    Discriminator(_find_fact_kind),
]


class BriefRequest(BriefFields):
    """A brief whose facts may be questions, which the knowledge base answers when it is stored."""

    facts: Annotated[tuple[FactRequest, ...], Field(max_length=MOST_FACTS)]

    @model_validator(mode="after")
    def _check_facts(self) -> Self:
        """The facts that are stated; those of questions are checked with their answers."""
        stated = [fact for fact in self.facts if isinstance(fact, BriefFact)]
        if len(stated) == len(self.facts):
            check_facts(stated)
        return self


class CreateBriefRequest(BaseModel):
    """A new brief and who wrote it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    author: Author
    brief: BriefRequest


class EditBriefRequest(CreateBriefRequest):
    """The version that follows `version`."""

    version: Annotated[int, Field(ge=1, le=2**31 - 2)]


class FindFactsRequest(BaseModel):
    """Questions that the knowledge base is to answer with facts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"account": "default", "questions": ["多久发货？"]}]},
    )
    account: str = "default"
    questions: Annotated[list[ShortLine], Field(min_length=1, max_length=MOST_FACTS)]


class FactCandidateResponse(BaseModel):
    """What may be the fact: `value` and `source` as in a brief, the id of the entry or chunk, and
    the probability that it answers the question.
    """

    value: str
    source: str
    id: str
    kind: Literal["entry", "chunk"]
    confidence: float


class QuestionFactsResponse(BaseModel):
    """The candidates of a question, the likeliest first. `answered`: the first is sure enough to be
    the fact of a brief that asks the question.
    """

    question: str
    answered: bool
    candidates: list[FactCandidateResponse]


class FindFactsResponse(BaseModel):
    """The facts in the order of the questions, and the questions that nothing answers."""

    facts: list[QuestionFactsResponse]
    unanswered: list[str]


class BriefResponse(BaseModel):
    """A version of a brief. `remarks` name facts that the law check refuses: texts that state them
    can't be approved without a reason. In Chinese where Accept-Language asks for it.
    """

    id: str
    account: str
    version: int
    author: str
    created: float
    brief: Brief
    remarks: list[str]


class BriefListResponse(BaseModel):
    """Briefs in their latest versions."""

    briefs: list[BriefResponse]


def describe_brief(stored: StoredBrief, remarks: list[str]) -> BriefResponse:
    """The response of a version."""
    return BriefResponse(**asdict(stored) | {"brief": stored.brief, "remarks": remarks})


def describe_facts(answers: list[QuestionFacts]) -> FindFactsResponse:
    """The response of a search for facts."""
    return FindFactsResponse(
        facts=[QuestionFactsResponse(**asdict(each)) for each in answers],
        unanswered=[each.question for each in answers if not each.answered],
    )
