"""What a prompt is built from, and what its answer is checked against."""

from dataclasses import dataclass

from app.dialogue import language as languages
from app.dialogue.generation.passages import Passage
from app.dialogue.language import Language
from app.inference.ports import PromptMessage, Sentiment
from app.sessions.store import SessionTurn


@dataclass(frozen=True, slots=True)
class PromptPersona:
    """The persona in whose name the model writes."""

    brand: str
    name: str = "小回"
    tone: str = "亲切、简洁、有礼貌"
    about: tuple[str, ...] = ()  # the operator's sentences on the brand
    decline: tuple[str, ...] = ()  # topics to avoid


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What a model that speaks for the brand is told besides the passages."""

    now: str  # date and time, such as 2026年11月29日 星期日 15:04
    hours: str  # service hours of agents
    title: str = ""  # of the intent; `wish` is the reply that the operator wants
    wish: str = ""
    question: str = ""  # the standalone question; "": the follower's text
    about_brand: bool = False  # whether the intent can be answered by the brand only


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question for the language model, with its passages and context."""

    text: str  # the follower's message, unchanged
    passages: tuple[Passage, ...] = ()  # best first
    turns: tuple[SessionTurn, ...] = ()  # oldest first
    sentiment: Sentiment = "neutral"
    briefing: Briefing | None = None  # None: answer from the passages only
    quotes: bool = True  # whether to extract from passages if nothing can be written

    @property
    def language(self) -> Language:
        """The language that the answer must be in."""
        return languages.detect_language(self.text, [turn.text for turn in self.turns])


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """A prompt, and the sources that its answer is checked against."""

    messages: tuple[PromptMessage, ...]
    passages: tuple[Passage, ...]  # those that fit, in the order of their labels
    follower_text: str  # the follower's messages: the turns shown, and this one
    fence: str
    tokens: int  # of all messages, approximately
    language: Language = "simplified"
    persona: PromptPersona = PromptPersona("")
    briefing: Briefing | None = None

    @property
    def brand_texts(self) -> tuple[str, ...]:
        """The brand's own texts: passages, description, time and hours, the intent's wish."""
        own = [*self.persona.about]
        if self.briefing:
            briefing = self.briefing
            own += [f"现在是{briefing.now}", f"人工客服的服务时间：{briefing.hours}", briefing.wish]
        return (*(passage.whole for passage in self.passages), *filter(None, own))
