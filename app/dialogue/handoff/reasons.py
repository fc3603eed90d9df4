"""The reason why a turn hands the conversation to an agent. No I/O."""

from app.dialogue.context import Context
from app.dialogue.handoff import policy
from app.dialogue.handoff.policy import Reason
from app.dialogue.turn import FAILURE_SOURCES, Draft
from app.dialogue.understanding.complaints import grievance

ANSWERS = frozenset({"knowledge", "order", "slot", "generated", "extract"})
QUOTES = frozenset({"knowledge", "generated", "extract"})  # from the knowledge base


def find_turn_reason(context: Context, draft: Draft) -> Reason | None:
    """The weightiest reason among all questions; `failed` and `angry` by the whole message."""
    if draft.care:
        return "care"
    if not draft.parts:
        return _find_single_reason(context, draft)
    if context.wish == "refused":
        return None
    whole = _find_single_reason(context, draft)
    parts = zip(context.parts, draft.parts, strict=True)
    reasons = {_find_single_reason(part, each) for part, each in parts} - {"failed"}
    if whole in {"failed", "angry"}:
        reasons.add(whole)
    return next((each for each in policy.REASONS if each in reasons), None)


def _find_single_reason(context: Context, draft: Draft) -> Reason | None:
    if draft.safety_flag:
        return "safety"
    if draft.person:
        return "asked"
    stands = draft.source in {"care", "rule", "kind", "failure", "refused"}
    if stands or (context.wish == "refused" and not draft.arranged):
        return None
    facts = policy.HandoffFacts(
        context.slot_result.text,
        context.classification,
        is_unanswered=draft.source in FAILURE_SOURCES,
    )
    reason = policy.find_reason(facts, context.session, context.handoff_rules)
    if draft.arranged:
        return "angry" if reason == "angry" else "policy"
    return None if reason in _find_settled_reasons(context, draft) else reason


def _find_settled_reasons(context: Context, draft: Draft) -> frozenset[Reason]:
    """The reasons that the draft's answer settles, so that no agent has to take over."""
    if draft.source == "knowledge" and context.same_words:
        return frozenset({"policy", "failed", "asked"})
    if draft.source in QUOTES and has_suffered(context):
        return frozenset({"failed"})
    if draft.source in ANSWERS or draft.item_turn or _shows_answer(context, draft):
        return frozenset({"policy", "failed"})
    return frozenset()


def _shows_answer(context: Context, draft: Draft) -> bool:
    """Whether the only possible choice is shown with its answer, and no rule asks for an agent."""
    if draft.source != "choices" or not draft.citations or draft.choices:
        return False
    classification, handoff_intents = context.classification, context.handoff_rules.intents
    return classification is None or handoff_intents.get(classification.intent.id) is not True


def has_suffered(context: Context) -> bool:
    """Whether the message reports something that agents have to handle."""
    classification = context.classification
    return classification is not None and grievance.has_suffered(
        context.slot_result.text, classification
    )
