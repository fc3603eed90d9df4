"""A search model that lets a reranker verify candidates, with the search model as fallback.

A reranker reads question and candidate together, which is slower and more exact. Its probabilities
have thresholds of their own (`Bands`): the fallback's probabilities are rescaled to these, so that
a probability means the same whichever model computed it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import structlog

from app.inference.ports import (
    Bands,
    Candidate,
    ClassificationFailed,
    Comparison,
    Excerpt,
    Reranker,
    SearchModel,
    TextVector,
    Verification,
)
from app.inference.remote.endpoints.breaker import Breaker
from app.inference.remote.endpoints.faults import EndpointFault
from app.observability import metrics
from app.observability.outages import Outage

log = structlog.get_logger()

WITHIN = 1.0  # seconds for all questions of a batch
BLAME_AFTER = 0.5  # share of WITHIN: a request in flight for longer is the reranker's fault
QUESTION, DOCUMENT = 300, 600  # characters: most rerankers read 512 tokens of both together
NOT_COMPARED = Verification(0.0, "")

ScoreResult = list[Verification] | EndpointFault | None  # None: no time was left to ask


@dataclass(slots=True)
class _Places:
    """A batch's limits: concurrent questions, and a deadline on the event loop's clock."""

    free: asyncio.Semaphore
    deadline: float


class RerankedSearchModel(SearchModel):
    """Vectors, excerpts and the fallback come from `search`; `bands` are the reranker's.

    `mask` removes personal data from a question before the reranker receives it.
    """

    def __init__(
        self,
        search: SearchModel,
        reranker: Reranker,
        bands: Bands,
        mask: Callable[[str], str] = str,
        within: float = WITHIN,
        breaker: Breaker | None = None,
    ) -> None:
        self._search = search
        self._reranker = reranker
        self._bands = bands
        self._mask = mask
        self._within = within
        self._breaker = breaker or Breaker()
        self._outage = Outage()
        self._free = asyncio.Semaphore(reranker.capacity.at_once)

    @property
    def version(self) -> str:
        return self._search.version

    @property
    def bands(self) -> Bands:
        return self._bands

    async def embed(self, texts: Sequence[str]) -> list[TextVector | ClassificationFailed]:
        return await self._search.embed(texts)

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        await self._search.prepare(candidates)

    async def excerpts(self, comparisons: Sequence[Comparison]) -> list[list[Excerpt]]:
        return await self._search.excerpts(comparisons)

    async def verify(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        with_candidates = [comparison for comparison in comparisons if comparison.candidates]
        verified = iter(await self._verify_remotely(with_candidates))
        return [next(verified) if comparison.candidates else [] for comparison in comparisons]

    async def _verify_remotely(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        if not comparisons or not self._breaker.admits():
            self._count_outcome("resting", len(comparisons))
            return await self._verify_here(comparisons)
        try:
            scored = await self._score_all(comparisons)
        except BaseException:
            self._breaker.record_abandoned()
            raise
        self._record_batch(scored)
        unscored = [
            c for c, each in zip(comparisons, scored, strict=True) if not isinstance(each, list)
        ]
        verified_here = iter(await self._verify_here(unscored))
        return [each if isinstance(each, list) else next(verified_here) for each in scored]

    async def _score_all(self, comparisons: Sequence[Comparison]) -> list[ScoreResult]:
        places = _Places(self._free, asyncio.get_running_loop().time() + self._within)
        excerpts = await self._search.excerpts(comparisons)
        async with asyncio.TaskGroup() as group:
            scoring = [
                group.create_task(self._score_comparison(comparison, some, places))
                for comparison, some in zip(comparisons, excerpts, strict=True)
            ]
        return [task.result() for task in scoring]

    async def _score_comparison(
        self, comparison: Comparison, excerpts: Sequence[Excerpt], places: _Places
    ) -> ScoreResult:
        compared = excerpts[: self._reranker.capacity.documents]
        loop, began = asyncio.get_running_loop(), None
        try:
            async with asyncio.timeout_at(places.deadline), places.free:
                began = loop.time()
                probabilities = await self._reranker.score(
                    self._mask(comparison.question)[:QUESTION], [*map(_format_document, compared)]
                )
        except EndpointFault as fault:
            return fault
        except TimeoutError:
            if began is None:
                return None
            silent = loop.time() - began
            blame = silent >= BLAME_AFTER * self._within
            return EndpointFault(f"was silent for {silent:.1f} s", blame=blame)
        return _best_verifications(len(comparison.candidates), compared, probabilities)

    def _record_batch(self, scored: Sequence[ScoreResult]) -> None:
        """Count the outcomes, and tell the breaker of the batch as one attempt: a short outage
        must not count once per question.
        """
        faults = [each for each in scored if isinstance(each, EndpointFault)]
        answers = sum(isinstance(each, list) for each in scored)
        self._count_outcome("answered", answers)
        self._count_outcome("failed", len(faults))
        self._count_outcome("busy", len(scored) - answers - len(faults))
        blamed = [fault for fault in faults if fault.blame]
        if len(blamed) > answers:
            self._breaker.record_failure(max(fault.rest for fault in blamed))
        elif answers:
            self._breaker.record_success()
        else:
            self._breaker.record_abandoned()
        if faults and self._outage.fail():
            log.warning("reranker_failed", reranker=self._reranker.name, why=str(faults[0]))
        elif not faults and answers and (seconds := self._outage.end()) is not None:
            log.info(
                "reranker_answers_again", reranker=self._reranker.name, seconds=round(seconds, 1)
            )

    def _count_outcome(self, outcome: str, questions: int) -> None:
        if questions:
            metrics.RERANKS.labels(self._reranker.name, outcome).inc(questions)

    async def _verify_here(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        verified = await self._search.verify(comparisons) if comparisons else []
        return [
            [
                replace(
                    each,
                    probability=rescale_probability(
                        each.probability, self._search.bands, self._bands
                    ),
                )
                for each in some
            ]
            for some in verified
        ]


def rescale_probability(probability: float, made_for: Bands, target_bands: Bands) -> float:
    """Map a probability piecewise linearly so that `made_for`'s thresholds become the target's."""
    before, after = (
        [0.0, bands.possible, bands.sure, 1.0] for bands in (made_for, target_bands)
    )  # fmt: skip
    return float(np.interp(probability, before, after))


def _format_document(excerpt: Excerpt) -> str:
    text = f"{excerpt.heading}：{excerpt.passage}" if excerpt.heading else excerpt.passage
    return text[:DOCUMENT]


def _best_verifications(
    count: int, compared: Sequence[Excerpt], probabilities: Sequence[float]
) -> list[Verification]:
    """For each of `count` candidates its likeliest excerpt; NOT_COMPARED where none was sent."""
    best = [NOT_COMPARED] * count
    for excerpt, probability in zip(compared, probabilities, strict=True):
        if not best[excerpt.candidate].passage or probability > best[excerpt.candidate].probability:
            best[excerpt.candidate] = Verification(probability, excerpt.passage)
    return best
