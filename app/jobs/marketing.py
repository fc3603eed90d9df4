"""Requests of the marketing loop."""

from typing import Any, Literal

from app.jobs.base import Job


class AnalyzeExperiment(Job):
    """Analyse the counts of an experiment; `question` has an AnalysisQuestion's fields."""

    type: Literal["analyze_experiment"] = "analyze_experiment"
    waiter: str
    question: dict[str, Any]


MarketingRequest = AnalyzeExperiment
