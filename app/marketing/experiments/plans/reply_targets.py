"""What an experiment on replies may word: an intent's replies, or an entry's answer."""

from app.dialogue.wording.variant_wordings import ENTRY
from app.messages.phrases import INTENT, Phrase, faults_of


def list_target_faults(target: str, text: str) -> list[str]:
    """What keeps a text from being said as the reply `target`, a sentence each; [] if nothing."""
    if not target.startswith((INTENT, ENTRY)):
        return [f"the target {target!r} is neither {INTENT}ID nor {ENTRY}ID"]
    faults = faults_of(text, Phrase(target, "", ()))
    is_filled = target.startswith(INTENT)  # an entry's answer is said as it stands
    return [fault.message for fault in faults if is_filled or fault.code != "unknown_slot"]
