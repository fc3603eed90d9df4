"""Gathers what the shipped intent head is fitted to: labelled texts and messages of shops."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import one_hot

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import bundle
from models.encoder.heads import Head
from models.encoder.regression import LabelledEmbeddings
from models.recipes.shipped import intents as material
from models.recipes.shipped.shops import ShopMessage

Embed = Callable[[Sequence[str]], torch.Tensor]


@dataclass(frozen=True)
class ShopMessages:
    """Embeddings of shops' messages; several intents may fit a message."""

    x: torch.Tensor  # (n, H)
    fits: torch.Tensor  # (n, C) bool
    messages: list[ShopMessage]

    def part(self, is_chosen: torch.Tensor) -> "ShopMessages":
        """The rows where `is_chosen` (n,) is true."""
        part_messages = [
            m for m, is_in_part in zip(self.messages, is_chosen.tolist(), strict=True) if is_in_part
        ]
        return ShopMessages(self.x[is_chosen], self.fits[is_chosen], part_messages)

    def of(self, shop: str) -> torch.Tensor:
        """Which messages are the shop's, (n,) bool."""
        return torch.tensor([message.shop == shop for message in self.messages], dtype=torch.bool)


def gather_texts(
    data: Path, labels: list[str], joint: Head, embed: Embed, example_weight: float
) -> tuple[LabelledEmbeddings, dict[str, int]]:
    """Training texts and their number by source; without what `split_held_out` holds out.

    `example_weight`: of a hand-written example; a text of CIC: 1.
    """
    customers = corpus.read_cic(data)
    strangers, _ = corpus.split_held_out(material.assistant_rows(data))
    account, _ = corpus.split_held_out(material.account_examples())
    customer, _ = corpus.split_held_out(material.customer_examples(), material.CUSTOMER_PERCENT)
    more = corpus.read_labelled_texts(bundle.INTENT / "examples.jsonl")
    x = embed([row.text for row in customers])
    parts = (
        LabelledEmbeddings(x, teacher_targets(joint, labels, x), torch.ones(len(x))),
        certain_texts(strangers, labels, embed, 1.0),
        certain_texts([*account, *customer, *more], labels, embed, example_weight),
    )
    sizes = {
        "cic": len(customers), "smp2017": len(strangers), "account_examples": len(account),
        "customer_examples": len(customer), "more_examples": len(more),
    }  # fmt: skip
    texts = LabelledEmbeddings(
        torch.cat([part.x for part in parts]),
        torch.cat([part.target for part in parts]),
        torch.cat([part.weights for part in parts]),
    )
    return texts, sizes


def teacher_targets(joint: Head, labels: Sequence[str], x: torch.Tensor) -> torch.Tensor:
    """The joint head's probabilities, (n, C); 0 for intents that it doesn't know."""
    target = torch.zeros(len(x), len(labels))
    target[:, label_places(joint, labels)] = joint.logits(x).softmax(1)
    return target


def certain_texts(
    rows: Sequence[LabelledText], labels: Sequence[str], embed: Embed, weight: float
) -> LabelledEmbeddings:
    """Embeddings of rows with reliable labels, with one-hot targets."""
    label_ids = torch.tensor([labels.index(row.label) for row in rows])
    target = one_hot(label_ids, len(labels)).float()
    return LabelledEmbeddings(
        embed([row.text for row in rows]), target, torch.full((len(rows),), weight)
    )


def embed_messages(
    messages: list[ShopMessage], labels: Sequence[str], embed: Embed
) -> ShopMessages:
    """Embed messages, with the intents that fit each."""
    fits = torch.zeros(len(messages), len(labels), dtype=torch.bool)
    for row, message in enumerate(messages):
        fits[row, [labels.index(intent) for intent in message.intents]] = True
    return ShopMessages(embed([message.text for message in messages]), fits, messages)


def label_places(joint: Head, labels: Sequence[str]) -> torch.Tensor:
    """Indices of the joint head's classes among the labels."""
    return torch.tensor([labels.index(label) for label in joint.manifest.labels])
