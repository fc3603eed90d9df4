"""From messages to what they ask: the account's rules first, then one pass of the encoder."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue import followups, gestures, memory, slots, splitting
from app.dialogue.context import NOTHING, Context, readable
from app.dialogue.followups import Reading
from app.dialogue.passages import Passage
from app.dialogue.person_wish import Wish, read_wish
from app.dialogue.policy import ASKS_FOR_PERSON
from app.dialogue.slots import Heard
from app.inference.ports import CareKind, Classifier, Judgement, Unreadable
from app.jobs import Talk
from app.knowledge import cards
from app.knowledge.base import Knowledge
from app.knowledge.documents import Passage as Chunk
from app.knowledge.index import Query
from app.knowledge.values import Found
from app.rules.book import Ruled
from app.safety import care, consent
from app.safety.plain import bare

PASSAGES = 3
NEAR = 0.3  # likelihood that a chunk answers; strangers stay below .26
NEAR_ENTRY = 0.15  # of an entry, which is said as it stands from .35 up
CANDIDATES = 2  # entries: who asks on wants to hear another than the last


def listen(context: Context) -> Context:
    """What rules and moderation say to a message, and how it is to be read.

    Nothing is to be read where that decides already. Word stems of danger are looked for in any
    case.
    """
    said = context.said
    context = replace(context, care=care.recognise(readable(said)))
    verdict = context.words.check(readable(said), "incoming") if context.words else NOTHING
    stopped = context.allowed != "ok" or verdict.action in {"refuse", "person"}
    stopped = stopped or consent.request(said.text) is not None or memory.forget(said.text)
    ruled = None if stopped else context.book.answer(said.kind, said.text, said.received)
    text = "" if stopped or gestures.read(readable(said)) else _text(said, ruled)
    heard = slots.hear(text, context.session)
    context = replace(context, verdict=verdict, ruled=ruled, heard=heard)
    if not heard.text:
        return context
    return _with_questions(context, splitting.split(heard.text))


def _with_questions(context: Context, questions: Sequence[str]) -> Context:
    """How each of them is to be read; several are read beside the whole message."""
    heard, session = context.heard, context.session
    if len(questions) == 1 or heard.resumed or context.verdict.action == "mask":
        only = questions[0] if len(questions) == 1 else heard.text
        return replace(
            context, heard=replace(heard, text=only), reading=followups.read(only, session)
        )
    parts: list[Context] = []
    for question in questions[: splitting.PARTS]:
        earlier = [part.heard.text for part in parts]
        asks = followups.lean(question, earlier) if earlier else ""
        reading = Reading(asks) if asks else followups.read(question, session)
        said = context.said.model_copy(update={"text": question})
        parts.append(replace(context, said=said, heard=Heard(heard.slots, asks or question),
                             reading=reading))  # fmt: skip
    return replace(
        context, reading=Reading(heard.text), parts=tuple(parts),
        unread=len(questions) > splitting.PARTS,
    )  # fmt: skip


async def understand(
    classifier: Classifier, knowledge: Knowledge, contexts: Sequence[Context]
) -> list[Context]:
    """The same, judged and looked up; all that there is to read is one batch."""
    each = [part for context in contexts for part in (context, *context.parts)]
    aside = [c for c in each if _is_read_for_care_alone(c)]
    readings = [context.reading for context in each if context.reading]
    read_aside = [Reading(readable(context.said)) for context in aside]
    judged = iter(await followups.judged(classifier, [*readings, *read_aside]))
    found = [replace(c, judged=next(judged), wish=_wish(c)) if c.reading else c for c in each]
    needs = {id(c): _need(c, next(judged)) for c in aside}
    found = [
        replace(new, care=needs.get(id(old)) or _need(new, new.judged))
        for old, new in zip(each, found, strict=True)
    ]
    known = iter(await _looked_up(knowledge, found))
    return [_with_parts(next(known), [next(known) for _ in c.parts]) for c in contexts]


def _is_read_for_care_alone(context: Context) -> bool:
    """A rule or moderation answers it, yet its writer may be in need."""
    answered = context.ruled is not None or context.verdict.action in {"refuse", "person"}
    unread = context.reading is None and context.care is None and context.allowed == "ok"
    return answered and unread and bool(readable(context.said))


def _need(context: Context, judged: Judgement | Unreadable | None) -> CareKind | None:
    """Of the stems, else of the model."""
    if context.care is not None or not isinstance(judged, Judgement) or not judged.suspicion:
        return context.care
    return care.recognise(readable(context.said), judged.suspicion)


def _with_parts(context: Context, parts: Sequence[Context]) -> Context:
    """A message with what is known of its questions; one that the model failed on fails whole."""
    if not parts:
        return context
    failed = next((part.judged for part in parts if part.judgement is None), context.judged)
    passages = {p.id: p for each in (*parts, context) for p in each.passages}
    need = context.care or next((part.care for part in parts if part.care), None)
    return replace(
        context, judged=failed, parts=tuple(parts), passages=tuple(passages.values()), care=need
    )


def _wish(context: Context) -> Wish:
    """A refusal counts too where it was left out of the question."""
    wish = read_wish(context.reading.asks) if context.reading else "unnamed"
    if wish != "unnamed":
        return wish
    return "refused" if read_wish(readable(context.said)) == "refused" else wish


async def _looked_up(knowledge: Knowledge, contexts: Sequence[Context]) -> list[Context]:
    asked = [(c.account.name, c.reading.asks if c.reading else "", c.judged) for c in contexts]
    candidates = await knowledge.candidates(asked, CANDIDATES)
    found = [_known(knowledge, c, each) for c, each in zip(contexts, candidates, strict=True)]
    return await _with_passages(knowledge, found, candidates)


def _known(knowledge: Knowledge, context: Context, found: Found | None) -> Context:
    reading, judged = context.reading, context.judgement
    if found and reading and judged:
        hit = followups.choose(reading, judged, found, context.session.said)
        kept = knowledge.index(context.account.name).kept
        entry = kept[hit.id].entry if hit and hit.id in kept else None
        same_words = entry is not None and bare(reading.asks) in map(bare, entry.texts)
        context = replace(context, known=hit, same_words=same_words)
    # An entry was asked for more strictly, for the vector is that of a call for a person, too.
    return _with_words_over_model(context)


def _with_words_over_model(context: Context) -> Context:
    """The model calls no person against the message's words, or those that an entry is for."""
    judged = context.judgement
    if judged is None or judged.intent.id != ASKS_FOR_PERSON:
        return context
    if not context.same_words and context.wish in {"asks", "unnamed"}:
        return context
    return replace(context, judged=replace(judged, in_scope=False))


