"""From messages to what they ask: the account's rules first, then one pass of the encoder."""

from collections.abc import Sequence
from dataclasses import replace

from app.accounts import Account
from app.dialogue import followups, handoff, slots
from app.dialogue.context import Context, readable
from app.inference.ports import Classifier, Judgement
from app.jobs import Talk
from app.knowledge.base import Knowledge
from app.rules.book import Rulebook, Ruled
from app.sessions.handoff import Hold
from app.sessions.store import Session

CANDIDATES = 2  # entries: who asks on wants to hear another than the last


def listen(
    said: Talk,
    account: Account,
    session: Session,
    book: Rulebook,
    handing_over: handoff.Rules,
    hold: Hold | None,
) -> Context:
    """A message before anything was computed: what rules say to it, and how it is to be read."""
    ruled = book.answer(said.kind, said.text, said.received)
    heard = slots.hear(_text(said, ruled), session)
    reading = followups.read(heard.text, session) if heard.text else None
    return Context(said, account, session, book, handing_over, hold, ruled, heard, reading)


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
