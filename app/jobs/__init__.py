"""The jobs and requests that api processes send to workers, as typed values; JSON in Redis.

A file a domain; all are imported from here.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from app.jobs.dialogue import ClassifyTexts, ListIntents, PreviewReply
from app.jobs.knowledge import (
    AddVariant,
    ApproveGap,
    DeleteEntry,
    DismissGap,
    DraftAnswer,
    EntryInput,
    GapReason,
    ListEntries,
    ListGaps,
    SearchEntries,
    UpsertEntries,
)
from app.jobs.marketing import (
    AnalyzeExperiment,
    ApproveDraft,
    CountEvents,
    EstimateChange,
    EstimateUplift,
    ExportEvents,
    ImportBriefs,
    ImportTable,
    MarketingRequest,
    MarketingWork,
    MeasuredText,
    PlanExperiment,
    RankAds,
    ReadClickModel,
    ReadExperimentResult,
    ReadTrainingRows,
    RecommendItems,
    ReviewDraft,
    ScoreAds,
)
from app.jobs.publishing import (
    CheckArticles,
    CommentAction,
    ManageComments,
    ManageMassSpeed,
    PreviewOnPhone,
    PreviewPost,
    SendMarketingMessage,
)
from app.jobs.touchpoints import (
    CreateQrChannel,
    MakeShortKey,
    ManageMenu,
    ReadShortKey,
    RenewQrCode,
)
from app.jobs.turns import (
    DeskSessionJob,
    EraseFollowerJob,
    MessageJob,
    MessageKind,
    PublishReportJob,
)

__all__ = [
    "TURN_JOB",
    "WORKER_REQUEST",
    "AddVariant",
    "AnalyzeExperiment",
    "ApproveDraft",
    "ApproveGap",
    "CheckArticles",
    "ClassifyTexts",
    "CommentAction",
    "CountEvents",
    "CreateQrChannel",
    "DeleteEntry",
    "DeskSessionJob",
    "DismissGap",
    "DraftAnswer",
    "EntryInput",
    "EraseFollowerJob",
    "EstimateChange",
    "EstimateUplift",
    "ExportEvents",
    "GapReason",
    "GapRequest",
    "ImportBriefs",
    "ImportTable",
    "ListEntries",
    "ListGaps",
    "ListIntents",
    "MakeShortKey",
    "ManageComments",
    "ManageMassSpeed",
    "ManageMenu",
    "MarketingRequest",
    "MarketingWork",
    "MeasuredText",
    "MessageJob",
    "MessageKind",
    "PlanExperiment",
    "PreviewOnPhone",
    "PreviewPost",
    "PreviewReply",
    "PublishReportJob",
    "RankAds",
    "ReadClickModel",
    "ReadExperimentResult",
    "ReadShortKey",
    "ReadTrainingRows",
    "RecommendItems",
    "RenewQrCode",
    "ReviewDraft",
    "ScoreAds",
    "SearchEntries",
    "SendMarketingMessage",
    "TurnJob",
    "UpsertEntries",
    "WorkerRequest",
]

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
    | MarketingRequest
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
