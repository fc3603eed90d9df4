"""One reply to several questions: what is known, then what isn't, with one apology. No I/O."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from app.dialogue import templates
from app.dialogue.answers import candidates, coverage
from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.generate import Write
from app.dialogue.generation.passages import Passage, sentences
from app.dialogue.policy import Source
from app.dialogue.slot_filling.questions import CONFIRMED_BY_A_PERSON
from app.dialogue.slot_filling.slots import NUMBERS, Slot
from app.dialogue.turn import FAILED, UNANSWERED, Draft
from app.dialogue.understanding import followups, places, quoting
from app.dialogue.understanding.followups import has_things
from app.dialogue.understanding.rewriting import find_subject
from app.inference.ports import Bands
from app.messages.lengths import TEXT_BYTES, clip
from app.messages.phrases import Say, as_shipped
from app.messages.values import Text

PARAGRAPH = "\n\n"
PASSAGES = 5  # that one call of a language model is shown for all its questions
OFFER = re.compile('回[复復覆]「人工」|[Rr]eply "human"')

# The source of the reply is that of the question whose answer says most.
BY_WEIGHT: tuple[Source, ...] = (
    "knowledge", "generated", "extract", "order", "slot", "choices", "handoff", "template",
    "small_talk",
)  # fmt: skip
LAST: tuple[Source, ...] = ("choices", "slot")  # what may be meant, and what is asked for
KNOWN: frozenset[Source] = frozenset({"knowledge", "extract"})
IDLE: frozenset[Source] = frozenset({"small_talk"})


@dataclass(frozen=True, slots=True)
class Answered:
    """One question and what is to be said to it."""

    question: str
    draft: Draft
    manners: bool = False  # it asks nothing: 好的, 谢谢
    leans: bool = False  # on the question before it

    @property
    def unknown(self) -> bool:
        return self.draft.source in UNANSWERED or self.draft.declines


def settle(whole: Context, parts: Sequence[Context], bands: Bands) -> tuple[Context, ...]:
    """The questions that are answered apart; none where one answer is for the whole message.

    A part says less than the message, so that more is asked of its answer: the message as one
    question decides between two answers to a part, and a part that leans on one which isn't
    known has no answer of its own.
    """
    certain = [
        _certain(whole, part, _leant_on(part, parts[:at]), bands.sure)
        for at, part in enumerate(parts)
    ]
    left = [at for at, part in enumerate(certain) if _only_repeats(part, certain[:at])]
    certain = [replace(part, known=None) if at in left else part for at, part in enumerate(certain)]
    if whole.known is None or any(p.same_words and p.known for p in certain):
        return tuple(certain)
    known = {part.known.id for part in certain if part.known}
    alone = known <= {whole.known.id}
    apart = [
        part
        for at, part in enumerate(certain)
        if part.known or at in left or not _is_covered(whole, part, bands)
    ]
    answers = {part.known.id if part.known else part.said.text for part in apart}
    if alone and (not known or answers <= {whole.known.id}):
        return ()
    return tuple(apart)


def _leant_on(part: Context, earlier: Sequence[Context]) -> Context:
    """The earlier question whose thing it is read with, else the one before; itself where it is
    the first.
    """
    asks = part.reading.asks if part.reading else ""
    for each in reversed(earlier):
        thing = find_subject(each.heard.text)
        if thing and thing in asks:
            return each
    return earlier[-1] if earlier else part


def _certain(whole: Context, part: Context, before: Context, sure: float) -> Context:
    """Without an answer that the rest of the message speaks against."""
    known, better = part.known, whole.known
    if known and known.probability < sure:
        known = None
        part = replace(part, known=None)
    leans = part.reading is not None and part.reading.leans
    own_words = part.same_words and not leans  # else they are put together by us
    if known is None or own_words or (better and better.id == known.id):
        return part
    if better and better.probability > known.probability:
        if any(e.id == better.id and e.probability >= sure for e in part.evidence):
            return replace(part, known=better)
        apart = before is not part and before.known is not None and before.known.id == better.id
        return replace(part, known=None) if leans and not apart else part
    unfounded = leans and part is not before and before.known is None
    return replace(part, known=None) if unfounded else part


def _only_repeats(part: Context, earlier: Sequence[Context]) -> bool:
    """Whether what answers an earlier question was found by the thing of that one alone, and says
    nothing of this one: 34 元 of 拿铁明信片多少钱.
    """
    known, reading = part.known, part.reading
    again = known and any(each.known and each.known.id == known.id for each in earlier)
    if not (known and again and reading and reading.leans):
        return False
    asked, text = part.said.text, known.title + known.answer
    names_more = has_things(asked) and not coverage.names_only(asked, text)
    return names_more or coverage.holds(asked, known.answer) is False


def _is_covered(whole: Context, part: Context, bands: Bands) -> bool:
    """Whether what answers the message is all that there is to say to a part of it."""
    if whole.known is None:
        return False
    asked, known = part.said.text, whole.known
    held = coverage.holds(asked, known.answer)
    names_more = not coverage.names_only(asked, known.title + known.answer)
    if part.reading is not None and part.reading.leans:
        return held is not False and not names_more
    likely = part.evidence[:1] and part.evidence[0].probability >= bands.possible
    speaks = held is True or not (names_more and has_things(asked))
    return bool(likely and part.evidence[0].id == known.id) and speaks


def with_one_suggestion(parts: Sequence[Context]) -> list[Context]:
    """Without what may be meant, but for the likeliest candidate of all parts that is shown with
    its answer, where something is known: one menu a message.
    """
    said = {part.known.id for part in parts if part.known}
    likely = [p.suggested for p in parts if said and p.suggested and _may_be_meant(p, said)]
    best = max(likely, key=lambda each: each.probability, default=None)
    return [
        part if best and part.suggested is best else replace(part, choices=(), suggested=None)
        for part in parts
    ]


def _may_be_meant(part: Context, said: Collection[str]) -> bool:
    """Whether the likely candidate speaks of what the part names, and isn't said already."""
    likely, asked = part.suggested, part.said.text
    if likely is None or likely.id in said:
        return False
    things = [each for each in candidates.find_things(asked) if not places.find(each)]
    return candidates.speaks_of(likely.title + likely.text, things)


