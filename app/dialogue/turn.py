"""What a message is answered with: a draft, until its work is done, and then a turn."""

from dataclasses import dataclass

from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.passages import Passage
from app.dialogue.handoff_policy import Reason
from app.dialogue.orders.orders import LookUpOrder
from app.dialogue.policy import Source
from app.dialogue.slot_filling.slots import Slot
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
    """The work of finding out what has become of a request for a person."""

    handoff: Handoff


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be said and where it comes from; `pending_action` has to be done first."""

    text: str
    source: Source
    cited: tuple[str, ...] = ()  # entries, passages, or the rule, that it says
    pending_action: "PendingAction | None" = None
    made_by: str = ""  # the model that wrote it
    choices: tuple[Choice, ...] = ()  # that are offered
    waiting: str = ""  # the question that waits for what the follower was asked for
    pending: Slot | None = None  # what they were asked for
    person: bool = False  # a rule of the account's calls one
    safety_flag: bool = False  # moderation calls one
    arranged: bool = False  # a person has to confirm it
    parts: "tuple[Draft, ...]" = ()  # of a message with several questions
    care: CareKind | None = None  # the need that it answers
    declines: bool = False  # it says only that something isn't known
    apology: str = ""  # that its text begins with
    ai_generated: bool = False  # the text ends with what a model wrote
    message: RichMessage | TransferToAgent | None = None  # what goes out in place of the text

    @property
    def answer(self) -> Message | None:
        """What goes out; None where nothing is said."""
        text = Text(content=self.text, ai_generated=self.ai_generated) if self.text else None
        return self.message or text


@dataclass(frozen=True, slots=True)
class SeveralActions:
    """The work of a message with several questions: that of each draft, in their order."""

    drafts: tuple[Draft, ...]


PendingAction = LookUpOrder | GenerateAnswer | DescribeWait | SeveralActions | consent.Work


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person should take over."""

    reason: Reason
    desk: AgentChannel
    title: str
    summary: str
    priority: int = 0  # the higher come first


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is said, where it comes from, and how the conversation stands after it."""

    answer: Message | None
    source: Source
    session: Session
    classification: Classification | None = None
    cited: tuple[str, ...] = ()  # entries, passages, or the rule, that it says
    hand_over: HandOver | None = None
    made_by: str = ""  # the model that wrote it
    passages: tuple[Passage, ...] = ()  # of those that it was shown, the ones it cites
    parts: tuple[Source, ...] = ()  # of a message with several questions: where each is answered
    care: CareKind | None = None  # the need that it answers
    evidence: tuple[Evidence, ...] = ()  # the likeliest candidates, for whoever asks why

    @property
    def text(self) -> str:
        """The answer for those who see text alone; "" where nothing is said."""
        return as_plain_text(self.answer)
