"""What api processes ask of workers, as typed values. JSON on the wire, never pickle."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.messages.values import Answer

MessageKind = Literal[
    "text", "voice", "image", "video", "location", "link", "file", "mini_program", "unsupported",
    "subscribe", "scan", "click", "tap",
]  # fmt: skip


# Why a question is offered: nothing answered it; what did was unsure; the follower said that it
# was no answer, or asked again; a person had to come; it is of no intent, and names what the
# account sells.
GapReason = Literal[
    "unanswered", "low_confidence", "rejected", "handed_over", "out_of_scope_named"
]  # fmt: skip


class _Job(BaseModel):
    model_config = ConfigDict(frozen=True)


class MessageJob(_Job):
    """A follower said or did something. `id` is the delivery's: appid and MsgId."""

    type: Literal["talk"] = "talk"
    id: str
    account: str
    openid: str
    kind: MessageKind
    text: str = ""
    received: float  # seconds since 1970


class EraseFollowerJob(_Job):
    """A follower left: the platform wants all of their data erased."""

    type: Literal["forget"] = "forget"
    id: str
    account: str
    openid: str


class ClassifyTexts(_Job):
    """The CMS asks for intents of texts."""

    type: Literal["classify"] = "classify"
    waiter: str
    texts: list[str]


class ListIntents(_Job):
    """The CMS asks for the intents of the model that answers now, with their replies."""

    type: Literal["taxonomy"] = "taxonomy"
    waiter: str


class PreviewReply(_Job):
    """The CMS asks what the bot would say; nothing is remembered."""

    type: Literal["preview"] = "preview"
    waiter: str
    account: str
    openid: str
    text: str


class EntryInput(_Job):
    """A question with its answer; `id` is "" where the question names it."""

    id: str
    question: str
    variants: list[str]
    answer: Answer


class UpsertEntries(_Job):
    """The CMS teaches entries: all of them or none."""

    type: Literal["learn"] = "learn"
    waiter: str
    account: str
    facts: list[EntryInput]


class DeleteEntry(_Job):
    """The CMS takes an entry back."""

    type: Literal["unlearn"] = "unlearn"
    waiter: str
    account: str
    entry: str


class ListEntries(_Job):
    """The CMS reads entries: that of an id, or a page of them."""

    type: Literal["browse"] = "browse"
    waiter: str
    account: str
    entry: str = ""
    after: str = ""
    limit: int = 1


class SearchEntries(_Job):
    """The CMS asks what the knowledge base finds."""

    type: Literal["search"] = "search"
    waiter: str
    account: str
    queries: list[str]
    top_k: int


class ListGaps(_Job):
    """The CMS reads what followers asked and nothing surely answers, clustered."""

    type: Literal["unanswered"] = "unanswered"
    waiter: str
    account: str
    limit: int
    reason: GapReason | None = None


class DraftAnswer(_Job):
    """The CMS wants an answer drafted."""

    type: Literal["draft"] = "draft"
    waiter: str
    account: str
    gap: str


class ApproveGap(_Job):
    """A person lets an answer go live; `gaps` are the questions that they were shown."""

    type: Literal["approve"] = "approve"
    waiter: str
    account: str
    gap: str
    gaps: list[str]
    question: str
    variants: list[str]
    answer: Answer
    approved_by: str


class DismissGap(_Job):
    """These questions shall not be offered any more."""

    type: Literal["dismiss"] = "dismiss"
    waiter: str
    account: str
    gap: str
    gaps: list[str]


class AddVariant(_Job):
    """An entry shall be found by these questions too."""

    type: Literal["add_to"] = "add_to"
    waiter: str
    account: str
    gap: str
    gaps: list[str]
    entry: str


TurnJob = Annotated[MessageJob | EraseFollowerJob, Field(discriminator="type")]
GapRequest = ListGaps | DraftAnswer | ApproveGap | DismissGap | AddVariant
WorkerRequest = (
    ClassifyTexts
    | ListIntents
    | PreviewReply
    | UpsertEntries
    | DeleteEntry
    | ListEntries
    | SearchEntries
    | GapRequest
)
_DISCREET = ConfigDict(hide_input_in_errors=True)  # or a log would tell what a follower wrote
TURN_JOB: TypeAdapter[MessageJob | EraseFollowerJob] = TypeAdapter(TurnJob, config=_DISCREET)
WORKER_REQUEST: TypeAdapter[WorkerRequest] = TypeAdapter(
    Annotated[WorkerRequest, Field(discriminator="type")], config=_DISCREET
)