def without_asking(drafts: Sequence[Draft]) -> list[Draft]:
    """Beside an answer nothing is asked back but for a number, and beside what isn't known nothing
    but for that and a visit: what isn't known is said so.
    """
    left: frozenset[Slot] = NUMBERS
    if not any(draft.source in KNOWN for draft in drafts):
        if not any(_declines(draft) for draft in drafts):
            return [*drafts]
        left = NUMBERS | CONFIRMED_BY_A_PERSON
    asks = [draft.pending and draft.pending not in left for draft in drafts]
    return [
        replace(draft, source="knowledge_missing", waiting="", pending=None) if ask else draft
        for draft, ask in zip(drafts, asks, strict=True)
    ]


def _declines(draft: Draft) -> bool:
    return draft.declines or (draft.source in UNANSWERED and not draft.pending)


def answered(context: Context, drafts: Sequence[Draft]) -> list[Answered]:
    """What is said to each question of a message."""
    return [
        Answered(
            part.said.text,
            draft,
            part.known is None
            and part.judgement is not None
            and part.judgement.intent.id in followups.MANNERS,
            part.reading is not None and part.reading.leans,
        )
        for part, draft in zip(context.parts, drafts, strict=True)
    ]


def joined(
    answers: Sequence[Answered],
    *,
    unread: bool,
    handed_over: bool = False,
    person: str | None = None,
    say: Say = as_shipped,
) -> Text:
    """The reply. `unread`: more was asked than is answered. `handed_over`: a person comes.

    `person`: how one gets to answer what isn't known, "" where nobody does; None: by 「人工」.
    """
    heard = [each for each in answers if not each.manners] or list(answers)
    spoken = [each for each in heard if not each.unknown and each.draft.source not in IDLE]
    if handed_over:
        spoken = [each for each in spoken if each.draft.source != "handoff"]
    spoken = spoken or [each for each in heard if not each.unknown and not handed_over]
    left = _unanswered(heard)
    unknown = [each for each in left if each.unknown]
    spoken = [each for each in spoken if each.draft.source != "choices" or each in left]
    spoken.sort(key=lambda each: LAST.index(each.draft.source) if each.draft.source in LAST else -1)
    plain = (_plain(each.draft) for each in spoken if each.draft.text)
    texts = list(dict.fromkeys(plain))
    apology = next((each.draft.apology for each in answers if each.draft.apology), "")
    texts = _with_one_offer(texts, [each.draft.source for each in spoken], wanted=not unknown)
    if len(texts) > 1:
        texts = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
    if unknown and not handed_over:
        offered = any(map(OFFER.search, texts))
        texts.append(_not_known(unknown, bool(texts), "" if offered else person, say))
    if unread:
        texts.append(say(templates.UNREAD))
    if texts and not handed_over:
        texts[0] = apology + texts[0]
    return Text(
        content=clip(PARAGRAPH.join(texts), TEXT_BYTES * 3),
        ai_generated=any(each.draft.ai_generated for each in spoken),
    )


