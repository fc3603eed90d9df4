"""Answers worker requests of the marketing loop: what needs arrays, models or statistics."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import AnalyzeExperiment, ImportBriefs, MarketingRequest
from app.marketing.content.sheets.importing import import_briefs


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingRequests:
    """Answers with JSON values. Raises Refusal."""

    engine: AsyncEngine

    async def answer(self, request: MarketingRequest) -> Any:
        """The answer to one request; what takes long runs on a thread."""
        match request:
            case AnalyzeExperiment():
                return await asyncio.to_thread(_analyze_experiment, request.question)
            case ImportBriefs():
                return await import_briefs(self.engine, request)


def _analyze_experiment(question: Mapping[str, Any]) -> dict[str, Any]:
    # Imported here: scipy.stats takes half a second of each start, and few questions need it.
    from app.marketing.experiments import reports

    return reports.answer_question(question)
