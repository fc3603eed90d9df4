"""Drafts that offer candidates, instead of only saying that nothing is known."""

from dataclasses import replace

from app.dialogue.answers import coverage
from app.dialogue.answers.choice_offers import choices
from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.policy import Source
from app.dialogue.turn import Draft
from app.messages.values import BETWEEN

_MAY_BE_MEANT = frozenset({"knowledge_missing", "ask_back", "offer_person", "small_talk"})


def offer_choices(context: Context, source: Source) -> Draft | None:
    """A draft in place of this source's stock reply: the likely candidate with its answer, or a
    menu. None if there is nothing to offer.
    """
    if source not in _MAY_BE_MEANT or not context.choices:
        return None
    has_person = unanswered.may_reach_person(context) and context.handoff is None
    lone, question = (
        context.suggested,
        context.question.standalone_question if context.question else "",
    )
    if lone and not coverage.name_lacking(question, lone.title, lone.text):
        text = choices.suggest_candidate(lone, context.say, has_person=has_person)
        return Draft(text=text, source="choices", citations=(lone.id,))
    if len(context.choices) == 1:
        return None
    menu = choices.build_menu(
        context.choices, context.say, has_person=has_person, language=context.language
    )
    if menu is None:
        return None
    citations = tuple(choice.id for choice in menu.choices)
    return Draft(text=menu.text, source="choices", citations=citations, choices=menu.choices)


def with_near(context: Context, source: Source, words: Draft) -> Draft:
    """The stock reply of this source, followed by a link to the likeliest candidate if there is
    one that is merely possible.
    """
    if source not in _MAY_BE_MEANT or not context.choices or words.message:
        return words
    near = choices.mention_candidate(context.choices[0], context.say)
    text = f"{words.text.rstrip()}{BETWEEN}{near.text}"
    return replace(words, text=text, source="choices", choices=near.choices)
