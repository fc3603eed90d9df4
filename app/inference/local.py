"""The door to models/: the encoder in this process, off the event loop."""

import asyncio
import math
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
        judged: dict[int, Judgement | Unreadable] = {}
        for batch in passes([len(ids) for ids in tokens], self._budget):
            metrics.BATCH.observe(len(batch))
            asked = [tokens[i] for i in batch]
            answers = await loop.run_in_executor(self._pool, self._judge, asked)
            judged |= zip(batch, answers, strict=True)
        return [judged[i] for i in range(len(tokens))]

    def close(self) -> None:
        """Let the running pass finish."""
        self._pool.shutdown(wait=True)

    def _judge(self, tokens: list[list[int]]) -> list[Judgement | Unreadable]:
        try:
            return [_judgement(found) for found in self._model.judge(tokens)]
        except Exception as error:  # noqa: BLE001 - one text must not take its neighbours along
            metrics.FAILURES.labels("inference").inc()
            log.warning("inference_failed", texts=len(tokens), error=repr(error))
            if len(tokens) == 1:
                return [Unreadable(repr(error))]
            return [judged for ids in tokens for judged in self._judge([ids])]


def passes(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Texts of so many tokens each, as few passes within `budget` tokens as will do, of like size.

    By length, since attention runs by groups of equal length: fewer groups a pass. A text longer
    than the budget has a pass of its own.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    room = sum(lengths) / max(1, math.ceil(sum(lengths) / budget))
    found: list[list[int]] = []
    filled = math.inf
    for i in order:
        # Half over is nearer than half under; the budget itself is never passed.
        if filled + lengths[i] / 2 > room or filled + lengths[i] > budget:
            found.append([])
            filled = 0
        found[-1].append(i)
        filled += lengths[i]
    return found


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
