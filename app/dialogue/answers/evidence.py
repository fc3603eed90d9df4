"""Matches a message with its evidence: the entry that answers, choices, passages for a model."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.answers import entry_replies, siblings
from app.dialogue.answers.choice_offers import candidates, choices
from app.dialogue.answers.choosing import choose_answered_question, choose_evidence
from app.dialogue.answers.reading_search import SearchedReading
from app.dialogue.context import Context, readable_text
from app.dialogue.generation.passages import Passage
from app.dialogue.understanding.entities import places
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.dialogue.wording.variant_wordings import ENTRY
from app.inference.ports import (
    Bands,
)
from app.knowledge.service import Knowledge
from app.knowledge.values import Evidence
from app.safety.words.normalise import fold_word

PASSAGES = 5  # passages for a model
EXPLAINED = 3  # candidates in the explanation of a turn
OF_POSSIBLE = 0.2  # share of the band `possible`: from there on a candidate is a passage


def with_evidence(
    knowledge: Knowledge, context: Context, search_results: Sequence[SearchedReading]
) -> Context:
    """The context with matched entry, choices and passages by the bands of the search; entries
    that an experiment rewords have the follower's wording.
    """
    return _with_wordings(_match_evidence(knowledge, context, search_results))


def _match_evidence(
    knowledge: Knowledge, context: Context, search_results: Sequence[SearchedReading]
) -> Context:
    account, session = context.account.name, context.session
    if not (search_results and context.classification):
        return context if knowledge.has_content(account) else replace(context, candidates=())
    context = replace(context, previous_entry=_find_previous_entry(knowledge, context))
    if chosen_entry := _find_chosen_entry(knowledge, context):
        return replace(context, matched_entry=chosen_entry, same_words=True)
    sure = knowledge.search.bands.sure
    reading, evidence = choose_answered_question(search_results, sure, session.last_entry_id)
    context = replace(context, question=reading, candidates=tuple(evidence))
    return _with_match(knowledge, context, reading, evidence) if evidence else context


def _with_wordings(context: Context) -> Context:
    """What was matched doesn't depend on the wording, so that all variants are met alike."""
    if not context.wordings:
        return context
    return replace(
        context,
        matched_entry=_reword(context, context.matched_entry),
        previous_entry=_reword(context, context.previous_entry),
    )


def _reword(context: Context, evidence: Evidence | None) -> Evidence | None:
    wording = evidence and context.find_wording(ENTRY + evidence.id)
    if not (evidence and wording) or evidence.rich:
        return evidence
    return replace(evidence, text=wording.text)


def _find_previous_entry(knowledge: Knowledge, context: Context) -> Evidence | None:
    """The entry that answered the question before; None for none, or a chunk."""
    last = context.session.last_entry_id
    evidence = knowledge.get_evidence(context.account.name, last) if last else None
    return evidence if evidence and evidence.kind == "entry" else None


def _find_chosen_entry(knowledge: Knowledge, context: Context) -> Evidence | None:
    """The entry or chunk of the choice that the message names; None for none."""
    choice = choices.find_choice(readable_text(context.message), context.session)
    if choice is None:
        return None
    return knowledge.get_evidence(context.account.name, choice.id, choice.passage)


def _with_match(
    knowledge: Knowledge,
    context: Context,
    reading: RewrittenQuestion,
    evidence: Sequence[Evidence],
) -> Context:
    """The context with what the evidence for its question is good for."""
    bands, question = knowledge.search.bands, reading.standalone_question
    exact = _find_entry_worded_so(knowledge, context.account.name, question, evidence)
    if exact is None and _is_of_another_branch(question, evidence):
        evidence = ()
    matched_entry = exact or _find_matched_entry(context, reading, evidence, bands)
    choices_to_offer = [] if matched_entry else _find_choices(knowledge, context, evidence)
    equals = (
        siblings.find_equals(context, matched_entry, bands) if matched_entry and not exact else ()
    )
    return replace(
        context,
        matched_entry=matched_entry,
        equals=equals,
        same_words=exact is not None,
        evidence=tuple(evidence[:EXPLAINED]),
        choices=tuple(choices_to_offer),
        suggested=_find_suggestion(choices_to_offer, bands),
        passages=_select_passages(evidence, bands),
    )


def _find_matched_entry(
    context: Context, reading: RewrittenQuestion, evidence: Sequence[Evidence], bands: Bands
) -> Evidence | None:
    """The entry or chunk that answers, of another branch where the message asks for it."""
    classification, last = context.classification, context.session.last_entry_id
    if classification is None or not evidence:
        return None
    if sibling := siblings.find_sibling(readable_text(context.message), last, evidence, bands):
        return sibling
    best = choose_evidence(reading, classification, evidence, last, bands.sure)
    return entry_replies.settle_entry(context, best, bands.sure)


def _find_choices(
    knowledge: Knowledge, context: Context, evidence: Sequence[Evidence]
) -> list[Evidence]:
    """The possible answers to offer; none where the only one was just said."""
    possible = knowledge.search.bands.possible
    likely = [each for each in evidence if each.probability >= possible and not each.rich]
    if [each.id for each in likely] == [context.session.last_entry_id]:
        return []
    return _worth_offering(knowledge, context, likely)


def _find_suggestion(offered: Sequence[Evidence], bands: Bands) -> Evidence | None:
    """The only candidate, where it is likely; else None."""
    is_likely = len(offered) == 1 and offered[0].probability >= bands.likely
    return offered[0] if is_likely else None


def _select_passages(evidence: Sequence[Evidence], bands: Bands) -> tuple[Passage, ...]:
    """The passages that a language model may cite, the likeliest first."""
    threshold = bands.possible * OF_POSSIBLE
    usable = [each for each in evidence if each.probability >= threshold and not each.rich]
    return tuple(Passage(each.id, each.text, each.title) for each in usable[:PASSAGES])


def _worth_offering(
    knowledge: Knowledge, context: Context, likely: Sequence[Evidence]
) -> list[Evidence]:
    """Select choices among the possible answers. Where one is below the band `doubtful`, those
    below have to mention a rare word of the question.
    """
    account, doubtful = context.account.name, knowledge.search.bands.doubtful
    if all(each.probability >= doubtful for each in likely):
        return candidates.select(likely)
    things = candidates.find_things(
        context.question.standalone_question if context.question else ""
    )
    things = [thing for thing in things if knowledge.is_rare(account, thing)]
    return candidates.select([
        each
        for each in likely
        if each.probability >= doubtful
        or candidates.speaks_of(knowledge.text(account, each.id), things)
    ])  # fmt: skip


def _is_of_another_branch(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the question names a branch that no candidate mentions."""
    branch = places.find_branch(question)
    return bool(branch) and not any(
        places.mentions_branch(e.title + e.text, branch) for e in evidence
    )


def _find_entry_worded_so(
    knowledge: Knowledge, account: str, text: str, evidence: Sequence[Evidence]
) -> Evidence | None:
    """The entry with this text as its question or variant, probability 1; None for none."""
    stored_entries, words = knowledge.index(account).stored_entries, fold_word(text)
    for each in evidence:
        if each.id in stored_entries and words in map(
            fold_word, stored_entries[each.id].entry.texts
        ):
            return replace(each, probability=1.0)
    return None