def combined(context: Context, drafts: Sequence[Draft]) -> Draft:
    """The drafts of all questions as one; their work is done."""
    answers = answered(context, drafts)
    heard = [each for each in answers if not each.manners] or answers
    sources = {each.draft.source for each in heard if not each.unknown}
    source = next((each for each in BY_WEIGHT if each in sources), _lost(heard))
    last = drafts[-1]
    asking = next((draft for draft in drafts if draft.waiting), last)
    text = joined(answers, unread=context.unread, person=_person(context), say=context.say)
    return Draft(
        text=text.content,
        source=source,
        cited=tuple(dict.fromkeys(cited for draft in drafts for cited in draft.cited)),
        made_by=next((draft.made_by for draft in drafts if draft.made_by), ""),
        waiting=asking.waiting,
        pending=asking.pending,
        parts=tuple(drafts),
        ai_generated=text.ai_generated,
    )


def one_write(writes: Sequence[Write]) -> Write:
    """One call of a language model for the questions that need one."""
    passages: dict[str, Passage] = {}
    for place in range(PASSAGES):  # the best of each question first
        for write in writes:
            for passage in write.question.passages[place : place + 1]:
                passages.setdefault(passage.id, passage)
    text = "\n".join(write.question.text for write in writes)
    question = replace(writes[0].question, text=text, passages=tuple(passages.values())[:PASSAGES])
    return replace(writes[0], question=question)


def _person(context: Context) -> str | None:
    """How a person gets to answer what isn't known, as `joined` takes it."""
    return None if unanswered.person_now(context) else unanswered.ask_person(context)


def _unanswered(answers: Sequence[Answered]) -> list[Answered]:
    """What isn't surely known, and isn't said by the answer to another question either."""
    left: list[int] = []
    for at, asked in enumerate(answers):
        known = [
            place
            for place, other in enumerate(answers)
            if not other.unknown
            and other.draft.source in KNOWN
            and not (asked.leans and any(place < each < at for each in left))
        ]
        unsure = asked.unknown or asked.draft.source == "choices"
        if unsure and not any(_says(answers, place, at) for place in known):
            left.append(at)
    return [answers[at] for at in left]


def _says(answers: Sequence[Answered], place: int, at: int) -> bool:
    """Whether one answer says what another question asks: 几天 after 可以调一本吗."""
    other, asked = answers[place], answers[at].question
    text = other.draft.text
    if place < at:
        return coverage.covers(asked, text, about=other.question)
    says_it_too = place == at + 1 and other.leans and coverage.decides(asked, text)
    return says_it_too and coverage.names_only(asked, text)


def _not_known(unknown: Sequence[Answered], beside: bool, person: str | None, say: Say) -> str:
    """That these aren't known, and how a person gets to answer; `beside`: others are answered.

    Where nothing is answered no question is quoted: the others would look unread.
    """
    if not beside and len(unknown) == 1 and unknown[0].draft.text:
        return _plain(unknown[0].draft)  # as it is said to a question alone
    names = _named([each.question for each in unknown])
    plain, offering = (
        (templates.UNKNOWN, templates.UNKNOWN_OFFER)
        if beside
        else (templates.UNKNOWN_ALL, templates.UNKNOWN_ALL_OFFER)
    )
    if person is None:
        return say(offering, names=names)
    text = say(plain, names=names)
    return f"{text} {person}" if text.isascii() else text + person


def _named(questions: Sequence[str]) -> str:
    """What isn't known beside an answer, by name where all of it can be named."""
    if len(set(questions)) > 1:
        return quoting.name_all(questions) or quoting.NAMELESS_OTHERS
    matter = quoting.matter(questions[0])
    return quoting.name(questions[0]) or (matter and f"{matter}这一点") or quoting.NAMELESS_OTHER


def _plain(draft: Draft) -> str:
    return draft.text.removeprefix(draft.apology).strip()


def _with_one_offer(texts: list[str], sources: Sequence[Source], *, wanted: bool) -> list[str]:
    """A person is offered once, in the last of our own texts that does."""
    ours = [
        at for at, text in enumerate(texts) if OFFER.search(text) and sources[at] != "knowledge"
    ]
    without = ours[:-1] if wanted else ours
    return [_without_offer(text) if at in without else text for at, text in enumerate(texts)]


def _without_offer(text: str) -> str:
    rest = "".join(sentence for sentence in sentences(text) if not OFFER.search(sentence))
    if rest:
        return rest
    head = re.split(r"[，；,;]", OFFER.split(text, maxsplit=1)[0])[:-1]
    return "，".join(head) + "。" if head else text


def _lost(answers: Sequence[Answered]) -> Source:
    """Where nothing is answered: a failure only if no question was understood."""
    if all(each.draft.source in FAILED for each in answers):
        return answers[-1].draft.source
    return "knowledge_missing"
