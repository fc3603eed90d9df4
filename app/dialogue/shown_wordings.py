"""Which wordings of experiments a reply shows. No I/O.

A draft made of a variant's wording need not reach the follower: a handoff has words of its own, and
of several answers some are left out.
"""

from app.dialogue.turn import Draft
from app.dialogue.wording.variant_wordings import VariantWording
from app.messages.sentences import split_sentences
from app.messages.values import Message, as_plain_text


def list_shown_wordings(draft: Draft, answer: Message | None) -> tuple[VariantWording, ...]:
    """The wordings whose text begins somewhere in the answer, each once."""
    shown_text = as_plain_text(answer)
    wordings = (
        each.wording
        for each in (draft, *draft.parts)
        if each.wording and _get_first_sentence(each) in shown_text
    )
    return tuple(dict.fromkeys(wordings))


def _get_first_sentence(draft: Draft) -> str:
    """The first sentence after the apology: what joining answers and offers leaves as it is."""
    text = draft.text.removeprefix(draft.apology).strip()
    return next(iter(split_sentences(text)), text)
