"""The local reranker: runs a cross-encoder of models/ in a thread of this process."""

import asyncio
import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import torch

from app.errors import BadSettings
from app.inference.ports import Capacity, Reranker
from app.inference.remote.endpoints.faults import EndpointFault
from models.encoder.precision import Dtype
from models.hub.errors import BaseModelError
from models.search.cross_encoder import CrossEncoder, locate_cross_encoder

# A pass of a model of 100 million parameters over 8 pairs takes a core about a second.
ON_CPU = Capacity(at_once=1, documents=8)
ON_GPU = Capacity(at_once=1, documents=24)


class LocalReranker(Reranker):
    """Scores one question at a time; scoring stops once its caller has been cancelled."""

    def __init__(self, model: CrossEncoder, name: str, device: str) -> None:
        self._model = model
        self._name = name
        self._capacity = ON_CPU if device == "cpu" else ON_GPU
        self._pool = ThreadPoolExecutor(1, "reranker")

    @property
    def name(self) -> str:
        return self._name

    @property
    def capacity(self) -> Capacity:
        return self._capacity

    async def score(self, question: str, documents: Sequence[str]) -> list[float]:
        loop, caller_left = asyncio.get_running_loop(), threading.Event()
        try:
            return await loop.run_in_executor(
                self._pool, _score_documents, self._model, question, list(documents), caller_left
            )
        finally:
            caller_left.set()

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)


def _score_documents(
    model: CrossEncoder, question: str, documents: list[str], caller_left: threading.Event
) -> list[float]:
    probabilities: list[float] = []
    try:
        for logits in model.logits(question, documents):
            probabilities += torch.tensor(logits, dtype=torch.float64).sigmoid().tolist()
            if caller_left.is_set():
                return []
    except (RuntimeError, ValueError, IndexError) as error:
        raise EndpointFault(f"failed: {type(error).__name__}") from error
    if not all(map(math.isfinite, probabilities)):
        raise EndpointFault("computed a score that is no number")
    return probabilities


async def open_local(name: str, device: str, dtype: Dtype) -> LocalReranker:
    """Load the cross-encoder `name`: a folder, or a repository fetched on first call.

    Raises BadSettings.
    """
    try:
        folder = await asyncio.to_thread(locate_cross_encoder, name)
        model = await asyncio.to_thread(CrossEncoder, folder, device, dtype)
    except BaseModelError as error:
        raise BadSettings([f"RERANKER is {name}, but {error}."]) from error
    except OSError as error:  # a container's files are read-only
        raise BadSettings(
            [f"RERANKER is {name}, but it can't be fetched to this disk ({error}): name a folder."]
        ) from error
    reranker = LocalReranker(model, folder.name, device)
    await reranker.score("你好", ["您好"])  # warm up: the first pass is slow
    return reranker
