"""Questions that nothing answers, as the CMS gets them, and what it decides."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.knowledge import Answer, EntryId, Question

GapId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
GAPS_EXAMPLE: dict[str, Any] = {
    "account": "default",
    "gaps": ["5f0c3a9b12de4477", "a1b2c3d4e5f60718"],
}
APPROVAL_EXAMPLE: dict[str, Any] = {
    "question": "门店有停车场吗？",
    "variants": ["开车来停哪里"],
    "answer": "地下二层有停车场，凭小票免费两小时。",
    "approved_by": "王小明",
}


class NearestEntryResponse(BaseModel):
    """An entry that came near; `score` is how likely it answers, 0 to 1."""

    id: str
    question: str
    score: float


class ColleagueAnswerResponse(BaseModel):
    """What a colleague answered; `at` in seconds since 1970."""

    text: str
    agent: str
    at: float


class GapClusterResponse(BaseModel):
    """Questions that one answer would serve. `gaps` are their ids: give them back to decide.

    `variants` are other ways in which it was asked, `count` is how often in all, `first` and
    `last` are when, in seconds since 1970. `nearest` may only need these questions as variants.
    `reasons` say why it is offered and how often for that; a question may have several. `answer`
    is what a colleague answered to one of them, the draft of an entry.
    """

    id: str
    question: str
    variants: list[str]
    gaps: list[str]
    count: int
    first: float
    last: float
    nearest: NearestEntryResponse | None
    reasons: dict[str, int]
    answer: ColleagueAnswerResponse | None


class GapListResponse(BaseModel):
    """The most asked first; `waiting` questions can't be compared yet and come later."""

    clusters: list[GapClusterResponse]
    waiting: int


LABEL_OF_AGENT = "同事的回答，须经人工审核"


class DraftRequest(BaseModel):
    """Whose question it is."""

    account: str = "default"


class DraftResponse(BaseModel):
    """An answer to a question: a colleague's (`agent`), else a model's. Nobody hears it until a
    person approves an answer.

    `passages` are the entries, and pieces of documents by their headings, that it was given to
    rest on.
    """

    answer: str
    ai_generated: bool = True
    label: str = "内容由 AI 生成，须经人工审核"
    passages: list[NearestEntryResponse]
    agent: str = ""


class GapSelectionRequest(BaseModel):
    """The ids of the cluster's questions as they were listed; without, the one alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [GAPS_EXAMPLE]})
    account: str = "default"
    gaps: Annotated[list[GapId], Field(max_length=5_000)] = []


class ApproveGapRequest(GapSelectionRequest):
    """An answer to the questions shown, and who answers for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [GAPS_EXAMPLE | APPROVAL_EXAMPLE]})
    question: Question
    variants: Annotated[list[Question], Field(max_length=50)] = []
    answer: Answer
    approved_by: Person


class AddVariantsRequest(GapSelectionRequest):
    """The entry that shall be found by the questions shown too."""

    model_config = ConfigDict(json_schema_extra={"examples": [GAPS_EXAMPLE | {"entry": "parking"}]})
    entry: EntryId
