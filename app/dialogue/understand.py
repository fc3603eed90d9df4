"""From messages to what they ask: the account's rules first, then one pass of the encoder."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.dialogue import language, memory, several_questions
from app.dialogue.answers import candidates, choices, entry_replies, price_overviews, siblings
from app.dialogue.answers.reading_search import Searched, embed_readings, search_readings
from app.dialogue.context import NOTHING, Context, readable
from app.dialogue.generation.passages import Passage
from app.dialogue.policy import ASKS_FOR_PERSON
from app.dialogue.slot_filling import slots
from app.dialogue.slot_filling.slots import Heard
from app.dialogue.understanding import (
    clarity,
    followups,
    gestures,
    grievance,
    manners,
    part_readings,
    places,
    splitting,
)
from app.dialogue.understanding.followups import Reading
from app.dialogue.understanding.person_wish import Wish, read_wish
from app.dialogue.understanding.reach import answered_way, with_reach
from app.inference.ports import Bands, CareKind, Classifier, Intent, Judgement, Unreadable
from app.jobs import Talk
from app.knowledge.search.index import Index
from app.knowledge.service import Knowledge
from app.knowledge.values import Evidence
from app.privacy import consent
from app.rules.rulebook import Ruled
from app.safety import care
from app.safety.normalise import bare

PASSAGES = 5
SURELY_IDLE = 0.7  # confidence; a question that is called small talk has .5, a greeting .9
SHORTEST_QUESTION = 8  # characters: 在吗 and 还有人吗 are manners
LONGEST_MANNERS = 24  # characters; a longer message says more than thanks
GREETINGS = frozenset({"greet", "say_ok", "say_farewell", "express_thanks", "thanks_goodbye"})
EXPLAINED = 3  # candidates that are shown to whoever asks why
PASSAGE = 0.2  # of what is possible: from there on a candidate is shown to a language model


def listen(context: Context) -> Context:
    """What rules and moderation say to a message, and how it is to be read.

    Nothing is to be read where that decides already. Word stems of danger are looked for in any
    case.
    """
    said = context.said
    earlier = [turn.text for turn in context.session.turns]
    is_choice = choices.choose(readable(said), context.session) is not None
    spoken = language.of("" if is_choice else readable(said), earlier)  # a label is ours
    context = replace(context, care=care.recognise(readable(said)), language=spoken)
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
            context, heard=replace(heard, text=only),
            reading=with_reach(followups.read(only, session), only),
        )  # fmt: skip
    parts: list[Context] = []
    for question in questions[: splitting.PARTS]:
        earlier = [part.said.text for part in parts]
        reading = (
            part_readings.read_part(question, earlier)
            if earlier
            else followups.read(question, session)
        )
        said = context.said.model_copy(update={"text": question})
        asks = reading.asks if earlier else question
        parts.append(replace(context, said=said, heard=Heard(slots=heard.slots, text=asks),
                             reading=reading))  # fmt: skip
    return replace(
        context, reading=Reading(asks=heard.text), parts=tuple(parts),
        unread=len(questions) > splitting.PARTS,
    )  # fmt: skip


async def understand(
    classifier: Classifier, knowledge: Knowledge, contexts: Sequence[Context]
) -> list[Context]:
    """The same, judged and looked up; all that there is to read is one batch."""
    contexts = [_as_written(knowledge.index(c.account.name), c) for c in contexts]
    contexts = [siblings.with_branch(c, knowledge.index(c.account.name)) for c in contexts]
    each = [part for context in contexts for part in (context, *context.parts)]
    aside = [c for c in each if _is_read_for_care_alone(c)]
    readings = [context.reading for context in each if context.reading]
    read_aside = [Reading(asks=readable(context.said)) for context in aside]
    ways = [c.reading.ways if c.reading and _searches(knowledge, c) else () for c in each]
    first = [some[:1] for some in ways]
    judgements, queries = await asyncio.gather(
        followups.judged(classifier, [*readings, *read_aside]),
        embed_readings(knowledge, each, first),
    )
    judged = iter(judgements)
    intents = classifier.intents
    read = [_judged(c, next(judged), intents) if c.reading else c for c in each]
    needs = {id(c): _need(c, next(judged)) for c in aside}
    read = [
        replace(new, care=needs.get(id(old)) or _need(new, new.judged))
        for old, new in zip(each, read, strict=True)
    ]
    searched = await search_readings(knowledge, read, ways, queries)
    known = iter([_with_knowledge(knowledge, *each) for each in zip(read, searched, strict=True)])
    bands = knowledge.search.bands
    return [_with_parts(next(known), [next(known) for _ in c.parts], bands) for c in contexts]


def _as_written(index: Index, context: Context) -> Context:
    """A question that an entry has word for word leans on nothing said before, and answers
    nothing that was asked.
    """
    text = readable(context.said)
    if context.reading is None or not splitting.asks(text) or not index.is_asked_so(text):
        return context
    return replace(
        context,
        heard=Heard(slots=context.session.slots, text=text),
        reading=Reading(asks=text),
        parts=(),
        unread=False,
    )


def _searches(knowledge: Knowledge, context: Context) -> bool:
    return knowledge.has_content(context.account.name)


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


def _judged(
    context: Context, judged: Judgement | Unreadable, intents: Mapping[str, Intent]
) -> Context:
    """As the words say it, where they say it surely; the replies as the account words them."""
    if isinstance(judged, Judgement):
        judged = _by_words(readable(context.said), judged, intents)
        judged = _without_weak_complaint(context.heard.text, judged)
        intent = judged.intent
        judged = replace(judged, intent=replace(intent, replies=context.replies(intent)))
    return replace(context, judged=judged, wish=_wish(context))


def _without_weak_complaint(text: str, judged: Judgement) -> Judgement:
    """The model hears complaints in wishes and questions: 背着鞋太沉，想放你们那儿."""
    weak = judged.intent.id in grievance.COMPLAINTS and not grievance.is_complaint(text, judged)
    return replace(judged, in_scope=False) if weak else judged


def _by_words(text: str, judged: Judgement, intents: Mapping[str, Intent]) -> Judgement:
    """Thanks, greetings and keys pressed at random need no guess."""
    if clarity.is_random(text):
        return replace(judged, in_scope=False)
    surely = intents.get(manners.read(text, judged.intent.id))
    if surely is None:
        return judged
    return replace(
        judged, intent=surely, in_scope=True, confidence=max(judged.confidence, SURELY_IDLE)
    )


def _with_parts(context: Context, parts: Sequence[Context], bands: Bands) -> Context:
    """A message with what is known of its questions; one that the model failed on fails whole."""
    if not parts:
        return context
    failed = next((part.judged for part in parts if part.judgement is None), context.judged)
    parts = several_questions.settle(context, [replace(part, equals=()) for part in parts], bands)
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


def _with_knowledge(
    knowledge: Knowledge, context: Context, searched: Sequence[Searched]
) -> Context:
    """The same with what may answer it."""
    known = _with_evidence(knowledge, context, searched)
    return price_overviews.with_prices(knowledge, _with_words_over_model(_without_idle_talk(known)))


def _with_evidence(
    knowledge: Knowledge,
    context: Context,
    found: Sequence[Searched],
) -> Context:
    """What surely answers, what may be meant, and what an answer may rest on."""
    judged, bands = context.judgement, knowledge.search.bands
    if not (found and judged):
        return (
            context
            if knowledge.has_content(context.account.name)
            else replace(context, candidates=())
        )
    last = context.session.said
    before = knowledge.known(context.account.name, last) if last else None
    context = replace(context, before=before if before and before.kind == "entry" else None)
    choice = choices.choose(readable(context.said), context.session)
    chosen = choice and knowledge.known(context.account.name, choice.id, choice.passage)
    if chosen:
        return replace(context, known=chosen, same_words=True)
    reading, evidence = answered_way(found, bands.sure, last)
    context = replace(context, reading=reading, candidates=tuple(evidence))
    if not evidence:
        return context
    exact = _written_for(knowledge, context.account.name, reading.asks, evidence)
    other = siblings.find(readable(context.said), last, evidence, bands)
    known = (
        exact
        or other
        or entry_replies.settle(
            context, followups.choose(reading, judged, evidence, last, bands.sure), bands.sure
        )
    )
    if exact is None and _is_of_another_branch(reading.asks, evidence):
        known, evidence = None, ()
    likely = [e for e in evidence if e.probability >= bands.possible and not e.rich]
    if [e.id for e in likely] == [context.session.said]:
        likely = []  # was just said
    likely = [] if known else _worth_offering(knowledge, context, likely)
    lone = likely[0] if len(likely) == 1 and likely[0].probability >= bands.likely else None
    equals = siblings.find_equals(context, known, bands) if known and not exact else ()
    shown = bands.possible * PASSAGE
    passages = [e for e in evidence if e.probability >= shown and not e.rich]
    return replace(
        context,
        known=known,
        equals=equals,
        same_words=exact is not None,
        evidence=tuple(evidence[:EXPLAINED]),
        choices=tuple(likely),
        suggested=lone,
        passages=tuple(Passage(e.id, e.text, e.title) for e in passages[:PASSAGES]),
    )


def _worth_offering(
    knowledge: Knowledge, context: Context, likely: Sequence[Evidence]
) -> list[Evidence]:
    """Of those that may answer; one that is hardly likely has to speak of what the question
    names.
    """
    account, doubtful = context.account.name, knowledge.search.bands.doubtful
    if all(each.probability >= doubtful for each in likely):
        return candidates.select(likely)
    things = candidates.find_things(context.reading.asks if context.reading else "")
    things = [thing for thing in things if knowledge.is_rare(account, thing)]
    return candidates.select([
        each
        for each in likely
        if each.probability >= doubtful
        or candidates.speaks_of(knowledge.text(account, each.id), things)
    ])  # fmt: skip


def _is_of_another_branch(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether it names a branch that nothing speaks of which may answer."""
    branch = places.find_branch(question)
    return bool(branch) and not any(places.mentions(e.title + e.text, branch) for e in evidence)


