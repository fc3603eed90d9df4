"""From messages to what they ask: the account's rules first, then one pass of the encoder."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue import followups, memory, slots
from app.dialogue.context import NOTHING, Context, readable
from app.inference.ports import Classifier, Judgement
from app.jobs import Talk
from app.knowledge.base import Knowledge
from app.rules.book import Ruled
from app.safety import consent

CANDIDATES = 2  # entries: who asks on wants to hear another than the last


def listen(context: Context) -> Context:
    """What rules and moderation say to a message, and how it is to be read.

    Nothing is to be read where that decides already.
    """
    said = context.said
    verdict = context.words.check(readable(said), "incoming") if context.words else NOTHING
    stopped = context.allowed != "ok" or verdict.action in {"refuse", "person"}
    stopped = stopped or consent.request(said.text) is not None or memory.forget(said.text)
    ruled = None if stopped else context.book.answer(said.kind, said.text, said.received)
    heard = slots.hear("" if stopped else _text(said, ruled), context.session)
    reading = followups.read(heard.text, context.session) if heard.text else None
    return replace(context, verdict=verdict, ruled=ruled, heard=heard, reading=reading)


async def understand(
    classifier: Classifier, knowledge: Knowledge, contexts: Sequence[Context]
) -> list[Context]:
    """The same, judged and looked up; all that there is to read is one batch."""
    readings = [context.reading for context in contexts if context.reading]
    judged = iter(await followups.judged(classifier, readings))
    found = [replace(c, judged=next(judged)) if c.reading else c for c in contexts]
    return await _looked_up(knowledge, found)


async def _looked_up(knowledge: Knowledge, contexts: Sequence[Context]) -> list[Context]:
    asked = [(c.account.name, c.reading.asks if c.reading else "", c.judged) for c in contexts]
    candidates = await knowledge.candidates(asked, CANDIDATES)
    looked_up = []
    for context, found in zip(contexts, candidates, strict=True):
        reading, judged = context.reading, context.judged
        if found and reading and isinstance(judged, Judgement):
            known = followups.choose(reading, judged, found, context.session.said)
            looked_up.append(replace(context, known=known))
        else:
            looked_up.append(context)
    return looked_up


def _text(said: Talk, ruled: Ruled | None) -> str:
    """What is to be answered by the models; "" where a rule answers, or there is no text."""
    if ruled is None:
        return readable(said)
    return ruled.ask if not (ruled.reply or ruled.to_person) else ""
