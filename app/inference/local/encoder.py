"""The door to models/: the encoder in this process, off the event loop."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import structlog
import torch
from threadpoolctl import threadpool_limits

from app.errors import BadSettings
from app.inference.ports import CareKind, Classifier, Intent, Judgement, Suspicion, Unreadable
from app.observability import metrics
from models.encoder.dtypes import Dtype, Preference
from models.encoder.encoder import Encoder
from models.encoder.serving_dtype import choose_encoder_dtype
from models.encoder.understanding import Judgement as Understood
from models.encoder.understanding import Understanding
from models.hub.fetch import ensure
from models.registry.pointer import RegistryFault
from models.registry.registry import Registry

log = structlog.get_logger()

_CARE_KINDS: Mapping[str, CareKind] = {kind: kind for kind in get_args(CareKind)}


@dataclass(frozen=True, slots=True)
class Served:
    """A model and its own taxonomy: taken together, so that one is never used with another's."""

    model: Understanding
    intents: Mapping[str, Intent]


class LocalClassifier(Classifier):
    """Batches by a token budget; passes queue one behind another, asks of many texts give way
    between their passes.

    The encoder's dtype is chosen once; models promoted later compute in the same. Raises
    BadSettings when there is no such device.
    """

    def __init__(
        self,
        device: str,
        threads: int,
        batch_tokens: int,
        models: Path,
        dtype: Preference = "auto",
    ) -> None:
        torch.set_num_threads(threads)
        # NumPy's threads wait for each other by spinning: where other work has the cores, a
        # search of the knowledge base took 13 times as long with two of them as with one.
        threadpool_limits(limits=threads, user_api="blas")
        self._device = _found(device)
        self._budget = batch_tokens
        self._pool = ThreadPoolExecutor(1, "inference")
        self._registry = Registry(models)
        self._seen = self._registry.stamp()
        self._served = self._promoted_or_shipped()
        _choose_dtype(self._served.model.encoder, dtype)
        metrics.model_answers(self.version)

    @property
    def version(self) -> str:
        return self._served.model.version

    @property
    def device(self) -> str:
        """cpu or cuda."""
        return self._device

    @property
    def dtype(self) -> Dtype:
        """What the encoder computes in."""
        return self._served.model.encoder.dtype

    @property
    def intents(self) -> Mapping[str, Intent]:
        return self._served.intents

    async def classify(self, texts: Sequence[str]) -> list[Judgement | Unreadable]:
        served = self._served  # another may be promoted before the last pass
        tokens = served.model.tokenize(list(texts))
        loop = asyncio.get_running_loop()
        judged: dict[int, Judgement | Unreadable] = {}
        for batch in passes([len(ids) for ids in tokens], self._budget):
            metrics.BATCH.observe(len(batch))
            asked = [tokens[i] for i in batch]
            answers = await loop.run_in_executor(self._pool, _judge, served, asked)
            judged |= zip(batch, answers, strict=True)
        return [judged[i] for i in range(len(tokens))]

    async def refresh(self) -> None:
        stamp = await asyncio.to_thread(self._registry.stamp)
        if stamp == self._seen:
            return
        self._seen = stamp  # what can't be loaded isn't tried again until the pointer changes
        try:
            served = await asyncio.to_thread(self._load, self._served.model)
        except RegistryFault as error:
            _refuse(error)
            return
        log.info("model_swapped", **{"from": self.version, "to": served.model.version})
        self._served = served
        metrics.model_answers(self.version)

    def close(self) -> None:
        """Let the running pass finish."""
        self._pool.shutdown(wait=True)

    def _promoted_or_shipped(self) -> Served:
        try:
            return self._load(None)
        except RegistryFault as error:
            _refuse(error)
            return _served(Understanding.load(ensure(), self._device))

    def _load(self, like: Understanding | None) -> Served:
        return _served(self._registry.understanding(ensure(), self._device, like))


def _found(device: str) -> str:
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device != "cpu" and not torch.cuda.is_available():
        found = f"torch {torch.__version__} finds no GPU"
        raise BadSettings([f"DEVICE is {device}, but {found}: set auto or cpu."])
    return device


def _served(model: Understanding) -> Served:
    titles = model.taxonomy.group_titles
    intents = {
        i.id: Intent(i.id, i.title, titles[i.group], i.action, i.replies)
        for i in model.taxonomy.intents
    }
    return Served(model, intents)


def _choose_dtype(encoder: Encoder, preference: Preference) -> None:
    choice = choose_encoder_dtype(encoder, preference)
    encoder.convert(choice.dtype)
    log.info("encoder_dtype", **choice.facts())
    metrics.encoder_computes_in(choice.dtype)


def _refuse(error: RegistryFault) -> None:
    metrics.MODELS_REFUSED.inc()
    log.error("model_refused", reason=str(error))


def _judge(served: Served, tokens: list[list[int]]) -> list[Judgement | Unreadable]:
    try:
        return [_judgement(found, served) for found in served.model.judge(tokens)]
    except Exception as error:  # noqa: BLE001 - one text must not take its neighbours along
        metrics.FAILURES.labels("inference").inc()
        log.warning("inference_failed", texts=len(tokens), error=repr(error))
        if len(tokens) == 1:
            return [Unreadable(repr(error))]
        return [judged for ids in tokens for judged in _judge(served, [ids])]


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


def _judgement(found: Understood, served: Served) -> Judgement:
    return Judgement(
        intent=served.intents[found.intent],
        confidence=found.confidence,
        in_scope=found.in_scope,
        mood=found.sentiment,
        mood_score=found.sentiment_score,
        model=served.model.version,
        vector=found.vector.numpy(),
        suspicion=_suspicion(found),
    )


def _suspicion(found: Understood) -> Suspicion | None:
    heard = found.suspicion
    if heard is None or heard.kind not in _CARE_KINDS:
        return None
    return Suspicion(_CARE_KINDS[heard.kind], heard.score, heard.threshold)
