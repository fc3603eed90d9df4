"""Requests of the marketing loop."""

from typing import Any, Literal

from app.jobs.base import Job


class AnalyzeExperiment(Job):
    """Analyse the counts of an experiment; `question` has an AnalysisQuestion's fields."""

    type: Literal["analyze_experiment"] = "analyze_experiment"
    waiter: str
    question: dict[str, Any]


class ImportBriefs(Job):
    """Make briefs of a product sheet's rows; `defaults` are fields of rows without such a cell.

    A faulty row refuses the sheet, unless `skip_faulty`; `dry_run` stores nothing.
    """

    type: Literal["import_briefs"] = "import_briefs"
    waiter: str
    account: str
    author: str
    file: str  # its name
    content: str  # base64
    defaults: dict[str, str]
    dry_run: bool
    skip_faulty: bool


class PlanExperiment(Job):
    """Compute how many exposures and days an experiment needs, and store it with its draft."""

    type: Literal["plan_experiment"] = "plan_experiment"
    waiter: str
    account: str
    experiment: str
    author: str
    base_rate: float
    daily_exposures: float


class ScoreAds(Job):
    """Predict the click rates of texts; `language` of all of them, "": guessed from each."""

    type: Literal["score_ads"] = "score_ads"
    waiter: str
    account: str
    texts: list[str]
    language: str = ""
    features: dict[str, str]


MarketingRequest = AnalyzeExperiment | ImportBriefs | PlanExperiment | ScoreAds
