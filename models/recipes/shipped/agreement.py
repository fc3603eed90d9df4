"""Compares the packed encoder with transformers' BertModel, one text at a time in fp32."""

from pathlib import Path

import numpy as np
import torch

from models.data import corpus
from models.encoder import embedding
from models.encoder.adapter import Adapter
from models.encoder.bundle import load_shipped_adapter
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.understanding import MessageClassification, Understanding
from models.hub.fetch import ensure_base

SEED = 7
REFERENCE_NAMES = {
    "out": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense",
}  # fmt: skip
REPORT_EVERY = 500


def compare_on_cic(
    data: Path, n: int, progress: ReportProgress = ignore_progress
) -> dict[str, float]:
    """Shares of equal answers and largest differences, over `n` random texts of CIC."""
    rows = corpus.read_cic(data)
    order = np.random.default_rng(SEED).permutation(len(rows))[:n]
    model = Understanding.load()
    return compare_with_transformers(model, [rows[i].text for i in order], progress)


def compare_with_transformers(
    model: Understanding, texts: list[str], progress: ReportProgress = ignore_progress
) -> dict[str, float]:
    """Classify texts by both encoders; shares of equal answers and largest differences."""
    packed = model.classify_embeddings(embedding.embed_texts(model.encoder, texts, progress))
    plain = model.classify_embeddings(_embed_with_transformers(model, texts, progress))
    pairs = list(zip(packed, plain, strict=True))
    gaps = [float((a.embedding - b.embedding).abs().max()) for a, b in pairs]
    return {
        "texts": len(texts),
        "intent_agreement": _share_equal([a.intent == b.intent for a, b in pairs]),
        "sentiment_agreement": _share_equal([a.sentiment == b.sentiment for a, b in pairs]),
        "in_scope_agreement": _share_equal([a.in_scope == b.in_scope for a, b in pairs]),
        "max_embedding_difference": max(gaps),
        "max_confidence_difference": max(_confidence_gap(a, b) for a, b in pairs),
    }


@torch.inference_mode()
def _embed_with_transformers(
    model: Understanding, texts: list[str], progress: ReportProgress
) -> torch.Tensor:
    # Imported here: takes seconds, and only this comparison needs it.
    from transformers import BertModel

    folder = ensure_base()
    reference = BertModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False)
    reference.train(False)
    _merge_into_reference(reference, load_shipped_adapter())
    rows = []
    for at, ids in enumerate(model.tokenize(texts), start=1):
        rows.append(reference(torch.tensor([ids])).last_hidden_state[0].mean(0))
        if at % REPORT_EVERY == 0:
            progress(f"  transformers: {at} of {len(texts)} texts")
    return torch.stack(rows)


def _merge_into_reference(reference: torch.nn.Module, adapter: Adapter) -> None:
    """Add the adapter's changes to BertModel's weights, in place."""
    weights: dict[str, torch.Tensor] = dict(reference.named_parameters())
    for number, _ in enumerate(reference.get_submodule("encoder.layer").children()):
        inside = f"encoder.layer.{number}"
        changes = dict(
            zip(("query", "key", "value"), adapter.change(f"{number}.qkv").chunk(3), strict=True)
        )
        for name, change in changes.items():
            weights[f"{inside}.attention.self.{name}.weight"] += change
        for name, linear in REFERENCE_NAMES.items():
            weights[f"{inside}.{linear}.weight"] += adapter.change(f"{number}.{name}")


def _confidence_gap(a: MessageClassification, b: MessageClassification) -> float:
    return abs(a.confidence - b.confidence)


def _share_equal(equal: list[bool]) -> float:
    return sum(equal) / len(equal)
