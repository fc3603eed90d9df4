"""Evaluates generators: loss and perplexity on answers that people wrote."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from tqdm import tqdm
from transformers import DataCollatorForSeq2Seq

from models.generator import bundle
from models.generator.reply_pairs import UNLEARNT, ChatFormat, ReplyExample, ReplyPair
from models.metrics import generation


def evaluate_replies(
    folder: Path, base: Path, pairs: Sequence[ReplyPair], batch: int = 4
) -> dict[str, float | int]:
    """n, tokens, loss (nats a token of the answer) and perplexity of the generator in `folder`, and
    the base's base_loss and base_perplexity. Both are loaded in `bundle.loading_dtype`.

    Raises IncompatibleAdapter when `folder` doesn't belong to `base`.
    """
    manifest = bundle.read_manifest(folder)
    model, tokenizer = bundle.load_checked(folder, base)
    chat = ChatFormat(tokenizer, manifest.system, manifest.longest)
    examples = [chat.example(pair) for pair in pairs]
    figures = measure_replies(model, chat, examples, batch)
    bare = measure_replies(bundle.load_base(base), chat, examples, batch)
    return {**figures, "base_loss": bare["loss"], "base_perplexity": bare["perplexity"]}


@torch.no_grad()
def measure_replies(
    model: Any, chat: ChatFormat, examples: Sequence[ReplyExample], batch: int
) -> dict[str, float | int]:
    """The figures of `models.metrics.generation` on the examples, `batch` at a time."""
    model.eval()
    collate = DataCollatorForSeq2Seq(chat.tokenizer, label_pad_token_id=UNLEARNT)
    ordered = sorted(examples, key=lambda example: len(example.ids))
    losses: list[float] = []
    for start in tqdm(range(0, len(ordered), batch), desc="held-out answers"):
        features = [example.features() for example in ordered[start : start + batch]]
        losses += _answer_losses(model, collate(features).to(model.device))
    return generation.figures(losses, [len(e.ids) - e.prompt for e in ordered])


def _answer_losses(model: Any, inputs: Any) -> list[float]:
    """Negative log-likelihood of each answer, n values in nats."""
    target_ids = inputs.pop("labels")[:, 1:]  # each token predicts the next
    is_answer_token = target_ids != UNLEARNT
    logits = model(**inputs).logits[:, :-1][is_answer_token].float()  # (answers' tokens, V)
    nats = functional.cross_entropy(logits, target_ids[is_answer_token], reduction="none")
    rows = is_answer_token.nonzero()[:, 0]
    return [float(x) for x in torch.zeros(len(target_ids)).index_add(0, rows.cpu(), nats.cpu())]
