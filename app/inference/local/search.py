"""The search model of models/search in this process, off the event loop."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import structlog
import torch

from app.inference.ports import (
    Bands,
    Candidate,
    Comparison,
    Excerpt,
    SearchModel,
    TextVector,
    Unreadable,
    Verification,
)
from app.observability import metrics
from models.encoder.dtypes import Dtype
from models.search import searcher
from models.search.bundle import SearchBundle
from models.search.searcher import Searcher

log = structlog.get_logger()


class LocalSearchModel(SearchModel):
    """One thread of its own: a pass over questions runs beside the classifier's."""

    def __init__(self, device: str, dtype: Dtype) -> None:
        """`device` is cpu or cuda; `dtype` is the classifier's, which was measured."""
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

    async def embed(self, texts: Sequence[str]) -> list[TextVector | Unreadable]:
        if not texts:
            return []
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(self._pool, _embed, self._searcher, list(texts))
        return [
            row if isinstance(row, Unreadable) else TextVector(self.version, row) for row in rows
        ]

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        loop = asyncio.get_running_loop()
        read = [_candidate(each) for each in candidates]
        await loop.run_in_executor(self._pool, self._searcher.prepare, read)

    async def verify(self, asked: Sequence[Comparison]) -> list[list[Verification]]:
        if not any(comparison.candidates for comparison in asked):
            return [[] for _ in asked]
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _verify, self._searcher, list(asked))

    async def excerpts(self, asked: Sequence[Comparison]) -> list[list[Excerpt]]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _excerpts, self._searcher, list(asked))

    def close(self) -> None:
        """Let the running pass finish."""
        self._pool.shutdown(wait=True)


def _embed(model: Searcher, texts: list[str]) -> list[np.ndarray | Unreadable]:
    try:
        return [*model.embed(texts)]
    except (RuntimeError, ValueError, IndexError, torch.OutOfMemoryError) as error:
        metrics.FAILURES.labels("inference").inc()
        log.warning("embedding_failed", texts=len(texts), error=repr(error))
        if len(texts) == 1:
            return [Unreadable(repr(error))]
        return [row for text in texts for row in _embed(model, [text])]


def _verify(model: Searcher, asked: list[Comparison]) -> list[list[Verification]]:
    return [
        [Verification(each.probability, each.passage) for each in found]
        for found in model.verify_all(_pairs(asked))
    ]


def _excerpts(model: Searcher, asked: list[Comparison]) -> list[list[Excerpt]]:
    return [
        [Excerpt(each.candidate, each.heading, each.passage) for each in some]
        for some in model.excerpts(_pairs(asked))
    ]


def _pairs(asked: list[Comparison]) -> list[tuple[str, list[searcher.Candidate]]]:
    return [(c.question, [*map(_candidate, c.candidates)]) for c in asked]


def _candidate(candidate: Candidate) -> searcher.Candidate:
    return searcher.Candidate(candidate.headings, candidate.text, candidate.is_chunk)
