"""An account's rules made ready to answer. No I/O, no clock. Moments are seconds since 1970.

Kept in memory by `CachedDocument(AccountDocuments(engine, NAME), read_rulebook, EMPTY)`.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.messages import phrases
from app.rules import fields, wording
from app.rules.calendar import Calendar
from app.rules.matching import FoldedText, Trigger
from app.rules.values import Click, PersonaRules, Rules, SceneWelcome

NAME = "rules"  # of the account document

Kind = Literal["text", "voice", "click", "subscribe", "scan"]  # what rules answer to
Part = Literal["keywords", "menu", "scenes", "default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """A rule's answer, the rule, and the part of the message that it matched.

    Either `reply` (slots unfilled, see `Rulebook.fill`; "" with `to_person` alone) or `ask`: a
    question to process as if the follower had written it.
    """

    part: Part
    rule: str  # a keyword rule's name, a menu's key, a scene; "" for a default
    matched: str
    reply: str = ""
    ask: str = ""
    to_person: bool = False


@dataclass(frozen=True, slots=True)
class Rulebook:
    """An account's rules with compiled keyword triggers and calendar."""

    rules: Rules
    zone: ZoneInfo
    triggers: tuple[Trigger, ...]
    calendar: Calendar | None

    def answer(self, kind: str, message_text: str, now: float) -> RuleAnswer | None:
        """The answer of the first matching rule, or None.

        `message_text` is a message's text, a click's key or a QR code's scene ("" for none).
        Outside working hours the text `away`, if any, replaces the reply of a rule `to_person`.
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
        """Whether agents work at `now`; always True without hours."""
        return self.calendar is None or self.calendar.open_at(now)

    def opens_next(self, now: float) -> float | None:
        """When agents next work: `now` if they do; None if not within 400 days."""
        return now if self.calendar is None else self.calendar.opens_next(now)

    def away(self, now: float) -> str:
        """The text for followers who want an agent outside working hours; "" within them."""
        hours = self.rules.hours
        return "" if hours is None or self.open_at(now) else hours.away

    def outside(self, now: float) -> str:
        """The text for all messages outside working hours; "" within them."""
        hours = self.rules.hours
        return "" if hours is None or self.open_at(now) else hours.outside

    def hours(self, otherwise: str) -> str:
        """The working hours in words; `otherwise` without hours."""
        return wording.format_hours(self.rules.hours) if self.rules.hours else otherwise

    def fill(self, text: str, brand: str, hours: str, now: float) -> str:
        """Fill the slots of `text`; `hours` is used where the rulebook has none."""
        return phrases.fill(text, self.slots(text, brand, hours, now))

    def slots(self, text: str, brand: str, hours: str, now: float) -> dict[str, str]:
        """The values of the common slots by name; `opens` only if `text` contains it."""
        slots = {"brand": brand, "hours": self.hours(hours)}
        if wording.OPENS in text:
            slots["opens"] = wording.format_moment(self.opens_next(now), now, self.zone)
        return slots

    @property
    def persona(self) -> PersonaRules:
        """The persona for generated answers."""
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
    """Build a rulebook from its JSON. Raises ValueError."""
    return prepare_rulebook(Rules.model_validate(content))


def prepare_rulebook(rules: Rules) -> Rulebook:
    """Compile the rules' triggers and calendar."""
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
