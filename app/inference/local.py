"""The door to models/: the encoder in this process, off the event loop."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
import torch

from app.errors import BadSettings
from app.inference.ports import Classifier, Intent, Judgement, Unreadable
from app.kit import metrics
from models.base.fetch import ensure
from models.intent import taxonomy
from models.understanding import Judgement as Understood
from models.understanding import Understanding

log = structlog.get_logger()


class LocalClassifier(Classifier):
    """Batches by a token budget; passes queue one behind another, asks of many texts give way
    between their passes. Raises BadSettings when there is no such device.
    """

    def __init__(self, device: str, threads: int, batch_tokens: int) -> None:
        torch.set_num_threads(threads)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if device != "cpu" and not torch.cuda.is_available():
            found = f"torch {torch.__version__} finds no GPU"
            raise BadSettings([f"DEVICE is {device}, but {found}: set auto or cpu."])
        self._model = Understanding.load(ensure(), device=device)
        self._budget = batch_tokens
        self._pool = ThreadPoolExecutor(1, "inference")
        known = taxonomy.load()
        titles = {group.id: group.title for group in known.groups}
        self._intents = {
            i.id: Intent(i.id, i.title, titles[i.group], i.action, tuple(i.replies))
            for i in known.intents
        }

    @property
    def version(self) -> str:
        return self._model.version

    @property
    def intents(self) -> Mapping[str, Intent]:
        return self._intents

    async def classify(self, texts: Sequence[str]) -> list[Judgement | Unreadable]:
        tokens = self._model.tokenize(list(texts))
        loop = asyncio.get_running_loop()
        judged: list[Judgement | Unreadable] = []
        for batch in self._batches(tokens):
            metrics.BATCH.observe(len(batch))
            judged += await loop.run_in_executor(self._pool, self._judge, batch)
        return judged

    def close(self) -> None:
        """Let the running pass finish."""
        self._pool.shutdown(wait=True)

    def _batches(self, tokens: list[list[int]]) -> list[list[list[int]]]:
        batches: list[list[list[int]]] = []
        room = 0
        for ids in tokens:
            if len(ids) > room or not batches:
                batches.append([])
                room = self._budget
            batches[-1].append(ids)
            room -= len(ids)
        return batches

    def _judge(self, tokens: list[list[int]]) -> list[Judgement | Unreadable]:
        try:
            return [_judgement(found) for found in self._model.judge(tokens)]
        except Exception as error:  # noqa: BLE001 - one text must not take its neighbours along
            metrics.FAILURES.labels("inference").inc()
            log.warning("inference_failed", texts=len(tokens), error=repr(error))
            if len(tokens) == 1:
                return [Unreadable(repr(error))]
            return [judged for ids in tokens for judged in self._judge([ids])]


def _judgement(found: Understood) -> Judgement:
    return Judgement(
        intent=found.intent,
        title=found.title,
        group=found.group,
        confidence=found.confidence,
        in_scope=found.in_scope,
        mood=found.sentiment,
        mood_score=found.sentiment_score,
    )
