"""The context of a turn: one message with its account, session, classification and evidence."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.accounts import Account
from app.dialogue.generation.passages import Passage
from app.dialogue.handoff.rules import HandoffRules
from app.dialogue.language import Language, in_script
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.understanding.person_wish import Wish
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.dialogue.wording import english
from app.dialogue.wording.variant_wordings import VariantWording
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
    """One message with all that its turn needs; each stage returns a copy with more fields set.

    The texts of a message, each with its own use:
    - message text (`message.text`): what the follower sent. Rules, moderation, care, requests
      about data, the session's turns and the turn's record use it.
    - masked text (`verdict.text`): the message text after moderation; goes only into the prompt of
      a generated answer. A pending question that the message completes is masked there itself.
    - pending question (`slot_result.text`): what has to be answered. The message text, or, where
      the message gives a slot's value, the earlier question that needs it. Policy, handoff and the
      wording of replies use it.
    - standalone question (`question.standalone_question`): the pending question with what a
      follow-up leaves out. It is classified and searched.
    - rule question (`matched_rule.ask`): a rule's question, read in place of the message text.
    """

    message: MessageJob
    account: Account
    session: Session = field(default_factory=Session)
    rulebook: Rulebook = rulebook.EMPTY
    handoff_rules: HandoffRules = field(default_factory=HandoffRules)
    moderation: Moderation | None = None  # the account's word lists
    handoff: Handoff | None = None  # the active handoff; None: the bot has the conversation
    rate: RateVerdict = "ok"  # of the follower's rate limit
    notice_shown: bool = True  # whether the follower has had the privacy notice
    speaks: Speaks = "never"  # what a language model may write for the follower
    phrases: Phrasebook = BLANK  # phrases and intent replies as the operator words them
    wordings: tuple[VariantWording, ...] = ()  # of the follower, in running experiments
    keep_days: int = 180  # how long conversations are kept

    language: Language = "simplified"  # in which the follower is answered
    care: CareKind | None = None  # the need that is answered before all rules
    verdict: ModerationVerdict = NOTHING  # of moderation, on the message text
    matched_rule: RuleAnswer | None = None  # the operator's rule that fits the message
    # The pending question, and the slots of the session and the message.
    slot_result: SlotResult = field(default_factory=lambda: SlotResult(slots={}, text=""))
    question: RewrittenQuestion | None = None  # None: nothing to classify
    classification_result: Classification | ClassificationFailed | None = None  # None: as above
    wish: Wish = "unnamed"  # whether the words ask for a person, or refuse one
    matched_entry: Evidence | None = None  # the entry or chunk that answers the question
    equals: tuple[Evidence, ...] = ()  # as good answers, for another branch, size or day
    same_words: bool = False  # whether `matched_entry` has the question word for word
    previous_entry: Evidence | None = None  # the entry that answered the question before
    candidates: tuple[Evidence, ...] | None = None  # all that was verified; None: no search
    evidence: tuple[Evidence, ...] = ()  # the likeliest candidates, for the explanation
    choices: tuple[Evidence, ...] = ()  # possible answers to offer, where none is certain
    prices: PriceList | None = None  # of the kind of goods whose price is asked for
    suggested: Evidence | None = None  # the only one of `choices`, where it is likely
    passages: tuple[Passage, ...] = ()  # that a generated answer may cite, the likeliest first
    parts: "tuple[Context, ...]" = ()  # one context a question, where the message has several
    unread: bool = False  # whether the message has more questions than `parts`

    @property
    def seed(self) -> int:
        """Seed for the choice of a variant (CRC-32): the same for each delivery of a message."""
        return zlib.crc32(self.message.id.encode())

    @property
    def classification(self) -> Classification | None:
        """The classification; None where there was nothing to classify, or the model failed."""
        return (
            self.classification_result
            if isinstance(self.classification_result, Classification)
            else None
        )

    def is_own(self, intent: str) -> bool:
        """Whether the operator worded the replies to the intent of this id."""
        return bool(self._own_replies(intent))

    def replies(self, intent: Intent) -> tuple[str, ...]:
        """The operator's replies to an intent, else the shipped ones in the follower's language."""
        shipped = english.get_replies(intent.id) if self.language == "english" else ()
        return self._own_replies(intent.id) or shipped or intent.replies

    def find_wording(self, target: str) -> VariantWording | None:
        """The follower's variant of the reply `target` in an experiment."""
        return next((each for each in self.wordings if each.target == target), None)

    def find_intent_wording(self, intent: str) -> VariantWording | None:
        """The variant of the replies to an intent, in the language of the message."""
        ending = english.ENDING if self.language == "english" else ""
        return self.find_wording(INTENT + intent + ending)

    def _own_replies(self, intent: str) -> tuple[str, ...]:
        """The follower's variant in an experiment, else the operator's replies, English ones first
        for an English message; () for none.
        """
        if wording := self.find_intent_wording(intent):
            return (wording.text,)
        own, name = self.phrases.own, INTENT + intent
        translated = own.get(name + english.ENDING) if self.language == "english" else None
        return translated or own.get(name, ())

    def filled(self, text: str, **values: str) -> str:
        """The text with its placeholders filled: `values`, and the account's brand and hours."""
        account = self.account
        common = self.rulebook.slots(
            text, account.brand, account.service_hours, self.message.received
        )
        return fill(text, common | values)

    def variants(self, phrase: Phrase) -> tuple[str, ...]:
        """The phrase's variants as the operator words them, in the follower's language."""
        translated = english.translate_phrase(phrase) if self.language == "english" else None
        return self.phrases.variants(translated or phrase)

    def say(self, phrase: Phrase, /, **values: str) -> str:
        """One variant of the phrase, filled; if possible none that the last answer has in it."""
        return self.say_one(self.variants(phrase), **values)

    def say_one(self, variants: Sequence[str], **values: str) -> str:
        """One of the variants, chosen and filled as `say` does."""
        turns = self.session.turns
        last = turns[-1].answer if turns and self.classification_result is not None else None
        filled = [self.filled(text, **values) for text in variants]
        if self.language == "traditional":
            filled = [in_script(text, self.language) for text in filled]
        return choose(filled, self.seed, last)

    @property
    def is_event(self) -> bool:
        """Whether the message is an event: a subscription, a scan or a menu click."""
        return self.message.kind in {"subscribe", "scan", "click"}


def readable_text(message: MessageJob) -> str:
    """The message text, stripped; "" where the message is no text or voice message."""
    return message.text.strip() if message.kind in READABLE else ""