def _written_for(
    knowledge: Knowledge, account: str, text: str, evidence: Sequence[Evidence]
) -> Evidence | None:
    """The entry that has these very words among its ways to ask."""
    kept, words = knowledge.index(account).kept, bare(text)
    for each in evidence:
        if each.id in kept and words in map(bare, kept[each.id].entry.texts):
            return replace(each, probability=1.0)
    return None


def _without_idle_talk(context: Context) -> Context:
    """A question is no greeting and no small talk that the model is only half sure of: 麻烦报一下
    价，谢谢 asks for a price.
    """
    judged, reading = context.judgement, context.reading
    idle = judged is not None and judged.intent.id in followups.MANNERS | followups.IDLE
    if judged is None or reading is None or not idle:
        return context
    says_more = judged.intent.id in GREETINGS and manners.says_more(reading.asks)
    length = len(reading.asks)
    asks = splitting.asks(reading.asks) and length > SHORTEST_QUESTION
    half_sure = judged.confidence < SURELY_IDLE
    if not says_more and not (half_sure and (asks or length > LONGEST_MANNERS)):
        return context
    return replace(context, judged=replace(judged, in_scope=False))


def _with_words_over_model(context: Context) -> Context:
    """The model calls no person against the message's words, or those that an entry is for."""
    judged = context.judgement
    if judged is None or judged.intent.id != ASKS_FOR_PERSON:
        return context
    if not context.same_words and context.wish in {"asks", "unnamed"}:
        return context
    return replace(context, judged=replace(judged, in_scope=False))


def _text(said: Talk, ruled: Ruled | None) -> str:
    """What is to be answered by the models; "" where a rule answers, or there is no text."""
    if ruled is None:
        return readable(said)
    return ruled.ask if not (ruled.reply or ruled.to_person) else ""
