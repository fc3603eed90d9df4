"""Tokenizes pairs of question and answer, splits them, and pads them to batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tqdm import tqdm
from transformers import DataCollatorForSeq2Seq

from models.data import split
from models.data.normalise import near_key
from models.data.split import Shares
from models.generator.reply_pairs import UNLEARNT, ChatFormat, ReplyExample, ReplyPair
from models.training.options import ReplyOptions


@dataclass(frozen=True)
class ReplyTrainingData:
    """Tokenized examples to train on (`learn`) and to validate on (`check`)."""

    learn: list[ReplyExample]
    check: list[ReplyExample]

    @property
    def cut(self) -> int:
        """The number of examples of which question or answer was shortened."""
        return sum(example.cut for example in [*self.learn, *self.check])


class Collator:
    """Pads examples to a batch; the model computes logits only from the first answer token on.

    With a large vocabulary the other logits are a third of the work and most of the memory.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._pad = DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=UNLEARNT)

    def __call__(self, features: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
        batch = dict(self._pad(features))
        first = int((batch["labels"] != UNLEARNT).any(dim=0).int().argmax())
        labels = batch["labels"][:, first - 1 :]  # each token predicts the next
        count = labels.shape[1]
        # On a CPU a slice isn't contiguous: the whole vocabulary would be copied for each row.
        places = torch.arange(first - 1, first - 1 + count)
        logits_to_keep = count if torch.cuda.is_available() else places
        return batch | {"labels": labels, "logits_to_keep": logits_to_keep}


def prepare_examples(
    pairs: Sequence[ReplyPair], chat: ChatFormat, options: ReplyOptions
) -> ReplyTrainingData:
    """Tokenize pairs and split them; near-duplicate questions stay in one part.

    Raises BadData or IncompatibleArchitecture, as `ChatFormat.example`.
    """
    keys = [near_key(pair.question) for pair in pairs]
    shares = Shares(100 - options.validate, options.validate, 0)
    parts = split.assign_parts(keys, [""] * len(keys), shares, options.seed)
    examples = [chat.example(pair) for pair in tqdm(pairs, desc="tokens")]
    placed = list(zip(examples, parts, strict=True))
    learn = [example for example, part in placed if part == "train"]
    return ReplyTrainingData(learn, [example for example, part in placed if part != "train"])
