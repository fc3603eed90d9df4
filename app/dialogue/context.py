"""All that a turn is made from."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.accounts import Account
from app.dialogue import handoff_policy
from app.dialogue.generation.passages import Passage
from app.dialogue.language import Language, in_script
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.understanding.followups import RewrittenQuestion
from app.dialogue.understanding.person_wish import Wish
from app.dialogue.wording import english
from app.inbox.service import Handoff
from app.inference.ports import CareKind, Classification, ClassificationFailed, Intent
from app.jobs import MessageJob
from app.knowledge.price_lists import PriceList
from app.knowledge.values import Evidence
from app.messages.phrases import BLANK, INTENT, Phrase, Phrasebook, choose, fill
from app.rules import rulebook
from app.rules.rulebook import RuleAnswer, Rulebook
from app.safety.moderation import Moderation, ModerationVerdict
from app.sessions.rate_limit import RateVerdict
from app.sessions.store import Session
from app.settings import Speaks

NOTHING = ModerationVerdict("pass", "")
READABLE = {"text", "voice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One message, and what is known at its moment."""

    message: MessageJob
    account: Account
    session: Session = field(default_factory=Session)
    rulebook: Rulebook = rulebook.EMPTY
    handoff_rules: handoff_policy.HandoffRules = field(default_factory=handoff_policy.HandoffRules)
    moderation: Moderation | None = None  # that are not to be said
    handoff: Handoff | None = None  # a person has the conversation, or should have it
    rate: RateVerdict = "ok"  # whether they write too fast
    notice_shown: bool = True  # what is kept of them
    speaks: Speaks = "never"  # what they may hear from a language model
    phrases: Phrasebook = BLANK  # our sentences, as the operator words them
    keep_days: int = 180  # how long conversations are kept

    language: Language = "simplified"  # that its writer reads
    care: CareKind | None = None  # what its writer needs before anything else
    verdict: ModerationVerdict = NOTHING  # on the message
    matched_rule: RuleAnswer | None = None  # the rule of the account's that answers it
    slot_result: SlotResult = field(
        default_factory=lambda: SlotResult(slots={}, text="")
    )  # its text, and what it names
    question: RewrittenQuestion | None = None  # what it asks; None where there is nothing to read
    classification_result: Classification | ClassificationFailed | None = (
        None  # None: there was nothing to read
    )
    wish: Wish = "unnamed"  # whether its words ask for a person
    matched_entry: Evidence | None = (
        None  # the entry or chunk of the knowledge base that answers it
    )
    equals: tuple[Evidence, ...] = ()  # entries on others of a kind that answer it as well
    same_words: bool = False  # whether `known` was written for these very words
    previous_entry: Evidence | None = None  # the entry that answered the question before
    candidates: tuple[Evidence, ...] | None = None  # all that was compared; None: nothing was
    evidence: tuple[Evidence, ...] = ()  # the likeliest candidates, for whoever asks why
    choices: tuple[Evidence, ...] = ()  # worth offering, where none surely answers
    prices: PriceList | None = None  # of the kind of thing whose price is asked for
    suggested: Evidence | None = None  # the only one of them, where it is likely
    passages: tuple[Passage, ...] = ()  # that an answer may rest on, the likeliest first
    parts: "tuple[Context, ...]" = ()  # its questions, where it has several
    unread: bool = False  # whether it has more questions than `parts`

    @property
    def seed(self) -> int:
        """The same for each delivery of the message."""
        return zlib.crc32(self.message.id.encode())

    @property
    def classification(self) -> Classification | None:
        """None where there was nothing to read, or the model failed."""
        return (
            self.classification_result
            if isinstance(self.classification_result, Classification)
            else None
        )

    def is_own(self, intent: str) -> bool:
        """Whether the operator worded the replies of an intent, by its id."""
        return bool(self._own_replies(intent))

    def replies(self, intent: Intent) -> tuple[str, ...]:
        """The operator's replies to an intent, else the shipped ones in the follower's language."""
        shipped = english.get_replies(intent.id) if self.language == "english" else ()
        return self._own_replies(intent.id) or shipped or intent.replies

    def _own_replies(self, intent: str) -> tuple[str, ...]:
        """What they wrote for it is said in any language, before what is shipped."""
        own, name = self.phrases.own, INTENT + intent
        translated = own.get(name + english.ENDING) if self.language == "english" else None
        return translated or own.get(name, ())

    def filled(self, text: str, **values: str) -> str:
        """What an operator wrote, with its slots filled."""
        account = self.account
        common = self.rulebook.slots(
            text, account.brand, account.service_hours, self.message.received
        )
        return fill(text, common | values)

    def variants(self, phrase: Phrase) -> tuple[str, ...]:
        """As the operator words it, in the follower's language."""
        translated = english.translate_phrase(phrase) if self.language == "english" else None
        return self.phrases.variants(translated or phrase)

    def say(self, phrase: Phrase, /, **values: str) -> str:
        """One of its variants, filled; not what was said last, where there is another."""
        return self.say_one(self.variants(phrase), **values)

    def say_one(self, variants: Sequence[str], **values: str) -> str:
        """One of these, as `say` does."""
        turns = self.session.turns
        last = turns[-1].answer if turns and self.classification_result is not None else None
        filled = [self.filled(text, **values) for text in variants]
        if self.language == "traditional":
            filled = [in_script(text, self.language) for text in filled]
        return choose(filled, self.seed, last)

    @property
    def is_event(self) -> bool:
        """Whether they did something, rather than to say it."""
        return self.message.kind in {"subscribe", "scan", "click"}


def readable_text(message: MessageJob) -> str:
    """The text the model should read; "" when there is none (a picture, a follow, blanks)."""
    return message.text.strip() if message.kind in READABLE else ""
