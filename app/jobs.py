"""The jobs and requests that api processes send to workers, as typed values; JSON in Redis."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.messages.values import Answer

MessageKind = Literal[
    "text", "voice", "image", "video", "location", "link", "file", "mini_program", "unsupported",
    "subscribe", "scan", "click", "tap",
]  # fmt: skip


# Why a question is a gap: nothing answered it; the answer was doubtful; the follower rejected the
# answer or asked again; it was handed to an agent; it has no intent, but names what the account
# sells.
GapReason = Literal[
    "unanswered", "low_confidence", "rejected", "handed_over", "out_of_scope_named"
]  # fmt: skip


CommentAction = Literal[
    "list", "open", "close", "elect", "unelect", "delete", "reply", "delete_reply"
]


class _Job(BaseModel):
    model_config = ConfigDict(frozen=True)


class MessageJob(_Job):
    """A follower's message or event. `id` is that of the delivery: `appid:MsgId`."""

    type: Literal["talk"] = "talk"
    id: str
    account: str
    openid: str
    kind: MessageKind
    text: str = ""
    received: float  # seconds since 1970


class EraseFollowerJob(_Job):
    """A follower left, or asks for it: all of their data has to be erased."""

    type: Literal["forget"] = "forget"
    id: str
    account: str
    openid: str
    is_unfollow: bool = False  # they left: the platform demands it


class DeskSessionJob(_Job):
    """An agent began a session with a follower at WeChat's desk, or closed it."""

    type: Literal["desk_session"] = "desk_session"
    id: str
    account: str
    openid: str
    agent: str  # KfAccount
    is_closed: bool
    received: float  # seconds since 1970


class PublishReportJob(_Job):
    """The platform reports what became of a publication or a mass send.

    `platform_id` is its publish_id or msg_id; `result` has at least `status` and `urls`.
    """

    type: Literal["publish_report"] = "publish_report"
    id: str
    account: str
    openid: str  # of the editor whom the event names
    platform_id: str
    result: dict[str, Any]


class ClassifyTexts(_Job):
    """Classify texts; answered with intent and sentiment of each."""

    type: Literal["classify"] = "classify"
    waiter: str
    texts: list[str]


class ListIntents(_Job):
    """List the intents of the model in use, with their replies."""

    type: Literal["taxonomy"] = "taxonomy"
    waiter: str


class PreviewReply(_Job):
    """Answer a text as the bot would; nothing is stored."""

    type: Literal["preview"] = "preview"
    waiter: str
    account: str
    openid: str
    text: str


class EntryInput(_Job):
    """A question with its answer; with the `id` "" the id is made from the question."""

    id: str
    question: str
    variants: list[str]
    answer: Answer


class UpsertEntries(_Job):
    """Add or change entries: all of them or none."""

    type: Literal["learn"] = "learn"
    waiter: str
    account: str
    facts: list[EntryInput]


class DeleteEntry(_Job):
    """Delete an entry."""

    type: Literal["unlearn"] = "unlearn"
    waiter: str
    account: str
    entry: str


class ListEntries(_Job):
    """Read the entry with the id `entry`, or a page of `limit` entries after the id `after`."""

    type: Literal["browse"] = "browse"
    waiter: str
    account: str
    entry: str = ""
    after: str = ""
    limit: int = 1


class SearchEntries(_Job):
    """Search the knowledge base for each query."""

    type: Literal["search"] = "search"
    waiter: str
    account: str
    queries: list[str]
    top_k: int


class ListGaps(_Job):
    """Read the gaps, clustered into suggestions."""

    type: Literal["unanswered"] = "unanswered"
    waiter: str
    account: str
    limit: int
    reason: GapReason | None = None


class DraftAnswer(_Job):
    """Draft an answer to a gap."""

    type: Literal["draft"] = "draft"
    waiter: str
    account: str
    gap: str


class ApproveGap(_Job):
    """Add an operator's answer to a gap as an entry; `gaps`: ids of the questions they saw."""

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
    """Dismiss these gaps: they are not offered any more."""

    type: Literal["dismiss"] = "dismiss"
    waiter: str
    account: str
    gap: str
    gaps: list[str]


class AddVariant(_Job):
    """Add these gaps' questions to an entry as variants."""

    type: Literal["add_to"] = "add_to"
    waiter: str
    account: str
    gap: str
    gaps: list[str]
    entry: str


