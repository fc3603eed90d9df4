"""Combines the drafts for a message's questions into one reply with one apology. No I/O."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from app.dialogue.answers import candidates, coverage
from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.passages import Passage, split_sentences
from app.dialogue.policy import Source
from app.dialogue.slot_filling.questions import CONFIRMED_BY_A_PERSON
from app.dialogue.slot_filling.slots import NUMBERS, Slot
from app.dialogue.turn import FAILURE_SOURCES, UNANSWERED_SOURCES, Draft
from app.dialogue.understanding import places, quoting
from app.dialogue.understanding.completion import has_things
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS
from app.dialogue.understanding.rewriting import find_subject
from app.dialogue.wording import answer_texts
from app.inference.ports import Bands
from app.messages.lengths import TEXT_BYTES, clip
from app.messages.phrases import Say, as_shipped
from app.messages.values import Text

PARAGRAPH = "\n\n"
PASSAGES = 5  # passages in one prompt for all questions
OFFER = re.compile('回[复復覆]「人工」|[Rr]eply "human"')

# The source of the combined reply: the first of these among its drafts.
BY_WEIGHT: tuple[Source, ...] = (
    "knowledge", "generated", "extract", "order", "slot", "choices", "handoff", "template",
    "small_talk",
)  # fmt: skip
LAST: tuple[Source, ...] = ("choices", "slot")  # replies that come last: they ask something
KNOWN_SOURCES: frozenset[Source] = frozenset({"knowledge", "extract"})
IDLE: frozenset[Source] = frozenset({"small_talk"})


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """One question of a message and its draft."""

    question: str
    draft: Draft
    is_manners: bool = False  # asks nothing: 好的, 谢谢
    is_followup: bool = False  # of the question before it

    @property
    def is_unknown(self) -> bool:
        return self.draft.source in UNANSWERED_SOURCES or self.draft.declines


def settle_parts(whole: Context, parts: Sequence[Context], bands: Bands) -> tuple[Context, ...]:
    """The parts that are answered separately; () where one entry answers the whole message.

    A part says less than the message, so that its entry is checked: the whole message decides
    between two entries for a part, and a follow-up of a part without an entry gets none itself.
    """
    certain = [
        _with_certain_entry(whole, part, _find_antecedent(part, parts[:at]), bands.sure)
        for at, part in enumerate(parts)
    ]
    repeated_indices = [at for at, part in enumerate(certain) if _only_repeats(part, certain[:at])]
    certain = [
        replace(part, matched_entry=None) if at in repeated_indices else part
        for at, part in enumerate(certain)
    ]
    if whole.matched_entry is None or any(p.same_words and p.matched_entry for p in certain):
        return tuple(certain)
    entry_ids = {part.matched_entry.id for part in certain if part.matched_entry}
    alone = entry_ids <= {whole.matched_entry.id}
    apart = [
        part
        for at, part in enumerate(certain)
        if part.matched_entry or at in repeated_indices or not _is_covered(whole, part, bands)
    ]
    answers = {part.matched_entry.id if part.matched_entry else part.message.text for part in apart}
    if alone and (not entry_ids or answers <= {whole.matched_entry.id}):
        return ()
    return tuple(apart)


def _find_antecedent(part: Context, earlier: Sequence[Context]) -> Context:
    """The earlier part whose subject this part's question has, else the one before; the part
    itself where it is the first.
    """
    standalone_question = part.question.standalone_question if part.question else ""
    for each in reversed(earlier):
        thing = find_subject(each.slot_result.text)
        if thing and thing in standalone_question:
            return each
    return earlier[-1] if earlier else part


def _with_certain_entry(whole: Context, part: Context, before: Context, sure: float) -> Context:
    """The part without an entry that is uncertain, or that the whole message contradicts."""
    matched_entry, better = part.matched_entry, whole.matched_entry
    if matched_entry and matched_entry.probability < sure:
        matched_entry = None
        part = replace(part, matched_entry=None)
    is_followup = part.question is not None and part.question.is_followup
    own_words = part.same_words and not is_followup  # a follow-up's words were completed
    if matched_entry is None or own_words or (better and better.id == matched_entry.id):
        return part
    if better and better.probability > matched_entry.probability:
        if any(e.id == better.id and e.probability >= sure for e in part.evidence):
            return replace(part, matched_entry=better)
        apart = (
            before is not part
            and before.matched_entry is not None
            and before.matched_entry.id == better.id
        )
        return replace(part, matched_entry=None) if is_followup and not apart else part
    unfounded = is_followup and part is not before and before.matched_entry is None
    return replace(part, matched_entry=None) if unfounded else part


def _only_repeats(part: Context, earlier: Sequence[Context]) -> bool:
    """Whether a follow-up's entry answers an earlier part and says nothing of this one, so that
    only the shared subject found it: 34 元 of 拿铁明信片多少钱.
    """
    matched_entry, question = part.matched_entry, part.question
    again = matched_entry and any(
        each.matched_entry and each.matched_entry.id == matched_entry.id for each in earlier
    )
    if not (matched_entry and again and question and question.is_followup):
        return False
    question_text, text = part.message.text, matched_entry.title + matched_entry.answer
    names_more = has_things(question_text) and not coverage.names_only(question_text, text)
    return names_more or coverage.has_asked_values(question_text, matched_entry.answer) is False


def _is_covered(whole: Context, part: Context, bands: Bands) -> bool:
    """Whether the entry for the whole message answers the part as well."""
    if whole.matched_entry is None:
        return False
    question_text, matched_entry = part.message.text, whole.matched_entry
    is_answered = coverage.has_asked_values(question_text, matched_entry.answer)
    names_more = not coverage.names_only(question_text, matched_entry.title + matched_entry.answer)
    if part.question is not None and part.question.is_followup:
        return is_answered is not False and not names_more
    likely = part.evidence[:1] and part.evidence[0].probability >= bands.possible
    speaks = is_answered is True or not (names_more and has_things(question_text))
    return bool(likely and part.evidence[0].id == matched_entry.id) and speaks


def with_one_suggestion(parts: Sequence[Context]) -> list[Context]:
    """The parts without choices, but for the likeliest suggestion of all, which is kept only where
    a part has an entry: a message gets one list of choices at most.
    """
    entry_ids = {part.matched_entry.id for part in parts if part.matched_entry}
    likely = [
        p.suggested for p in parts if entry_ids and p.suggested and _may_be_meant(p, entry_ids)
    ]
    best = max(likely, key=lambda each: each.probability, default=None)
    return [
        part if best and part.suggested is best else replace(part, choices=(), suggested=None)
        for part in parts
    ]


def _may_be_meant(part: Context, entry_ids: Collection[str]) -> bool:
    """Whether the suggestion mentions what the part names, and isn't an entry already said."""
    likely, question_text = part.suggested, part.message.text
    if likely is None or likely.id in entry_ids:
        return False
    things = [
        each for each in candidates.find_things(question_text) if not places.find_places(each)
    ]
    return candidates.speaks_of(likely.title + likely.text, things)


