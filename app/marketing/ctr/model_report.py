"""Describes the click model in force for an account."""

from typing import Any

from app.inference.click_ports import ClickPredictor, ClickTraining


async def describe_click_model(predictor: ClickPredictor, account: str) -> dict[str, Any]:
    """Version, day, figures and sources as JSON values, also of the larger model that predicts
    English texts (None: there is none). Other accounts aren't named.
    """
    english = await predictor.describe_english_training(account)
    return {
        **_describe_training(await predictor.describe_training(account), account),
        "english": _describe_training(english, account) if english else None,
    }


def _describe_training(training: ClickTraining, account: str) -> dict[str, Any]:
    return {
        "model": training.model,
        "date": training.date,
        "is_own": training.account_share(account) > 0,
        "account_share": training.account_share(account),
        "languages": training.languages,
        "figures": dict(training.figures),
        "sources": [
            {
                "name": source.name,
                "is_own": source.account == account,
                "rows": source.rows,
                "languages": dict(source.languages),
            }
            for source in training.sources
        ],
    }
