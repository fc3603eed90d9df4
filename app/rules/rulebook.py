"""What an account's rules say to a message. Pure: no I/O, no clock. Moments are seconds since 1970.

A worker keeps them on a shelf: `Shelf(Books(engine, NAME), read, BLANK)`.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.messages import phrases
from app.rules import fields, wording
from app.rules.calendar import Calendar
from app.rules.matching import FoldedText, Trigger
from app.rules.values import Click, PersonaRules, Rules, SceneWelcome

NAME = "rules"  # of the books

Kind = Literal["text", "voice", "click", "subscribe", "scan"]  # what rules answer to
Part = Literal["keywords", "menu", "scenes", "default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """What is said, by which rule, and what of the message fitted it.

    Either `reply` (slots unfilled, see `Rulebook.fill`; "" with `to_person` alone) or `ask`: a
    question to be answered as if it was written.
    """

    part: Part
    rule: str  # a keyword rule's name, a menu's key, a scene; "" for a default
    matched: str
    reply: str = ""
    ask: str = ""
    to_person: bool = False


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules made ready to answer."""

    rules: Rules
    zone: ZoneInfo
    triggers: tuple[Trigger, ...]
    calendar: Calendar | None

    def answer(self, kind: str, message_text: str, now: float) -> RuleAnswer | None:
        """The first rule that fits, or None.

        `message_text` is a message's text, a click's key or a QR code's scene ("" for none). Who is
        handed to a person outside working hours hears the text for that, where there is one.
        """
        match kind:
            case "text" | "voice":
                rule_answer = self._by_keyword(message_text, now)
            case "click":
                rule_answer = _by_key(self.rules.menu, message_text)
            case "subscribe" | "scan":
                rule_answer = self._welcome_answer(message_text, follows=kind == "scan")
            case _:
                rule_answer = None
        away = self.away(now) if rule_answer and rule_answer.to_person else ""
        return replace(rule_answer, reply=away) if rule_answer and away else rule_answer

    def open_at(self, now: float) -> bool:
        """Whether people work; always where no hours are written."""
        return self.calendar is None or self.calendar.open_at(now)

    def opens_next(self, now: float) -> float | None:
        """`now` while they work; None where they don't within 400 days."""
        return now if self.calendar is None else self.calendar.opens_next(now)

    def away(self, now: float) -> str:
        """What is said, outside working hours, to whoever wants a person; "" within them."""
        hours = self.rules.hours
        return "" if hours is None or self.open_at(now) else hours.away

    def outside(self, now: float) -> str:
        """What is said, outside working hours, to whoever writes; "" within them."""
        hours = self.rules.hours
        return "" if hours is None or self.open_at(now) else hours.outside

    def hours(self, otherwise: str) -> str:
        """The working hours in words; `otherwise` where none are written."""
        return wording.format_hours(self.rules.hours) if self.rules.hours else otherwise

    def fill(self, text: str, brand: str, hours: str, now: float) -> str:
        """`text` with its slots filled; `hours` where the book has none of its own."""
        return phrases.fill(text, self.slots(text, brand, hours, now))

    def slots(self, text: str, brand: str, hours: str, now: float) -> dict[str, str]:
        """What may stand in every text, by the slot's name; `opens` where `text` has it."""
        slots = {"brand": brand, "hours": self.hours(hours)}
        if wording.OPENS in text:
            slots["opens"] = wording.format_moment(self.opens_next(now), now, self.zone)
        return slots

    @property
    def persona(self) -> PersonaRules:
        """For whoever generates an answer."""
        return self.rules.persona

    def _by_keyword(self, text: str, now: float) -> RuleAnswer | None:
        message = FoldedText.read(text)
        for trigger in self.triggers:
            if matched := trigger.matched_words(message, now):
                rule = trigger.rule
                return RuleAnswer(
                    part="keywords",
                    rule=rule.name,
                    matched=matched,
                    reply=rule.reply,
                    ask="",
                    to_person=rule.to_person,
                )
        return None

    def _welcome_answer(self, scene: str, *, follows: bool) -> RuleAnswer | None:
        welcome = self.rules.welcome
        for rule in welcome.scenes:
            if _matches_scene(rule, scene):
                reply = (rule.scan if follows else "") or rule.reply
                return RuleAnswer(part="scenes", rule=rule.scene, matched=scene, reply=reply)
        reply = welcome.scan if follows else welcome.default
        return RuleAnswer(part="default", rule="", matched=scene, reply=reply) if reply else None


def read_rulebook(content: Any) -> Rulebook:
    """A rulebook from its JSON. Raises ValueError."""
    return prepare_rulebook(Rules.model_validate(content))


def prepare_rulebook(rules: Rules) -> Rulebook:
    """Rules made ready to answer."""
    zone = fields.parse_zone(rules.zone)
    triggers = tuple(Trigger.read(rule, zone) for rule in rules.keywords)
    calendar = Calendar.read(rules.hours, zone) if rules.hours else None
    return Rulebook(rules, zone, triggers, calendar)


def _by_key(menu: tuple[Click, ...], key: str) -> RuleAnswer | None:
    clicks = (click for click in menu if click.key == key)
    return next(
        (
            RuleAnswer(
                part="menu",
                rule=click.key,
                matched=key,
                reply=click.reply,
                ask=click.ask,
                to_person=click.to_person,
            )
            for click in clicks
        ),
        None,
    )


def _matches_scene(rule: SceneWelcome, scene: str) -> bool:
    return scene.startswith(rule.scene) if rule.match == "prefix" else scene == rule.scene


EMPTY = prepare_rulebook(Rules())
