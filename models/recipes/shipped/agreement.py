"""The packed encoder against transformers' BertModel, one text at a time in fp32."""

from pathlib import Path

import numpy as np
import torch

from models.data import corpus
from models.encoder import adapter as adapters
from models.encoder import embedding
from models.encoder.adapter import Adapter
from models.encoder.embedding import Say, quiet
from models.encoder.understanding import MODELS, Judgement, Understanding
from models.hub.fetch import ensure
from models.hub.sources import E5_SMALL

SEED = 7
REFERENCE_NAMES = {
    "out": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense",
}  # fmt: skip
REPORT_EVERY = 500


def compare(data: Path, n: int, say: Say = quiet) -> dict[str, float]:
    """Over `n` texts of CIC: share of equal answers, and the largest difference of a number."""
    rows = corpus.cic(data)
    order = np.random.default_rng(SEED).permutation(len(rows))[:n]
    model = Understanding.load()
    return against_transformers(model, [rows[i].text for i in order], say)


def against_transformers(
    model: Understanding, texts: list[str], say: Say = quiet
) -> dict[str, float]:
    """Both ways judge the same texts."""
    packed = model.judge_embeddings(embedding.embed(model.encoder, texts, say))
    plain = model.judge_embeddings(_plain(model, texts, say))
    pairs = list(zip(packed, plain, strict=True))
    gaps = [float((a.embedding - b.embedding).abs().max()) for a, b in pairs]
    return {
        "texts": len(texts),
        "intent_agreement": _share([a.intent == b.intent for a, b in pairs]),
        "sentiment_agreement": _share([a.sentiment == b.sentiment for a, b in pairs]),
        "in_scope_agreement": _share([a.in_scope == b.in_scope for a, b in pairs]),
        "max_embedding_difference": max(gaps),
        "max_confidence_difference": max(_gap(a, b) for a, b in pairs),
    }


@torch.inference_mode()
def _plain(model: Understanding, texts: list[str], say: Say) -> torch.Tensor:
    # Imported here: takes seconds, and only this comparison needs it.
    from transformers import BertModel

    folder = ensure()
    reference = BertModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False)
    reference.train(False)
    _merge(reference, Adapter.load(MODELS / "intent" / adapters.FILE, E5_SMALL))
    rows = []
    for at, ids in enumerate(model.tokenize(texts), start=1):
        rows.append(reference(torch.tensor([ids])).last_hidden_state[0].mean(0))
        if at % REPORT_EVERY == 0:
            say(f"  transformers: {at} of {len(texts)} texts")
    return torch.stack(rows)


def _merge(reference: torch.nn.Module, adapter: Adapter) -> None:
    """What the packed encoder adds to its fused matrices, added to BertModel's own."""
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


def _gap(a: Judgement, b: Judgement) -> float:
    return abs(a.confidence - b.confidence)


def _share(equal: list[bool]) -> float:
    return sum(equal) / len(equal)
