"""Settles which questions of a message are answered separately, and by which entry. No I/O."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.dialogue.answers import coverage
from app.dialogue.answers.choice_offers import candidates
from app.dialogue.context import Context
from app.dialogue.understanding.entities import places
from app.dialogue.understanding.query_rewriting.completion import has_things
from app.dialogue.understanding.query_rewriting.subjects import find_subject
from app.inference.ports import Bands


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
    apart = [
        part
        for at, part in enumerate(certain)
        if part.matched_entry or at in repeated_indices or not _is_covered(whole, part, bands)
    ]
    return () if _is_answered_by(whole.matched_entry.id, certain, apart) else tuple(apart)


def _is_answered_by(entry_id: str, parts: Sequence[Context], apart: Sequence[Context]) -> bool:
    """Whether this entry answers the whole message: the parts have no other entry, and each part
    in `apart` has this one; or no part has an entry at all.
    """
    entry_ids = {part.matched_entry.id for part in parts if part.matched_entry}
    is_of_all = all(part.matched_entry and part.matched_entry.id == entry_id for part in apart)
    return not entry_ids or (entry_ids == {entry_id} and is_of_all)


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
