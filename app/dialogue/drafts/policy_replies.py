"""Drafts for one question, from the source that the policy chooses."""

import re
from dataclasses import replace

from app.dialogue import (
    policy,
)
from app.dialogue.answers import entry_replies, price_overviews
from app.dialogue.answers.choice_offers import offering
from app.dialogue.context import Context
from app.dialogue.drafts.generation_requests import request_generation, without_model
from app.dialogue.fallbacks import apologies, intent_replies, referrals
from app.dialogue.handoff import hours
from app.dialogue.slot_filling import replies
from app.dialogue.slot_filling.slots import FREE
from app.dialogue.turn import (
    Draft,
)
from app.dialogue.understanding import quoting
from app.dialogue.understanding.complaints import grievance
from app.dialogue.understanding.person_wish import read_wish
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import answer_texts
from app.dialogue.wording.variant_wordings import ENTRY
from app.inference.ports import Classification
from app.knowledge.values import Evidence

# Sources whose replies begin with an apology where one is due; the others have their own words.
APOLOGETIC = frozenset({
    "knowledge", "knowledge_missing", "handoff", "ask_back", "offer_person",
})  # fmt: skip
APOLOGISES = re.compile(
    "抱歉|[对對]不起|不好意思|致歉|道歉|久等|等着急|让人着急|添麻烦|sorry", re.IGNORECASE
)


def draft_policy_reply(context: Context) -> Draft:
    """The draft for one question: an overview of prices, else by the source of the policy."""
    return price_overviews.draft_reply(context) or _draft_by_policy(context)


def _draft_by_policy(context: Context) -> Draft:
    classification, matched_entry = context.classification, context.matched_entry
    assert classification is not None
    if context.wish == "refused" and not (classification.in_scope or matched_entry):
        return _draft_without_person(context)
    if context.wish == "hours" and matched_entry is None:
        return Draft(text=hours.desk_hours(context), source="template")
    source = _choose_source(context, classification)
    apology = apologies.word_apology(context) if source in APOLOGETIC else ""
    if matched_entry is not None and source == "knowledge":
        return _draft_from_evidence(context, classification, matched_entry, apology)
    passed_on = referrals.to_people(context, classification, source)
    template = (
        _with_apology(passed_on, apology)
        if passed_on
        else _draft_from_template(context, classification, source, apology)
    )
    return request_generation(context, classification, template) or without_model(template)


def _choose_source(context: Context, classification: Classification) -> policy.Source:
    text, matched_entry = context.slot_result.text, context.matched_entry
    is_for_people = context.handoff_rules.intents.get(classification.intent.id)
    decision = policy.decide(
        classification,
        context.session,
        matched_entry.probability if matched_entry else 0.0,
        is_question=sentence_kinds.is_question(text),
        has_suffered=grievance.has_suffered(text, classification),
        has_likely_entry=context.suggested is not None and not is_for_people,
    )
    return decision.source


def _draft_from_evidence(
    context: Context, classification: Classification, evidence: Evidence, apology: str
) -> Draft:
    """A draft of an entry's answer; of a chunk's, which a language model may reword."""
    text = entry_replies.word_reply(context, evidence)
    if evidence.kind == "entry":
        draft = Draft(
            text=text,
            source="knowledge",
            citations=(evidence.id,),
            message=evidence.rich,
            wording=None if evidence.rich else context.find_wording(ENTRY + evidence.id),
        )
        return _with_apology(draft, apology)
    quote = _with_apology(Draft(text=text, source="extract", citations=(evidence.id,)), apology)
    return request_generation(context, classification, quote) or quote


def _draft_from_template(
    context: Context, classification: Classification, source: policy.Source, apology: str
) -> Draft:
    """A reply without an entry: takes a slot's answer, offers choices, asks for a slot, or says
    the operator's or the intent's words.
    """
    text, filled_slot = context.slot_result.text, context.slot_result.filled_slot
    if filled_slot and source != "handoff":
        offer = offering.offer_choices(context, source) if filled_slot in FREE else None
        return offer or replies.take_answer(context)
    reports_fault = grievance.reports_fault(text) and not sentence_kinds.is_question(text)
    if not reports_fault and (offer := offering.offer_choices(context, source)):
        return offer
    if slot_question := replies.ask_for_slot(context, classification, source):
        return _with_apology(slot_question, apology)
    words = _with_apology(_draft_stock_reply(context, classification, source), apology)
    return words if reports_fault else offering.with_near(context, source, words)


def _draft_stock_reply(
    context: Context, classification: Classification, source: policy.Source
) -> Draft:
    """收到消息回复, the operator's reply in place of asking back; else the intent's words."""
    reply = context.rulebook.rules.unmatched if source == "ask_back" else ""
    text = context.filled(reply) if reply else ""
    if text:
        return Draft(text=text, source=source)
    return intent_replies.draft_reply(context, classification, source)


def _draft_without_person(context: Context) -> Draft:
    """Reply to a follower who refuses a person and whose question isn't understood."""
    if read_wish(context.slot_result.text) == "refused":
        return Draft(text=context.say(answer_texts.NO_PERSON), source="template")
    name = quoting.name_question(context.slot_result.text) or quoting.NAMELESS
    return Draft(
        text=context.say(answer_texts.NO_PERSON_UNKNOWN, name=name), source="knowledge_missing"
    )


def _with_apology(draft: Draft, apology: str) -> Draft:
    """The draft with the apology in front; unchanged where its text has one already."""
    twice = APOLOGISES.search(apology) and APOLOGISES.search(draft.text)
    if not apology or twice or draft.message:
        return draft
    return replace(draft, text=apology + draft.text, apology=apology)
