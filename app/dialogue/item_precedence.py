"""Whether items may be the reply in place of a draft: what goes before what. No I/O."""

from app.dialogue.context import Context, readable_text
from app.dialogue.generate import GenerateAnswer
from app.dialogue.policy import SURELY_ANSWERS, SURELY_CALLED
from app.dialogue.turn import Draft
from app.dialogue.understanding.entities.budgets import read_budget
from app.dialogue.understanding.item_followups import ItemFollowup
from app.dialogue.understanding.item_wishes import WishKind, normalise_wish, split_clauses

# Replies that an offer replaces; an entry's, an agent's or an operator's reply is none of them.
_STOCK = frozenset({
    "template", "small_talk", "slot", "knowledge_missing", "ask_back", "offer_person", "unsure",
})  # fmt: skip
# Replies that say that something isn't known, which an article on the question replaces, too.
_UNKNOWING = frozenset({"knowledge_missing", "small_talk", "ask_back", "offer_person", "unsure"})
# Replies that stay though a message may be about the items shown before.
_STANDING = frozenset({"care", "rule", "person", "pace", "data", "anew", "failure", "refused"})
_REPLACED_SLOTS = frozenset({None, "details", "product"})  # that a reply asks for
_KNOWING = frozenset({"knowledge", "choices", "extract"})  # replies of the knowledge base
_WISHES = frozenset({"none", "asked", "available", "explained"})


def may_replace(context: Context, draft: Draft, wish: WishKind) -> bool:
    """Whether the draft is a stock reply to what a wish for items may be."""
    classification = context.classification
    if classification is None or wish in {"refused", "disapproved"} or draft.message:
        return False
    if classification.in_scope and context.is_own(classification.intent.id):
        return False
    action = draft.pending_action
    if (
        wish in {"available", "explained"}
        and isinstance(action, GenerateAnswer)
        and action.question.passages
    ):
        return False  # the knowledge base goes first
    drafts = draft.parts or (draft,)
    replaced = _STOCK
    if wish == "explained":
        is_half_sure = classification.confidence < SURELY_CALLED
        replaced = _UNKNOWING | {"handoff"} if is_half_sure else _UNKNOWING
    return all(
        each.source in replaced and each.pending in _REPLACED_SLOTS and not each.arranged
        for each in drafts
    )


def may_follow(context: Context, draft: Draft, followup: ItemFollowup) -> bool:
    """Whether items may be the reply: to no care, rule or agent; what the knowledge base has of
    another name goes first.
    """
    if followup.is_other_name and _has_entry_with(context, followup.name):
        return may_replace(context, draft, "available")
    return _is_free(context, draft)


def find_unsure_answer(context: Context, draft: Draft, wish: WishKind) -> str:
    """The texts of what the knowledge base would answer, where it isn't sure to answer a wish for
    items; "" where it is, has nothing, or the message has several clauses.
    """
    classification, action = context.classification, draft.pending_action
    is_answer = draft.source in _KNOWING or isinstance(action, GenerateAnswer)
    _, priceless = read_budget(normalise_wish(readable_text(context.message)))
    is_one = len(split_clauses(priceless)) <= 1
    if classification is None or not is_answer or not is_one or wish not in _WISHES:
        return ""
    is_standing = context.handoff or context.same_words or draft.message or draft.parts
    if is_standing or context.is_own(classification.intent.id):
        return ""
    likeliest = (context.matched_entry, context.suggested, *context.choices)
    entries = [each for each in likeliest if each is not None]
    if any(each.probability >= SURELY_ANSWERS for each in entries):
        return ""
    passages = action.question.passages if isinstance(action, GenerateAnswer) else ()
    texts = [f"{each.title}\n{each.text}" for each in entries]
    return "\n".join((*texts, *(each.whole for each in passages)))


def may_follow_answer(context: Context, draft: Draft) -> bool:
    """Whether items may follow an answer of the knowledge base: nothing else answers than the entry
    that did so before.
    """
    is_repeated = set(draft.citations) <= {context.session.last_entry_id}
    return is_repeated and not context.same_words and _is_free(context, draft)


def _is_free(context: Context, draft: Draft) -> bool:
    is_free = context.handoff is None and not draft.message and not draft.safety_flag
    return context.classification is not None and is_free and draft.source not in _STANDING


def _has_entry_with(context: Context, name: str) -> bool:
    """Whether the knowledge base may answer with an entry that has the name."""
    return any(name in f"{each.title}{each.text}" for each in context.candidates or ())
