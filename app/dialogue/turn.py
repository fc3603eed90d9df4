"""Draft, its pending actions, and the complete turn."""

from dataclasses import dataclass

from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.passages import Passage
from app.dialogue.handoff.policy import Reason
from app.dialogue.items import OfferedItem
from app.dialogue.orders.orders import LookUpOrder
from app.dialogue.policy import Source
from app.dialogue.slot_filling.slots import Slot
from app.dialogue.wording.variant_wordings import VariantWording
from app.inbox.service import Handoff
from app.inbox.states import AgentChannel
from app.inference.ports import CareKind, Classification
from app.knowledge.values import Evidence
from app.messages.values import Message, RichMessage, Text, TransferToAgent, as_plain_text
from app.privacy import consent
from app.sessions.store import Choice, Session

UNANSWERED_SOURCES: frozenset[Source] = frozenset(
    {"ask_back", "offer_person", "knowledge_missing", "unsure"}
)
FAILURE_SOURCES: frozenset[Source] = frozenset({"ask_back", "offer_person", "unsure"})


@dataclass(frozen=True, slots=True)
class DescribeWait:
    """Action: look up the place of the handoff in the queue, and describe the wait."""

    handoff: Handoff


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTurn:
    """What a turn means for recommendations: the items shown for `question`, after `earlier` ones
    (ids); or that the follower `refuses` them.
    """

    question: str = ""
    earlier: tuple[str, ...] = ()
    items: tuple[OfferedItem, ...] = ()
    refuses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The reply and its source; where `pending_action` is set, `ActionRunner` completes it."""

    text: str
    source: Source
    citations: tuple[str, ...] = ()  # ids of the entries or passages, or the rule, that it quotes
    pending_action: "PendingAction | None" = None
    made_by: str = ""  # the language model that wrote it
    choices: tuple[Choice, ...] = ()  # that the follower is offered
    waiting: str = ""  # the question that waits for the slot asked for
    pending: Slot | None = None  # the slot that the follower is asked for
    person: bool = False  # a rule asks for an agent
    safety_flag: bool = False  # moderation asks for an agent
    arranged: bool = False  # an agent has to confirm what was arranged
    parts: "tuple[Draft, ...]" = ()  # of a message with several questions, in their order
    care: CareKind | None = None  # the need that is answered
    declines: bool = False  # says only that something isn't known
    apology: str = ""  # with which the text begins
    wording: VariantWording | None = None  # of an experiment, that the text is made of
    ai_generated: bool = False  # the text ends with what a model wrote
    message: RichMessage | TransferToAgent | None = None  # is sent in place of the text
    item_turn: ItemTurn | None = None  # where it offers items, or stops to

    @property
    def answer(self) -> Message | None:
        """The message to send; None where nothing is said."""
        text = Text(content=self.text, ai_generated=self.ai_generated) if self.text else None
        return self.message or text


@dataclass(frozen=True, slots=True)
class SeveralActions:
    """Action: complete the drafts of a message's questions, in their order."""

    drafts: tuple[Draft, ...]


PendingAction = LookUpOrder | GenerateAnswer | DescribeWait | SeveralActions | consent.Work


@dataclass(frozen=True, slots=True)
class HandOver:
    """The handoff that a turn opens, with what the agent reads of it."""

    reason: Reason
    desk: AgentChannel
    title: str
    summary: str
    priority: int = 0  # in the queue; the highest is answered first


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A complete turn: reply, source, next session, and what the record and explanation need."""

    answer: Message | None
    source: Source
    session: Session
    classification: Classification | None = None
    citations: tuple[str, ...] = ()  # ids of the entries or passages, or the rule, that it quotes
    hand_over: HandOver | None = None
    made_by: str = ""  # the language model that wrote the reply
    passages: tuple[Passage, ...] = ()  # the cited ones of the context's passages
    parts: tuple[Source, ...] = ()  # of a message with several questions: the source of each reply
    care: CareKind | None = None  # the need that is answered
    evidence: tuple[Evidence, ...] = ()  # the likeliest candidates, for the explanation
    wordings: tuple[VariantWording, ...] = ()  # of experiments, that the follower reads
    items: tuple[OfferedItem, ...] = ()  # that are recommended, for the explanation

    @property
    def text(self) -> str:
        """The answer as plain text; "" where nothing is said."""
        return as_plain_text(self.answer)
