"""Fits the shipped intent head over the finished adapter, for the current taxonomy.

The head that was trained with the adapter (models/intent/joint) labels CIC's noisy texts.
Hand-written examples and messages of the corpus's shops add the intents that it doesn't know. The
new head is a logistic regression on both, with the distance to the joint head as penalty. It takes
minutes on a CPU, since the encoder doesn't change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from models.data import corpus
from models.encoder import adapter as adapters
from models.encoder import bundle, embedding, heads
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.encoder.heads import Head, HeadManifest
from models.encoder.regression import ChoiceEmbeddings, LabelledEmbeddings, Linear, fit_near
from models.hub import describe
from models.intent import taxonomy
from models.recipes.shipped import intent_calibration, shops
from models.recipes.shipped import intents as material
from models.recipes.shipped.intent_calibration import CalibrationTargets, share_of
from models.recipes.shipped.intent_texts import (
    Embed,
    ShopMessages,
    embed_messages,
    gather_texts,
    label_places,
)
from models.search.shops import Split

JOINT = bundle.INTENT / "joint"  # the head that was trained together with the adapter
UNKNOWN = -2.0  # initial bias of an intent that the joint head doesn't know


@dataclass(frozen=True, kw_only=True)
class IntentHeadConfig:
    """Everything a fit depends on besides the data."""

    nearness: float = 3e-3  # penalty of the squared distance to the joint head's rows
    smallness: float = 3e-3  # penalty of the new intents' squared rows
    example_weight: float = 3.0  # of a hand-written example; a text of CIC: 1
    message_weight: float = 3.0  # of a shop's message
    none_weight: float = 1.0  # of a shop's question that no intent fits
    targets: CalibrationTargets = field(default_factory=CalibrationTargets)
    seed: int = 0  # nothing is drawn


def train_intent_head(
    data: Path, base: Path, date: str, config: IntentHeadConfig | None = None
) -> HeadManifest:
    """Fit the head, calibrate it on shops that fits leave out, and write it to models/intent."""
    config = config or IntentHeadConfig()
    facts = describe.read_base_facts(base)
    adapter = Adapter.load(bundle.INTENT / adapters.FILE, facts)
    joint = Head.load(JOINT, facts, adapter)
    encoder = Encoder(base, adapter=adapter)

    def embed(texts: Sequence[str]) -> torch.Tensor:
        return embedding.embed_texts(encoder, texts, print)

    labels = [kind.id for kind in taxonomy.load_taxonomy().intents]
    texts, sizes = gather_texts(data, labels, joint, embed, config.example_weight)
    messages = _read_messages("train", labels, embed)
    sizes["shop_messages"] = len(messages.messages)
    begin = start_from_joint(joint, labels, texts.x.shape[1])
    head = fit_head(texts, messages, begin, config)
    tune = _read_messages("tune", labels, embed)
    unseen = [(head(tune.x), tune), *leave_one_shop_out(texts, messages, begin, config)]
    read = intent_calibration.calibrate_head(
        torch.cat([logits for logits, _ in unseen]),
        [part for _, part in unseen],
        intent_calibration.known_words(),
        config.targets,
    )
    dev = corpus.read_cic(data, "cic/dev")
    nearness = agreement_with_joint(head, labels, joint, embed([row.text for row in dev]))
    return heads.write_head(bundle.INTENT, head.weight, head.bias, {
        "task": material.NAME, "labels": labels, "base": joint.manifest.base,
        "base_sha256": joint.manifest.base_sha256, "adapter_sha256": adapter.sha256,
        "method": f"logistic regression over the adapter, near {joint.manifest.version}",
        "seed": config.seed, "date": date, "data": sizes, "temperature": read.temperature,
        "threshold": read.threshold, "metrics": read.metrics | nearness,
        "dtype": encoder.dtype, "training_dtype": encoder.dtype,
    })  # fmt: skip


def _read_messages(split: Split, labels: Sequence[str], embed: Embed) -> ShopMessages:
    messages = [*shops.read_openings(split), *shops.read_questions(split)]
    return embed_messages(messages, labels, embed)


def start_from_joint(joint: Head, labels: Sequence[str], width: int) -> Linear:
    """The joint head's rows, and zero rows with the bias UNKNOWN for intents it doesn't know."""
    places = label_places(joint, labels)
    weight = torch.zeros(len(labels), width)
    bias = torch.full((len(labels),), UNKNOWN)
    weight[places], bias[places] = joint.weight, joint.bias
    return Linear(weight, bias)


def fit_head(
    texts: LabelledEmbeddings,
    training_messages: ShopMessages,
    begin: Linear,
    config: IntentHeadConfig,
) -> Linear:
    """Fit texts and messages near `begin`; see `fit_near`."""
    weights = torch.where(training_messages.fits.any(1), config.message_weight, config.none_weight)
    choices = ChoiceEmbeddings(training_messages.x, training_messages.fits, weights)
    return fit_near(begin, texts, choices, config.nearness, config.smallness)


def leave_one_shop_out(
    texts: LabelledEmbeddings,
    training_messages: ShopMessages,
    begin: Linear,
    config: IntentHeadConfig,
) -> list[tuple[torch.Tensor, ShopMessages]]:
    """Logits (n, C) of each shop's messages from a fit without that shop, with these messages."""
    logits_by_shop = []
    for shop in dict.fromkeys(message.shop for message in training_messages.messages):
        its = training_messages.of(shop)
        without = fit_head(texts, training_messages.part(~its), begin, config)
        logits_by_shop.append((without(training_messages.x[its]), training_messages.part(its)))
    return logits_by_shop


def agreement_with_joint(
    head: Linear, labels: Sequence[str], joint: Head, x: torch.Tensor
) -> dict[str, float]:
    """Shares of texts for which the head and the joint head predict the same intent."""
    sure, best = (joint.logits(x) / joint.manifest.temperature).softmax(1).max(1)
    same = label_places(joint, labels)[best] == head(x).argmax(1)
    firm = sure >= 0.9
    return {
        "as_the_joint_head_on_cic_dev": share_of(same),
        "as_the_joint_head_where_it_is_sure": share_of(same[firm]),
    }
