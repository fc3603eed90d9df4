"""The local classifier: runs the encoder of models/ in a thread of this process."""

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
from app.inference.ports import (
    CareKind,
    Classification,
    ClassificationFailed,
    Classifier,
    CommentScores,
    Intent,
    Suspicion,
)
from app.observability import metrics
from models.encoder.encoder import Encoder
from models.encoder.precision import Dtype, Preference
from models.encoder.serving_dtype import choose_encoder_dtype
from models.encoder.understanding import MessageClassification as Understood
from models.encoder.understanding import Understanding
from models.hub.fetch import ensure_base
from models.registry.faults import RegistryFault
from models.registry.registry import Registry

log = structlog.get_logger()

_CARE_KINDS: Mapping[str, CareKind] = {kind: kind for kind in get_args(CareKind)}


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model with its own taxonomy, replaced together."""

    model: Understanding
    intents: Mapping[str, Intent]


class LocalClassifier(Classifier):
    """Splits texts into batches by a token budget. One pass runs at a time; between the passes of
    a large call those of other calls may run.

    The encoder's dtype is chosen once and kept for models promoted later. Raises BadSettings when
    there is no such device.
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
        self._device = _resolve_device(device)
        self._budget = batch_tokens
        self._pool = ThreadPoolExecutor(1, "inference")
        self._registry = Registry(models)
        self._pointer_stamp = self._registry.etag()
        self._served_model = self._promoted_or_shipped()
        _choose_dtype(self._served_model.model.encoder, dtype)
        metrics.model_answers(self.version)

    @property
    def version(self) -> str:
        return self._served_model.model.version

    @property
    def device(self) -> str:
        """cpu or cuda."""
        return self._device

    @property
    def dtype(self) -> Dtype:
        """The dtype in which the encoder computes."""
        return self._served_model.model.encoder.dtype

    @property
    def intents(self) -> Mapping[str, Intent]:
        return self._served_model.intents

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        served_model = self._served_model  # fixed: `refresh` may replace it between passes
        tokens = served_model.model.tokenize(list(texts))
        loop = asyncio.get_running_loop()
        classifications: dict[int, Classification | ClassificationFailed] = {}
        for batch in plan_batches([len(ids) for ids in tokens], self._budget):
            metrics.BATCH.observe(len(batch))
            token_ids = [tokens[i] for i in batch]
            answers = await loop.run_in_executor(
                self._pool, _classify_batch, served_model, token_ids
            )
            classifications |= zip(batch, answers, strict=True)
        return [classifications[i] for i in range(len(tokens))]

    async def classify_comments(self, texts: Sequence[str]) -> list[CommentScores]:
        model = self._served_model.model
        tokens = model.tokenize(list(texts))
        loop = asyncio.get_running_loop()
        try:
            scores = await loop.run_in_executor(self._pool, model.classify_comments, tokens)
        except Exception as error:  # noqa: BLE001 - a reply without a mood is better than none
            metrics.FAILURES.labels("inference").inc()
            log.warning("inference_failed", texts=len(tokens), error=repr(error))
            scores = []
        return [*scores] or [{} for _ in texts]

    async def refresh(self) -> None:
        stamp = await asyncio.to_thread(self._registry.etag)
        if stamp == self._pointer_stamp:
            return
        self._pointer_stamp = (
            stamp  # a model that can't be loaded isn't tried again until the pointer changes
        )
        try:
            new_model = await asyncio.to_thread(self._load_promoted, self._served_model.model)
        except RegistryFault as error:
            _report_refusal(error)
            return
        log.info("model_swapped", **{"from": self.version, "to": new_model.model.version})
        self._served_model = new_model
        metrics.model_answers(self.version)

    def close(self) -> None:
        """Wait for the running pass to finish."""
        self._pool.shutdown(wait=True)

    def _promoted_or_shipped(self) -> ServedModel:
        try:
            return self._load_promoted(None)
        except RegistryFault as error:
            _report_refusal(error)
            return _with_intents(Understanding.load(ensure_base(), self._device))

    def _load_promoted(self, like: Understanding | None) -> ServedModel:
        return _with_intents(self._registry.load_understanding(ensure_base(), self._device, like))


def _resolve_device(device: str) -> str:
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device != "cpu" and not torch.cuda.is_available():
        problem = f"torch {torch.__version__} finds no GPU"
        raise BadSettings([f"DEVICE is {device}, but {problem}: set auto or cpu."])
    return device


def _with_intents(model: Understanding) -> ServedModel:
    titles = model.taxonomy.group_titles
    intents = {
        i.id: Intent(i.id, i.title, titles[i.group], i.action, i.replies)
        for i in model.taxonomy.intents
    }
    return ServedModel(model, intents)


def _choose_dtype(encoder: Encoder, preference: Preference) -> None:
    choice = choose_encoder_dtype(encoder, preference)
    encoder.convert(choice.dtype)
    log.info("encoder_dtype", **choice.facts())
    metrics.encoder_computes_in(choice.dtype)


def _report_refusal(error: RegistryFault) -> None:
    metrics.MODELS_REFUSED.inc()
    log.error("model_refused", reason=str(error))


def _classify_batch(
    served_model: ServedModel, tokens: list[list[int]]
) -> list[Classification | ClassificationFailed]:
    try:
        return [
            _to_classification(result, served_model)
            for result in served_model.model.classify(tokens)
        ]
    except Exception as error:  # noqa: BLE001 - one text must not fail the whole batch
        metrics.FAILURES.labels("inference").inc()
        log.warning("inference_failed", texts=len(tokens), error=repr(error))
        if len(tokens) == 1:
            return [ClassificationFailed(repr(error))]
        return [
            classification
            for ids in tokens
            for classification in _classify_batch(served_model, [ids])
        ]


def plan_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Distribute texts of `lengths` tokens over few passes of similar size, each within `budget`
    tokens; returns the texts' indices by pass.

    Ordered by length, since attention runs once for each length in a pass. A text longer than the
    budget has a pass of its own.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    room = sum(lengths) / max(1, math.ceil(sum(lengths) / budget))
    batches: list[list[int]] = []
    filled = math.inf
    for i in order:
        # Add the text while at most half of it is beyond the mean size, and all is within budget.
        if filled + lengths[i] / 2 > room or filled + lengths[i] > budget:
            batches.append([])
            filled = 0
        batches[-1].append(i)
        filled += lengths[i]
    return batches


def _to_classification(result: Understood, served_model: ServedModel) -> Classification:
    return Classification(
        intent=served_model.intents[result.intent],
        confidence=result.confidence,
        in_scope=result.in_scope,
        sentiment=result.sentiment,
        sentiment_score=result.sentiment_score,
        model=served_model.model.version,
        vector=result.vector.numpy(),
        suspicion=_to_suspicion(result),
    )


def _to_suspicion(result: Understood) -> Suspicion | None:
    suspicion = result.suspicion
    if suspicion is None or suspicion.kind not in _CARE_KINDS:
        return None
    return Suspicion(_CARE_KINDS[suspicion.kind], suspicion.score, suspicion.threshold)
