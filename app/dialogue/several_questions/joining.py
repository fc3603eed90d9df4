"""Joins the answers to a message's questions into one text with one apology. No I/O."""

import re
from collections.abc import Sequence

from app.dialogue.policy import Source
from app.dialogue.several_questions.answers import AnsweredQuestion, find_unanswered
from app.dialogue.turn import Draft
from app.dialogue.understanding import quoting
from app.dialogue.wording import answer_texts
from app.messages.lengths import TEXT_BYTES, clip
from app.messages.phrases import Say, as_shipped
from app.messages.sentences import split_sentences
from app.messages.values import BETWEEN, Text

OFFER = re.compile('回[复復覆]「人工」|[Rr]eply "human"')
LAST: tuple[Source, ...] = ("choices", "slot")  # replies that come last: they ask something
IDLE_SOURCES: frozenset[Source] = frozenset({"small_talk"})


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
    unanswered = find_unanswered(questions)
    shown_answers = _select_shown(questions, unanswered, is_handed_over=is_handed_over)
    unknown = [each for each in unanswered if each.is_unknown]
    texts = _number(_list_texts(shown_answers, may_offer=not unknown))
    if unknown and not is_handed_over:
        is_offered = any(map(OFFER.search, texts))
        texts.append(_not_known(unknown, bool(texts), "" if is_offered else person, say))
    if unread:
        texts.append(say(answer_texts.UNREAD))
    if texts and not is_handed_over:
        texts[0] = _find_apology(answers) + texts[0]
    return Text(
        content=clip(BETWEEN.join(texts), TEXT_BYTES * 3),
        ai_generated=any(each.draft.ai_generated for each in shown_answers),
    )


def _select_shown(
    questions: Sequence[AnsweredQuestion],
    unanswered: Sequence[AnsweredQuestion],
    *,
    is_handed_over: bool,
) -> list[AnsweredQuestion]:
    """The answers to show, those that ask something last; small talk only where nothing else is."""
    known_answers = [each for each in questions if not each.is_unknown]
    shown_answers = [each for each in known_answers if each.draft.source not in IDLE_SOURCES]
    if is_handed_over:
        shown_answers = [each for each in shown_answers if each.draft.source != "handoff"]
    elif not shown_answers:
        shown_answers = known_answers
    shown_answers = [
        each for each in shown_answers if each.draft.source != "choices" or each in unanswered
    ]
    return sorted(
        shown_answers,
        key=lambda each: LAST.index(each.draft.source) if each.draft.source in LAST else -1,
    )


def _list_texts(answers: Sequence[AnsweredQuestion], *, may_offer: bool) -> list[str]:
    """The texts of the answers, each once, with one offer of a person at most."""
    plain = (_plain_text(each.draft) for each in answers if each.draft.text)
    texts = list(dict.fromkeys(plain))
    return _with_one_offer(texts, [each.draft.source for each in answers], may_offer=may_offer)


def _number(texts: list[str]) -> list[str]:
    if len(texts) < 2:
        return texts
    return [f"{number}. {text}" for number, text in enumerate(texts, 1)]


def _find_apology(answers: Sequence[AnsweredQuestion]) -> str:
    """The first apology of the drafts; "" for none."""
    return next((each.draft.apology for each in answers if each.draft.apology), "")


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
