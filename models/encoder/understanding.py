"""Classifies messages: intent, sentiment, care and embedding from one pass of the encoder; and
comments, by a pass of their own that ends at an earlier layer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import torch
from torch.nn.functional import normalize

from models.encoder.adapter import IncompatibleAdapter
from models.encoder.bundle import MODELS, Bundle
from models.encoder.encoder import Encoder
from models.encoder.heads import IncompatibleHead
from models.hub.fetch import ensure_base
from models.intent.taxonomy import NO_SERVICE, OUT_OF_SCOPE

__all__ = [
    "MODELS",
    "CrisisSuspicion",
    "MessageClassification",
    "Sentiment",
    "Understanding",
    "name_sentiment",
]

Sentiment = Literal["positive", "neutral", "negative"]
INTENT_WEIGHT = 0.07  # what equal intents add to the cosine: docs/decisions/0007


@dataclass(frozen=True, slots=True)
class CrisisSuspicion:
    """The care head's result: the likeliest kind of crisis, and the probability of any crisis."""

    kind: str
    score: float
    threshold: float  # scores from here up count as a crisis


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageClassification:
    """Intent, sentiment, embedding and suspected crisis of one message."""

    intent: str
    title: str
    group: str
    confidence: float  # P(intent), calibrated on CIC; see the card for other data
    in_scope: bool
    sentiment: Sentiment
    sentiment_score: float  # 0..1, confidence in `sentiment`
    embedding: torch.Tensor = field(compare=False, repr=False)  # (H,) fp32, a row of the batch
    vector: torch.Tensor = field(compare=False, repr=False)  # (H + C,), see `comparable`
    suspicion: CrisisSuspicion | None = None  # None without a care head


