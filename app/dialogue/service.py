"""One turn: session and judgement in, answer and next session out. No I/O."""

import zlib
from dataclasses import dataclass

from app.accounts import Account
from app.dialogue import policy, templates
from app.inference.ports import Intent, Judgement, Unreadable
from app.jobs import Talk
from app.knowledge.values import Hit
from app.sessions.store import Session


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, where it comes from, and how the conversation stands after it."""

    answer: str
    source: policy.Source
    session: Session
    judgement: Judgement | None = None
    cited: str | None = None  # the entry of the knowledge base that was said


def readable(said: Talk) -> str:
    """The text the model should read; "" when there is none (a picture, a follow, blanks)."""
    return said.text.strip() if said.kind in {"text", "voice"} else ""


def answer(
    said: Talk,
    account: Account,
    session: Session,
    judged: Judgement | Unreadable | None,
    known: Hit | None = None,
) -> Turn:
    """The turn for one message; `judged` is None when there was nothing to read.

    `known` is the entry of the knowledge base that answers it.
    """
    last = session.turns[-1].answer if session.turns else None
    seed = zlib.crc32(said.id.encode())
    if judged is None:
        return _by_kind(said, account, session, seed)
    if isinstance(judged, Unreadable):
        return Turn(templates.FAILED, "failure", session)
    decision = policy.decide(judged, session, known is not None)
    if known is not None and decision.source == "knowledge":
        text = known.answer
    else:
        text = templates.choose(_variants(decision.source, judged.intent), account, seed, last)
    if decision.soothe and "抱歉" not in text and "对不起" not in text:
        text = templates.SOOTHE + text
    cited = known.id if known is not None and decision.source == "knowledge" else None
    unclear = session.unclear + 1 if decision.source in {"ask_back", "offer_person"} else 0
    after = Session(
        turns=session.after(readable(said), text),
        intent=judged.intent.id if judged.in_scope else session.intent,
        mood=judged.mood,
        unclear=unclear,
    )
    return Turn(text, decision.source, after, judged, cited)


def _by_kind(said: Talk, account: Account, session: Session, seed: int) -> Turn:
    variants = templates.KINDS.get(said.kind, (templates.EMPTY,))
    return Turn(templates.choose(variants, account, seed, None), "kind", session)


def _variants(source: policy.Source, intent: Intent) -> tuple[str, ...]:
    if source == "ask_back":
        return templates.ASK_BACK
    if source == "offer_person":
        return templates.OFFER_PERSON
    return intent.replies
