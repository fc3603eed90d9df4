"""The local search model: runs models/search in a thread of this process."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import structlog
import torch

from app.inference.ports import (
    Bands,
    Candidate,
    ClassificationFailed,
    Comparison,
    Excerpt,
    SearchModel,
    TextVector,
    Verification,
)
from app.observability import metrics
from models.encoder.precision import Dtype
from models.search.bundle import SearchBundle
from models.search.candidates import SearchCandidate
from models.search.searcher import Searcher

log = structlog.get_logger()


class LocalSearchModel(SearchModel):
    """Has a thread of its own, so that its passes run beside the classifier's."""

    def __init__(self, device: str, dtype: Dtype) -> None:
        """`device` is cpu or cuda; `dtype` is the one chosen for the classifier by measurement."""
        self._searcher = Searcher(SearchBundle.load(), device=device)
        self._searcher.convert(dtype)
        manifest = self._searcher.manifest
        self._bands = Bands(manifest.sure, manifest.possible)
        self._pool = ThreadPoolExecutor(1, "search")

    @property
    def version(self) -> str:
        return self._searcher.version

    @property
    def bands(self) -> Bands:
        return self._bands

    async def embed(self, texts: Sequence[str]) -> list[TextVector | ClassificationFailed]:
        if not texts:
            return []
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(self._pool, _embed_texts, self._searcher, list(texts))
        return [
            row if isinstance(row, ClassificationFailed) else TextVector(self.version, row)
            for row in rows
        ]

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        loop = asyncio.get_running_loop()
        read = [_to_candidate(each) for each in candidates]
        await loop.run_in_executor(self._pool, self._searcher.prepare, read)

    async def verify(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        if not any(comparison.candidates for comparison in comparisons):
            return [[] for _ in comparisons]
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, _verify_comparisons, self._searcher, list(comparisons)
        )

    async def excerpts(self, comparisons: Sequence[Comparison]) -> list[list[Excerpt]]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, _find_excerpts, self._searcher, list(comparisons)
        )

    def close(self) -> None:
        """Wait for the running pass to finish."""
        self._pool.shutdown(wait=True)


def _embed_texts(model: Searcher, texts: list[str]) -> list[np.ndarray | ClassificationFailed]:
    try:
        return [*model.embed(texts)]
    except (RuntimeError, ValueError, IndexError, torch.OutOfMemoryError) as error:
        metrics.FAILURES.labels("inference").inc()
        log.warning("embedding_failed", texts=len(texts), error=repr(error))
        if len(texts) == 1:
            return [ClassificationFailed(repr(error))]
        return [row for text in texts for row in _embed_texts(model, [text])]


def _verify_comparisons(model: Searcher, comparisons: list[Comparison]) -> list[list[Verification]]:
    return [
        [Verification(each.probability, each.passage) for each in results]
        for results in model.verify_all(_to_pairs(comparisons))
    ]


def _find_excerpts(model: Searcher, comparisons: list[Comparison]) -> list[list[Excerpt]]:
    return [
        [Excerpt(each.candidate, each.heading, each.passage) for each in some]
        for some in model.excerpts(_to_pairs(comparisons))
    ]


def _to_pairs(comparisons: list[Comparison]) -> list[tuple[str, list[SearchCandidate]]]:
    return [(c.question, [*map(_to_candidate, c.candidates)]) for c in comparisons]


def _to_candidate(candidate: Candidate) -> SearchCandidate:
    return SearchCandidate(candidate.headings, candidate.text, candidate.is_chunk)
