"""Requests to the models: classify texts, list intents, preview a reply."""

from typing import Literal

from app.jobs.base import Job


class ClassifyTexts(Job):
    """Classify texts; answered with intent and sentiment of each."""

    type: Literal["classify"] = "classify"
    waiter: str
    texts: list[str]


class ListIntents(Job):
    """List the intents of the model in use, with their replies."""

    type: Literal["taxonomy"] = "taxonomy"
    waiter: str


class PreviewReply(Job):
    """Answer a text as the bot would; nothing is stored."""

    type: Literal["preview"] = "preview"
    waiter: str
    account: str
    openid: str
    text: str
