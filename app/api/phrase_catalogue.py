"""Finds the product's phrases by their ids: the system's, and the intents' replies."""

from app.api.worker_client import call_worker
from app.deps import AppState
from app.dialogue.wording import catalogue
from app.errors import UnknownPhrase
from app.jobs import ListIntents
from app.messages.phrases import INTENT, Phrase


async def find_phrase(state: AppState, name: str) -> Phrase:
    """The shipped phrase of this id. Raises UnknownPhrase."""
    shipped_phrase = catalogue.PHRASES.get(name)
    if shipped_phrase is None and name.startswith(INTENT):
        shipped_phrase = (await list_intent_phrases(state)).get(name)
    if shipped_phrase is None:
        raise UnknownPhrase(f"no phrase is named {name!r}; GET /api/v1/phrases lists them")
    return shipped_phrase


async def list_intent_phrases(state: AppState) -> dict[str, Phrase]:
    """The intents' phrases by id, asked of a worker, which has the model in use."""
    intents = await call_worker(state, lambda waiter: ListIntents(waiter=waiter))
    return {INTENT + intent["id"]: catalogue.of_intent(intent) for intent in intents}
