"""Scores ad texts: click rate with interval, words for and against, and how far to trust it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from app.inference.click_ports import (
    ClickPrediction,
    ClickPredictor,
    ClickTraining,
    WordEffect,
)
from app.kit.shares import format_share

LANGUAGE_NAMES: Mapping[str, str] = {"zh": "中文", "en": "英文", "ja": "日文", "ko": "韩文"}
NAMED_WORDS = 5  # words for, and words against, at most
FAMILIAR = 0.2  # share of the training from which an account or a language counts as known
SURE_EFFECT = 0.01  # log-odds below which a word's effect isn't named


async def score_texts(
    predictor: ClickPredictor,
    account: str,
    texts: Sequence[str],
    language: str = "",
    features: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Predict and explain the texts, as JSON values. `language` "": that of each prediction."""
    predictions, effects, training = await asyncio.gather(
        predictor.predict_clicks(account, texts, features or {}),
        predictor.explain_clicks(account, texts),
        predictor.describe_training(account),
    )
    return {
        "model": predictions[0].model,
        "account_share": training.account_share(account),
        "texts": [
            _describe_prediction(prediction)
            | _describe_words(words)
            | describe_trust(training, account, language or prediction.language)
            | {"text": text}
            for text, prediction, words in zip(texts, predictions, effects, strict=True)
        ],
    }


def describe_trust(training: ClickTraining, account: str, language: str) -> dict[str, Any]:
    """How far a prediction for a text in `language` ("": it has no letters) can be trusted, with a
    Chinese sentence.
    """
    account_share = training.account_share(account)
    language_share = training.language_share(language)
    notes = []
    if account_share < FAMILIAR:
        own = _describe_part(account_share, "来自本账号")
        notes.append(f"训练数据{own}，其他行业的标题只能作粗略参考")
    if not language:
        notes.append("这条里没有文字，看不出语言")
    elif language_share < FAMILIAR:
        name = LANGUAGE_NAMES.get(language, language)
        same = _describe_part(language_share, f"是{name}")
        notes.append(f"训练数据{same}，用其他语言学到的规律未必适用")
    note = "；".join(notes) or "训练数据以本账号和这种语言为主"
    return {
        "language": language,
        "language_share": language_share,
        "note": f"{note}。点击率为预测值，不是实测值。",
    }


def _describe_part(share: float, what: str) -> str:
    return f"只有 {format_share(share)} {what}" if share else f"没有一条{what}"


def _describe_prediction(prediction: ClickPrediction) -> dict[str, Any]:
    return {"rate": prediction.rate, "interval": [prediction.low, prediction.high]}


def _describe_words(words: Sequence[WordEffect]) -> dict[str, Any]:
    ranked = sorted(words, key=lambda word: word.effect)
    against = [word for word in ranked if word.effect <= -SURE_EFFECT][:NAMED_WORDS]
    speaking_for = [word for word in reversed(ranked) if word.effect >= SURE_EFFECT][:NAMED_WORDS]
    return {
        name: [{"word": word.word, "effect": word.effect} for word in some]
        for name, some in (("words_for", speaking_for), ("words_against", against))
    }
