"""What a message means: intent, sentiment and embedding, all from one pass of the encoder."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import torch

from models import adapter as adapters
from models.adapter import Adapter
from models.base.fetch import ensure
from models.base.sources import E5_SMALL
from models.encoder import Encoder
from models.heads import Head
from models.intent import taxonomy
from models.intent.taxonomy import OUT_OF_SCOPE, Taxonomy

MODELS = Path(__file__).parent

Sentiment = Literal["positive", "neutral", "negative"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One message, understood."""

    intent: str
    title: str
    group: str
    confidence: float  # calibrated on CIC; see the card for how it travels
    in_scope: bool
    sentiment: Sentiment
    sentiment_score: float  # 0..1, how sure of the sentiment named
    embedding: torch.Tensor = field(compare=False, repr=False)  # (H,) fp32, a row of the batch


class Understanding:
    """Tokens in, judgements out. Safe to call from several threads."""

    def __init__(self, encoder: Encoder, intent: Head, sentiment: Head, kinds: Taxonomy) -> None:
        self.encoder = encoder
        self.intent = intent
        self.sentiment = sentiment
        self.version = intent.manifest.version
        # KeyError here: the head knows an intent that the taxonomy doesn't.
        self._kinds = [kinds.by_id[label] for label in intent.manifest.labels]
        self._groups = [kinds.group_titles[kind.group] for kind in self._kinds]

    @classmethod
    def load(cls, folder: Path | None = None, device: str = "cpu") -> "Understanding":
        """`folder` holds the converted base weights; fetched when not given.

        Raises WeightsUnavailable, or ForeignAdapter or ForeignHead when what was trained belongs
        to another base.
        """
        adapter = Adapter.load(MODELS / "intent" / adapters.FILE, E5_SMALL)
        return cls(
            Encoder(folder or ensure(), device, adapter),
            Head.load(MODELS / "intent", E5_SMALL, adapter, device),
            Head.load(MODELS / "sentiment", E5_SMALL, adapter, device),
            taxonomy.load(),
        )

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text; cheap, and meant to run outside the compute thread."""
        return self.encoder.tokenize(texts)

    def judge(self, tokens: Sequence[Sequence[int]]) -> list[Judgement]:
        """One judgement a text, in the order given."""
        return self.judge_embeddings(self.encoder.encode(tokens)) if tokens else []

    @torch.inference_mode()
    def judge_embeddings(self, embeddings: torch.Tensor) -> list[Judgement]:
        """(n, H) pooled rows -> n judgements."""
        logits = self.intent.logits(embeddings) / self.intent.manifest.temperature
        confidence, best = logits.softmax(1).max(1)  # (n, C) -> (n,), (n,)
        positive = self.positive(embeddings)
        rows = zip(
            best.tolist(), confidence.tolist(), positive.tolist(), embeddings.cpu(), strict=True
        )
        return [self._judgement(*row) for row in rows]

    @torch.inference_mode()
    def positive(self, embeddings: torch.Tensor) -> torch.Tensor:
        """(n, H) pooled rows -> (n,) calibrated probability of a positive mood."""
        logits = self.sentiment.logits(embeddings) / self.sentiment.manifest.temperature
        return logits.softmax(1)[:, self.sentiment.manifest.labels.index("positive")]

    def _judgement(
        self, best: int, confidence: float, positive: float, embedding: torch.Tensor
    ) -> Judgement:
        kind = self._kinds[best]
        known = kind.id != OUT_OF_SCOPE and confidence >= self.intent.manifest.threshold
        sentiment, score = name_sentiment(positive, self.sentiment.manifest.neutral or (0.5, 0.5))
        return Judgement(
            intent=kind.id,
            title=kind.title,
            group=self._groups[best],
            confidence=confidence,
            in_scope=known,
            sentiment=sentiment,
            sentiment_score=score,
            embedding=embedding,
        )


def name_sentiment(positive: float, band: tuple[float, float]) -> tuple[Sentiment, float]:
    """P(positive) and the neutral band -> the name and how sure we are of it."""
    low, high = band
    if positive > high:
        return "positive", positive
    if positive < low:
        return "negative", 1 - positive
    return "neutral", 1 - abs(2 * positive - 1)