def without_asking(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without requests for slots, as unknown: beside an answer only numbers are asked
    for, beside an unknown also a visit.
    """
    allowed_slots: frozenset[Slot] = NUMBERS
    if not any(draft.source in KNOWN_SOURCES for draft in drafts):
        if not any(_is_declining(draft) for draft in drafts):
            return [*drafts]
        allowed_slots = NUMBERS | CONFIRMED_BY_A_PERSON
    asks_back = [draft.pending and draft.pending not in allowed_slots for draft in drafts]
    return [
        replace(draft, source="knowledge_missing", waiting="", pending=None) if ask else draft
        for draft, ask in zip(drafts, asks_back, strict=True)
    ]


def _is_declining(draft: Draft) -> bool:
    return draft.declines or (draft.source in UNANSWERED_SOURCES and not draft.pending)


def pair_answers(context: Context, drafts: Sequence[Draft]) -> list[AnsweredQuestion]:
    """Each part's question with its draft."""
    return [
        AnsweredQuestion(
            part.message.text,
            draft,
            part.matched_entry is None
            and part.classification is not None
            and part.classification.intent.id in CONVERSATION_INTENTS,
            part.question is not None and part.question.is_followup,
        )
        for part, draft in zip(context.parts, drafts, strict=True)
    ]


def join_answers(
    answers: Sequence[AnsweredQuestion],
    *,
    unread: bool,
    is_handed_over: bool = False,
    person: str | None = None,
    say: Say = as_shipped,
) -> Text:
    """The reply to all questions: numbered answers, then what is unknown.

    unread: whether the message has more questions. is_handed_over: whether an agent takes over.
    person: the sentence on how an agent answers the unknown, "" for none; None: by 「人工」.
    """
    questions = [each for each in answers if not each.is_manners] or list(answers)
    shown_answers = [
        each for each in questions if not each.is_unknown and each.draft.source not in IDLE
    ]
    if is_handed_over:
        shown_answers = [each for each in shown_answers if each.draft.source != "handoff"]
    shown_answers = shown_answers or [
        each for each in questions if not each.is_unknown and not is_handed_over
    ]
    open_questions = _find_unanswered(questions)
    unknown = [each for each in open_questions if each.is_unknown]
    shown_answers = [
        each for each in shown_answers if each.draft.source != "choices" or each in open_questions
    ]
    shown_answers.sort(
        key=lambda each: LAST.index(each.draft.source) if each.draft.source in LAST else -1
    )
    plain = (_plain_text(each.draft) for each in shown_answers if each.draft.text)
    texts = list(dict.fromkeys(plain))
    apology = next((each.draft.apology for each in answers if each.draft.apology), "")
    texts = _with_one_offer(
        texts, [each.draft.source for each in shown_answers], may_offer=not unknown
    )
    if len(texts) > 1:
        texts = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
    if unknown and not is_handed_over:
        offered = any(map(OFFER.search, texts))
        texts.append(_not_known(unknown, bool(texts), "" if offered else person, say))
    if unread:
        texts.append(say(answer_texts.UNREAD))
    if texts and not is_handed_over:
        texts[0] = apology + texts[0]
    return Text(
        content=clip(PARAGRAPH.join(texts), TEXT_BYTES * 3),
        ai_generated=any(each.draft.ai_generated for each in shown_answers),
    )


def combine_drafts(context: Context, drafts: Sequence[Draft]) -> Draft:
    """The drafts of all questions, whose actions are done, as one draft."""
    answers = pair_answers(context, drafts)
    questions = [each for each in answers if not each.is_manners] or answers
    sources = {each.draft.source for each in questions if not each.is_unknown}
    source = next(
        (each for each in BY_WEIGHT if each in sources), _choose_failure_source(questions)
    )
    last = drafts[-1]
    asking = next((draft for draft in drafts if draft.waiting), last)
    text = join_answers(
        answers, unread=context.unread, person=_describe_way_to_person(context), say=context.say
    )
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


def merge_requests(requests: Sequence[GenerateAnswer]) -> GenerateAnswer:
    """One request for all questions, with the best passages of each."""
    passages: dict[str, Passage] = {}
    for place in range(PASSAGES):  # the best of each question first
        for request in requests:
            for passage in request.question.passages[place : place + 1]:
                passages.setdefault(passage.id, passage)
    text = "\n".join(write.question.text for write in requests)
    question = replace(
        requests[0].question, text=text, passages=tuple(passages.values())[:PASSAGES]
    )
    return replace(requests[0], question=question)


def _describe_way_to_person(context: Context) -> str | None:
    """The argument `person` of `join_answers`."""
    return None if unanswered.person_now(context) else unanswered.ask_person(context)


def _find_unanswered(answers: Sequence[AnsweredQuestion]) -> list[AnsweredQuestion]:
    """The unknown or only suggested questions that the answer to another one doesn't cover."""
    open_indices: list[int] = []
    for at, question in enumerate(answers):
        known_indices = [
            place
            for place, other in enumerate(answers)
            if not other.is_unknown
            and other.draft.source in KNOWN_SOURCES
            and not (question.is_followup and any(place < each < at for each in open_indices))
        ]
        unsure = question.is_unknown or question.draft.source == "choices"
        if unsure and not any(_covers_question(answers, place, at) for place in known_indices):
            open_indices.append(at)
    return [answers[at] for at in open_indices]


def _covers_question(answers: Sequence[AnsweredQuestion], place: int, at: int) -> bool:
    """Whether the answer at `place` covers the question at `at`: 几天 after 可以调一本吗."""
    other, question_text = answers[place], answers[at].question
    text = other.draft.text
    if place < at:
        return coverage.covers_question(question_text, text, about=other.question)
    says_it_too = (
        place == at + 1 and other.is_followup and coverage.answers_yes_or_no(question_text, text)
    )
    return says_it_too and coverage.names_only(question_text, text)


def _not_known(
    unknown: Sequence[AnsweredQuestion], beside: bool, person: str | None, say: Say
) -> str:
    """The sentence that these questions can't be answered, and how an agent answers.

    beside: whether other questions are answered in the reply.
    """
    if not beside and len(unknown) == 1 and unknown[0].draft.text:
        return _plain_text(unknown[0].draft)  # as for a single question
    names = _name_questions([each.question for each in unknown])
    plain, offering = (
        (answer_texts.UNKNOWN, answer_texts.UNKNOWN_OFFER)
        if beside
        else (answer_texts.UNKNOWN_ALL, answer_texts.UNKNOWN_ALL_OFFER)
    )
    if person is None:
        return say(offering, names=names)
    text = say(plain, names=names)
    return f"{text} {person}" if text.isascii() else text + person


def _name_questions(questions: Sequence[str]) -> str:
    """The names of the unknown questions, or a general word where one can't be named."""
    if len(set(questions)) > 1:
        return quoting.name_all(questions) or quoting.NAMELESS_OTHERS
    matter = quoting.find_matter(questions[0])
    return (
        quoting.name_question(questions[0])
        or (matter and f"{matter}这一点")
        or quoting.NAMELESS_OTHER
    )


def _plain_text(draft: Draft) -> str:
    return draft.text.removeprefix(draft.apology).strip()


def _with_one_offer(texts: list[str], sources: Sequence[Source], *, may_offer: bool) -> list[str]:
    """The texts with the offer of a person only in the last shipped text that has it; in none
    where `may_offer` is False.
    """
    ours = [
        at for at, text in enumerate(texts) if OFFER.search(text) and sources[at] != "knowledge"
    ]
    without = ours[:-1] if may_offer else ours
    return [_without_offer(text) if at in without else text for at, text in enumerate(texts)]


def _without_offer(text: str) -> str:
    rest = "".join(sentence for sentence in split_sentences(text) if not OFFER.search(sentence))
    if rest:
        return rest
    head = re.split(r"[，；,;]", OFFER.split(text, maxsplit=1)[0])[:-1]
    return "，".join(head) + "。" if head else text


def _choose_failure_source(answers: Sequence[AnsweredQuestion]) -> Source:
    """The source where nothing is answered: a failure only if no question was understood."""
    if all(each.draft.source in FAILURE_SOURCES for each in answers):
        return answers[-1].draft.source
    return "knowledge_missing"
