"""Describes the click model in force for an account."""

from typing import Any

from app.inference.click_ports import ClickPredictor


async def describe_click_model(predictor: ClickPredictor, account: str) -> dict[str, Any]:
    """Version, day, figures and sources as JSON values. Other accounts aren't named."""
    training = await predictor.describe_training(account)
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
