"""Bodies of the gaps' endpoints: clusters of unanswered questions, drafts and decisions."""

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
    """The nearest entry; `score` is P(it answers the question), 0 to 1."""

    id: str
    question: str
    score: float


class ColleagueAnswerResponse(BaseModel):
    """An agent's answer to the question; `at` in seconds since 1970."""

    text: str
    agent: str
    at: float


class GapClusterResponse(BaseModel):
    """Questions that one answer would serve. `gaps` are their ids: send them back with a decision.

    `variants` are other wordings, `count` is how often they were asked in all, `first` and `last`
    are when, in seconds since 1970. `nearest` may only need these questions as variants. `reasons`
    counts why they are listed; a question may have several. `answer` is an agent's answer to one
    of them, a draft for an entry.
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
    """Clusters, the most asked first; `waiting` questions have no vector yet and come later."""

    clusters: list[GapClusterResponse]
    waiting: int


LABEL_OF_AGENT = "同事的回答，须经人工审核"


class DraftRequest(BaseModel):
    """The account of the question."""

    account: str = "default"


class DraftResponse(BaseModel):
    """A draft answer: an agent's (`agent`), else a model's. Not used until a person approves.

    `passages` are the entries, and document chunks by their headings, that the model was given.
    """

    answer: str
    ai_generated: bool = True
    label: str = "内容由 AI 生成，须经人工审核"
    passages: list[NearestEntryResponse]
    agent: str = ""


class GapSelectionRequest(BaseModel):
    """The ids of the cluster's questions as listed; without them, the one question alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [GAPS_EXAMPLE]})
    account: str = "default"
    gaps: Annotated[list[GapId], Field(max_length=5_000)] = []


class ApproveGapRequest(GapSelectionRequest):
    """An answer to the cluster's questions, and the name of the approver."""

    model_config = ConfigDict(json_schema_extra={"examples": [GAPS_EXAMPLE | APPROVAL_EXAMPLE]})
    question: Question
    variants: Annotated[list[Question], Field(max_length=50)] = []
    answer: Answer
    approved_by: Person


class AddVariantsRequest(GapSelectionRequest):
    """The entry that gets the cluster's questions as variants."""

    model_config = ConfigDict(json_schema_extra={"examples": [GAPS_EXAMPLE | {"entry": "parking"}]})
    entry: EntryId
