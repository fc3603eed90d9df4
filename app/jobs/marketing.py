"""Requests of the marketing loop."""

from typing import Any, Literal

from app.jobs.base import Job


class MarketingWork(Job):
    """What all requests of the marketing loop have: `waiter` is the api process that waits."""

    waiter: str


class AnalyzeExperiment(MarketingWork):
    """Analyse the counts of an experiment; `question` has an AnalysisQuestion's fields."""

    type: Literal["analyze_experiment"] = "analyze_experiment"
    question: dict[str, Any]


class ImportBriefs(MarketingWork):
    """Make briefs of a product sheet's rows; `defaults` are fields of rows without such a cell.

    A faulty row refuses the sheet, unless `skip_faulty`; `dry_run` stores nothing.
    """

    type: Literal["import_briefs"] = "import_briefs"
    account: str
    author: str
    file: str  # its name
    content: str  # base64
    defaults: dict[str, str]
    dry_run: bool
    skip_faulty: bool


class PlanExperiment(MarketingWork):
    """Compute how many exposures and days an experiment needs, and store it with its draft.

    What is None is taken from the account's own events.
    """

    type: Literal["plan_experiment"] = "plan_experiment"
    account: str
    experiment: str
    author: str
    base_rate: float | None = None
    daily_exposures: float | None = None


class ScoreAds(MarketingWork):
    """Predict the click rates of texts; `language` of all of them, "": guessed from each."""

    type: Literal["score_ads"] = "score_ads"
    account: str
    texts: list[str]
    language: str = ""
    features: dict[str, str]


class EstimateChange(MarketingWork):
    """Estimate what changed in a series of days from `changed_on` on.

    Each figure has `day`, `value` and `control`; days are ISO dates.
    """

    type: Literal["estimate_change"] = "estimate_change"
    figures: list[dict[str, Any]]
    changed_on: str


class EstimateUplift(MarketingWork):
    """Estimate the uplift of segments; each has the counts of its `control` and `treatment`."""

    type: Literal["estimate_uplift"] = "estimate_uplift"
    segments: list[dict[str, Any]]


class ReviewDraft(MarketingWork):
    """Review the latest text of a copy draft: claims with their sources, findings, faults."""

    type: Literal["review_draft"] = "review_draft"
    waiter: str
    account: str
    draft: str


class ApproveDraft(MarketingWork):
    """Approve a version of a copy draft; `reason` signs for what is open in it."""

    type: Literal["approve_draft"] = "approve_draft"
    waiter: str
    account: str
    draft: str
    by: str
    version: int
    reason: str


class MeasuredText(Job):
    """A text with the impressions and clicks of a campaign; (0, 0) where nothing was measured."""

    text: str
    impressions: int = 0
    clicks: int = 0


class RankAds(MarketingWork):
    """Rank texts by predicted and measured click rates."""

    type: Literal["rank_ads"] = "rank_ads"
    account: str
    texts: list[MeasuredText]


class ReadExperimentResult(MarketingWork):
    """Analyse what was seen of an experiment so far."""

    type: Literal["read_experiment_result"] = "read_experiment_result"
    account: str
    experiment: str


class ReadTrainingRows(MarketingWork):
    """Read an account's ended experiments on texts as rows for the training of clicks."""

    type: Literal["read_training_rows"] = "read_training_rows"
    account: str


class ReadClickModel(MarketingWork):
    """Describe the click model in force for an account."""

    type: Literal["read_click_model"] = "read_click_model"
    account: str


class RecommendItems(MarketingWork):
    """Recommend items to a follower; `records`: as exposures."""

    type: Literal["recommend_items"] = "recommend_items"
    account: str
    openid: str
    count: int
    question: str = ""
    records: bool = True


class CountEvents(MarketingWork):
    """Count an account's events by day and kind, from `first` to `last` (ISO dates)."""

    type: Literal["count_events"] = "count_events"
    account: str
    first: str
    last: str


class ExportEvents(MarketingWork):
    """Read all events of a follower, also those of sealed days."""

    type: Literal["export_events"] = "export_events"
    account: str
    openid: str


class ImportTable(MarketingWork):
    """Store the rows of a CSV or Parquet file as events or items.

    The answer is None for a file that takes longer than a request.
    """

    type: Literal["import_table"] = "import_table"
    account: str
    holds: Literal["events", "items"]
    file: str  # its name
    content: str  # base64
    on_error: Literal["keep_rest", "none"] = "keep_rest"


MarketingRequest = (
    CountEvents
    | ExportEvents
    | ImportTable
    | AnalyzeExperiment
    | ImportBriefs
    | PlanExperiment
    | ReadClickModel
    | ReadExperimentResult
    | ReadTrainingRows
    | ReviewDraft
    | ApproveDraft
    | ScoreAds
    | RankAds
    | EstimateChange
    | EstimateUplift
    | RecommendItems
)  # fmt: skip
