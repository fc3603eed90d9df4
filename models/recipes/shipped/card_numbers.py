"""Computes all numbers of the intent and sentiment cards from the shipped heads."""

from collections.abc import Sequence
from pathlib import Path

import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import embedding, heads
from models.encoder.heads import HeadManifest
from models.encoder.understanding import MessageClassification, Understanding
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.metrics import classes
from models.recipes.shipped import agreement, intent_head
from models.recipes.shipped import moods as sentiment
from models.recipes.shipped.intents import (
    CUSTOMER_PERCENT,
    account_examples,
    assistant_rows,
    customer_examples,
)

AGREEMENT_TEXTS = 2_000


def compute_numbers(data: Path, tasks: Sequence[str]) -> dict[str, float]:
    """Name -> number. All are on held-out data, except those whose name says otherwise."""
    model = Understanding.load()
    numbers = _agreement_numbers(data)
    if "intent" in tasks:
        joint = heads.read_manifest(intent_head.JOINT)
        numbers |= {f"intent.joint.{name}": value for name, value in joint.metrics.items()}
        numbers |= _from_training(model.intent.manifest) | _intent_numbers(model, data)
    if "sentiment" in tasks:
        numbers |= _from_training(model.sentiment.manifest) | _sentiment_numbers(model, data)
    return numbers


def _intent_numbers(model: Understanding, data: Path) -> dict[str, float]:
    _, examples = corpus.split_held_out(account_examples())
    _, strangers = corpus.split_held_out(assistant_rows(data))
    chat = [row for row in strangers if row.label == CHITCHAT]
    others = [row for row in strangers if row.label == OUT_OF_SCOPE]
    _, customers = corpus.split_held_out(customer_examples(), CUSTOMER_PERCENT)
    service = [row for row in examples if row.label != OUT_OF_SCOPE]
    own = _classify_rows(model, customers)
    return {
        "intent.customer_examples_held_out": len(customers),
        "intent.customer_examples_accuracy": _accuracy_of(customers, own),
        "intent.customer_examples_macro_f1": round(
            classes.macro_f1([row.label for row in customers], [each.intent for each in own]), 4
        ),
        "intent.customer_examples_refused": _share_refused(own),
        "intent.customer_examples_mean_confidence": round(
            sum(judgement.confidence for judgement in own) / len(own), 4
        ),
        "intent.account_examples_held_out": len(examples),
        "intent.account_examples_accuracy": _accuracy_of(examples, _classify_rows(model, examples)),
        "intent.account_in_scope_examples_refused": _share_refused(_classify_rows(model, service)),
        "intent.smp2017_chat_held_out": len(chat),
        "intent.smp2017_chat_is_chitchat": _accuracy_of(chat, _classify_rows(model, chat)),
        "intent.smp2017_other_held_out": len(others),
        "intent.smp2017_other_refused": _share_refused(_classify_rows(model, others)),
    }


def _agreement_numbers(data: Path) -> dict[str, float]:
    """How far the packed encoder agrees with transformers' BertModel in fp32."""
    agreement_figures = agreement.compare_on_cic(data, AGREEMENT_TEXTS)
    return {
        "intent.agreement_texts": agreement_figures["texts"],
        "intent.agreement_with_transformers_fp32": agreement_figures["intent_agreement"],
        "sentiment.agreement_texts": agreement_figures["texts"],
        "sentiment.agreement_with_transformers_fp32": agreement_figures["sentiment_agreement"],
    }


def _sentiment_numbers(model: Understanding, data: Path) -> dict[str, float]:
    config = sentiment.SentimentConfig()
    numbers: dict[str, float] = {}
    for name in sentiment.SETS:
        reviews = sentiment.held_out_reviews_of(data, name, config)
        classifications = _classify_rows(model, reviews)
        positive = model.positive_probabilities(
            embedding.embed_texts(model.encoder, [row.text for row in reviews])
        )
        truth = torch.tensor(sentiment.positive_targets(reviews)) > 0.5
        right_where_not_neutral = [
            (j.sentiment == "positive") == bool(t)
            for j, t in zip(classifications, truth, strict=True)
            if j.sentiment != "neutral"
        ]
        numbers |= {
            f"sentiment.{name}_held_out": len(reviews),
            f"sentiment.{name}_accuracy_two_classes": _rounded_share(
                int(((positive > 0.5) == truth).sum()), len(reviews)
            ),
            f"sentiment.{name}_named_positive_or_negative": _rounded_share(
                len(right_where_not_neutral), len(reviews)
            ),
            f"sentiment.{name}_of_those_right": _rounded_share(
                sum(right_where_not_neutral), len(right_where_not_neutral)
            ),
        }
    calm_questions = sentiment.build_sentiment_data(data, config).questions_held_out
    calm = [j.sentiment == "neutral" for j in _classify_rows(model, calm_questions)]
    return numbers | {
        "sentiment.questions_held_out": len(calm_questions),
        "sentiment.questions_neutral": _rounded_share(sum(calm), len(calm)),
    }


def _from_training(manifest: HeadManifest) -> dict[str, float]:
    """The metrics and temperature in the manifest, which training computed."""
    numbers = {f"{manifest.task}.train.{name}": value for name, value in manifest.metrics.items()}
    return {**numbers, f"{manifest.task}.temperature": manifest.temperature}


def _classify_rows(model: Understanding, rows: list[LabelledText]) -> list[MessageClassification]:
    embeddings: torch.Tensor = embedding.embed_texts(model.encoder, [row.text for row in rows])
    return model.classify_embeddings(embeddings)


def _accuracy_of(rows: list[LabelledText], classifications: list[MessageClassification]) -> float:
    return _rounded_share(
        sum(r.label == j.intent for r, j in zip(rows, classifications, strict=True)), len(rows)
    )


def _share_refused(classifications: list[MessageClassification]) -> float:
    return _rounded_share(sum(not j.in_scope for j in classifications), len(classifications))


def _rounded_share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