async def _with_passages(
    knowledge: Knowledge, contexts: Sequence[Context], candidates: Sequence[Found | None]
) -> list[Context]:
    """Of documents, and of entries that are near: for those that no entry answers."""
    by_account: dict[str, list[tuple[int, Query]]] = {}
    for at, context in enumerate(contexts):
        judged = context.judgement
        if judged and context.reading and context.known is None:
            query = Query(context.reading.asks, judged.vector, judged.model)
            by_account.setdefault(context.account.name, []).append((at, query))
    found = list(contexts)
    for account, asked in by_account.items():
        chunks = await knowledge.passages(account, [query for _, query in asked], PASSAGES)
        for (at, _), each in zip(asked, chunks, strict=True):
            found[at] = replace(contexts[at], passages=_passages(each, candidates[at]))
    return found


def _passages(chunks: Sequence[Chunk], entries: Found | None) -> tuple[Passage, ...]:
    near = [(c.score, Passage(c.id, c.text, c.title)) for c in chunks if c.score >= NEAR]
    near += [
        (hit.score, Passage(hit.id, hit.answer, hit.question))
        for hit in (entries.hits if entries else ())
        if hit.score >= NEAR_ENTRY and cards.read(hit.answer) is None
    ]
    best = sorted(near, key=lambda scored: -scored[0])
    return tuple(passage for _, passage in best[:PASSAGES])


def _text(said: Talk, ruled: Ruled | None) -> str:
    """What is to be answered by the models; "" where a rule answers, or there is no text."""
    if ruled is None:
        return readable(said)
    return ruled.ask if not (ruled.reply or ruled.to_person) else ""