class CheckArticles(_Job):
    """Render articles and list what is wrong with them; `strict`: refuse errors.

    `tag_ids` of a mass message, [] to all: an audience that nobody is in is refused, too.
    """

    type: Literal["check_articles"] = "check_articles"
    waiter: str
    account: str
    articles: list[dict[str, Any]]
    strict: bool = False
    tag_ids: list[int] | None = None


class PreviewPost(_Job):
    """Render one article of a post, counted from 1, as a page."""

    type: Literal["preview_post"] = "preview_post"
    waiter: str
    account: str
    post: str
    article: int = 1


class PreviewOnPhone(_Job):
    """Send a preview of a post to the phone of a 微信号."""

    type: Literal["preview_on_phone"] = "preview_on_phone"
    waiter: str
    account: str
    post: str
    wechat_name: str


class ManageComments(_Job):
    """List comments on an article of a post, counted from 1, or do what `by` decided."""

    type: Literal["manage_comments"] = "manage_comments"
    waiter: str
    account: str
    post: str
    article: int = 1
    action: CommentAction
    comment: int = 0
    text: str = ""
    by: str = ""
    begin: int = 0
    count: int = 49
    kind: Literal["all", "plain", "elected"] = "all"


class CreateQrChannel(_Job):
    """Make the QR code of a new channel, and store both; `channel` has a NewChannel's fields."""

    type: Literal["create_qr_channel"] = "create_qr_channel"
    waiter: str
    account: str
    channel: dict[str, Any]


class RenewQrCode(_Job):
    """Make another QR code of a channel's scene, valid for `days`."""

    type: Literal["renew_qr_code"] = "renew_qr_code"
    waiter: str
    account: str
    channel: str
    days: int


class AnalyzeExperiment(_Job):
    """Analyse the counts of an experiment; `question` has an AnalysisQuestion's fields."""

    type: Literal["analyze_experiment"] = "analyze_experiment"
    waiter: str
    question: dict[str, Any]


class ManageMenu(_Job):
    """Put a menu on the platform, or withdraw it; read the platform's; try what `user` sees."""

    type: Literal["manage_menu"] = "manage_menu"
    waiter: str
    account: str
    action: Literal["put", "withdraw", "read", "try"]
    menu: str = ""
    by: str = ""
    reason: str = ""
    user: str = ""  # an openid or a 微信号


class MakeShortKey(_Job):
    """Make a short key for a long text, valid for `seconds`, and store it."""

    type: Literal["make_short_key"] = "make_short_key"
    waiter: str
    account: str
    long_data: str
    seconds: int
    note: str
    author: str


class ReadShortKey(_Job):
    """Ask the platform what a short key stands for."""

    type: Literal["read_short_key"] = "read_short_key"
    waiter: str
    account: str
    short_key: str


class ManageMassSpeed(_Job):
    """Read how fast the platform sends mass messages; with `speed` (0 to 4) set it first."""

    type: Literal["manage_mass_speed"] = "manage_mass_speed"
    waiter: str
    account: str
    speed: int | None = None


class SendMarketingMessage(_Job):
    """Send a follower a template, or without `template_id` a customer-service text.

    `source` names the message: it is sent to a follower once.
    """

    type: Literal["send_marketing_message"] = "send_marketing_message"
    waiter: str
    account: str
    openid: str
    source: str
    template_id: str = ""
    data: dict[str, str] = {}
    url: str = ""
    text: str = ""


TurnJob = MessageJob | EraseFollowerJob | DeskSessionJob | PublishReportJob
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
    | CheckArticles
    | PreviewPost
    | PreviewOnPhone
    | ManageComments
    | CreateQrChannel
    | RenewQrCode
    | AnalyzeExperiment
    | ManageMenu
    | MakeShortKey
    | ReadShortKey
    | ManageMassSpeed
    | SendMarketingMessage
)
_DISCREET = ConfigDict(hide_input_in_errors=True)  # or logs would quote followers' messages
TURN_JOB: TypeAdapter[TurnJob] = TypeAdapter(
    Annotated[TurnJob, Field(discriminator="type")], config=_DISCREET
)
WORKER_REQUEST: TypeAdapter[WorkerRequest] = TypeAdapter(
    Annotated[WorkerRequest, Field(discriminator="type")], config=_DISCREET
)
