"""How surely a model would have given the answers that people gave."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from tqdm import tqdm
from transformers import DataCollatorForSeq2Seq

from models.generator import bundle
from models.generator.reply_pairs import UNLEARNT, Chat, Example, Pair
from models.metrics import generation


def evaluate(
    folder: Path, base: Path, pairs: Sequence[Pair], batch: int = 4
) -> dict[str, float | int]:
    """n, tokens, loss (nats an answer's token) and perplexity; the base's own as base_loss and
    base_perplexity. Both models are in `bundle.loading_dtype`.

    Raises ForeignAdapter when `folder` doesn't belong to `base`.
    """
    manifest = bundle.read(folder)
    model, tokenizer = bundle.load(folder, base)
    chat = Chat(tokenizer, manifest.system, manifest.longest)
    examples = [chat.example(pair) for pair in pairs]
    found = measure(model, chat, examples, batch)
    bare = measure(bundle.bare(base), chat, examples, batch)
    return {**found, "base_loss": bare["loss"], "base_perplexity": bare["perplexity"]}


@torch.no_grad()
def measure(
    model: Any, chat: Chat, examples: Sequence[Example], batch: int
) -> dict[str, float | int]:
    """The figures of `models.metrics.generation` over the answers' tokens."""
    model.eval()
    collate = DataCollatorForSeq2Seq(chat.tokenizer, label_pad_token_id=UNLEARNT)
    ordered = sorted(examples, key=lambda example: len(example.ids))
    losses: list[float] = []
    for start in tqdm(range(0, len(ordered), batch), desc="held-out answers"):
        features = [example.features() for example in ordered[start : start + batch]]
        losses += _losses(model, collate(features).to(model.device))
    return generation.figures(losses, [len(e.ids) - e.prompt for e in ordered])


def _losses(model: Any, inputs: Any) -> list[float]:
    """Nats of each answer, (n,)."""
    wanted = inputs.pop("labels")[:, 1:]  # each token foretells the next
    learnt = wanted != UNLEARNT
    logits = model(**inputs).logits[:, :-1][learnt].float()  # (answers' tokens, V)
    nats = functional.cross_entropy(logits, wanted[learnt], reduction="none")
    rows = learnt.nonzero()[:, 0]
    return [float(x) for x in torch.zeros(len(wanted)).index_add(0, rows.cpu(), nats.cpu())]