class Understanding:
    """Classifies tokenized texts with encoder and heads. Safe to call from several threads."""

    def __init__(self, encoder: Encoder, bundle: Bundle) -> None:
        self.encoder = encoder
        self.intent = bundle.intent
        self.sentiment = bundle.sentiment
        self.care = bundle.care
        self.comment = bundle.comment
        self.taxonomy = bundle.taxonomy
        self.version = bundle.version
        self._kinds = [self.taxonomy.by_id[label] for label in self.intent.manifest.labels]
        self._of_service = torch.tensor([float(kind.id not in NO_SERVICE) for kind in self._kinds])
        self._groups = [self.taxonomy.group_titles[kind.group] for kind in self._kinds]

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        device: str = "cpu",
        intent: Path | None = None,
        sentiment: Path | None = None,
        reuse_encoder_of: "Understanding | None" = None,
    ) -> "Understanding":
        """Load the bundles `intent` and `sentiment`; None: the shipped ones.

        `folder` holds the converted base weights; None: fetched. The encoder of `reuse_encoder_of`
        is shared when it has the same adapter, else a new one takes over its dtype (default fp32).
        Raises WeightsUnavailable, IncompatibleAdapter, IncompatibleHead or BadTaxonomy.
        """
        bundle = Bundle.load(intent, sentiment, device)
        if (
            reuse_encoder_of
            and reuse_encoder_of.intent.manifest.adapter_sha256 == bundle.adapter.sha256
        ):
            return cls(reuse_encoder_of.encoder, bundle)
        try:
            encoder = Encoder(folder or ensure_base(), device, bundle.adapter)
        except (KeyError, RuntimeError) as error:
            raise IncompatibleAdapter(
                f"the adapter of {bundle.version} doesn't fit its base: {error!r}"
            ) from error
        encoder.convert(reuse_encoder_of.encoder.dtype if reuse_encoder_of else "fp32")
        return cls(encoder, bundle)

    def warm_up(self) -> None:
        """Classify one text, to find a model that fails before it serves.

        Raises IncompatibleHead when the pass fails or a score isn't finite.
        """
        try:
            [classification] = self.classify(self.tokenize(["你好"]))
        except Exception as error:
            raise IncompatibleHead(f"{self.version} fails on a message: {error}") from error
        if not math.isfinite(classification.confidence + classification.sentiment_score):
            raise IncompatibleHead(f"{self.version} is sure of nothing: its weights aren't numbers")

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text. Cheap: call it outside the compute thread."""
        return self.encoder.tokenize(texts)

    def classify(self, tokens: Sequence[Sequence[int]]) -> list[MessageClassification]:
        """One classification a text, in the order given; [] for no texts.

        The care head reads more layers than the other heads, of the same pass.
        """
        if not tokens:
            return []
        embeddings = self.encoder.encode(tokens, self.care.manifest.taps if self.care else ())
        suspicions = self.find_suspicions(embeddings)
        return self.classify_embeddings(embeddings[:, -self.encoder.hidden :], suspicions)

    @torch.inference_mode()
    def classify_embeddings(
        self,
        embeddings: torch.Tensor,
        suspicions: Sequence[CrisisSuspicion | None] | None = None,
    ) -> list[MessageClassification]:
        """Pooled embeddings (n, H) fp32 of the last layer -> n classifications."""
        logits = self.intent.logits(embeddings) / self.intent.manifest.temperature
        likely = logits.softmax(1)
        confidence, best = likely.max(1)  # (n, C) -> (n,), (n,)
        positive = self.positive_probabilities(embeddings)
        rows = zip(
            best.tolist(),
            confidence.tolist(),
            positive.tolist(),
            embeddings.cpu(),
            self.comparable(embeddings, likely).cpu(),
            suspicions or [None] * len(embeddings),
            strict=True,
        )
        return [self._build_classification(*row) for row in rows]

    @torch.inference_mode()
    def positive_probabilities(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Pooled embeddings (n, H) fp32 -> calibrated P(positive), (n,)."""
        logits = self.sentiment.logits(embeddings) / self.sentiment.manifest.temperature
        return logits.softmax(1)[:, self.sentiment.manifest.labels.index("positive")]

    @torch.inference_mode()
    def find_suspicions(self, embeddings: torch.Tensor) -> list[CrisisSuspicion | None]:
        """Pooled embeddings (n, H * taps of the care head) fp32 -> n suspected crises; all None
        without a care head.
        """
        if self.care is None:
            return [None] * len(embeddings)
        care_manifest = self.care.manifest
        likely = (self.care.logits(embeddings) / care_manifest.temperature).softmax(1)
        any_crisis = (1 - likely[:, 0]).tolist()  # `none` is the first label
        kinds = (likely[:, 1:].argmax(1) + 1).tolist()
        return [
            CrisisSuspicion(care_manifest.labels[kind], score, care_manifest.threshold)
            for kind, score in zip(kinds, any_crisis, strict=True)
        ]

    @torch.inference_mode()
    def classify_comments(self, tokens: Sequence[Sequence[int]]) -> list[dict[str, float]]:
        """P(label) of each comment, by the labels of the comment head; [] without such a head."""
        if self.comment is None or not tokens:
            return []
        manifest = self.comment.manifest
        embeddings = self.encoder.encode(tokens, manifest.taps)
        likely = (self.comment.logits(embeddings) / manifest.temperature).softmax(1)
        return [dict(zip(manifest.labels, row, strict=True)) for row in likely.tolist()]

    def comparable(self, embeddings: torch.Tensor, likely: torch.Tensor) -> torch.Tensor:
        """Embeddings (n, H) and intent probabilities (n, C) -> vectors (n, H + C) fp32.

        The inner product of two vectors is the cosine of the embeddings plus up to INTENT_WEIGHT
        for equal intents. Out of scope and chitchat add nothing.
        """
        weights = INTENT_WEIGHT * self._of_service.to(likely)
        return torch.cat([normalize(embeddings.float()), likely.float() * weights.sqrt()], 1)

    def _build_classification(
        self,
        best: int,
        confidence: float,
        positive: float,
        embedding: torch.Tensor,
        vector: torch.Tensor,
        suspicion: CrisisSuspicion | None,
    ) -> MessageClassification:
        kind = self._kinds[best]
        is_in_scope = kind.id != OUT_OF_SCOPE and confidence >= self.intent.manifest.threshold
        sentiment, score = name_sentiment(positive, self.sentiment.manifest.neutral or (0.5, 0.5))
        return MessageClassification(
            intent=kind.id,
            title=kind.title,
            group=self._groups[best],
            confidence=confidence,
            in_scope=is_in_scope,
            sentiment=sentiment,
            sentiment_score=score,
            embedding=embedding,
            vector=vector,
            suspicion=suspicion,
        )


def name_sentiment(positive: float, band: tuple[float, float]) -> tuple[Sentiment, float]:
    """P(positive) and the neutral band (low, high) -> sentiment and confidence in it, 0..1."""
    low, high = band
    if positive > high:
        return "positive", positive
    if positive < low:
        return "negative", 1 - positive
    return "neutral", 1 - abs(2 * positive - 1)
