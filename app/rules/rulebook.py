"""What an account's rules say to a message. Pure: no I/O, no clock. Moments are seconds since 1970.

A worker keeps them on a shelf: `Shelf(Books(engine, NAME), read, BLANK)`.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.messages import phrases
from app.rules import fields, wording
from app.rules.calendar import Calendar
from app.rules.matching import Heard, Trigger
from app.rules.values import Click, Persona, Rules, SceneWelcome

NAME = "rules"  # of the books

Kind = Literal["text", "voice", "click", "subscribe", "scan"]  # what rules answer to
Part = Literal["keywords", "menu", "scenes", "default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
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

    def answer(self, kind: str, said: str, now: float) -> Ruled | None:
        """The first rule that fits, or None.

        `said` is a message's text, a click's key or a QR code's scene ("" for none). Who is handed
        to a person outside working hours hears the text for that, where there is one.
        """
        match kind:
            case "text" | "voice":
                found = self._by_keyword(said, now)
            case "click":
                found = _by_key(self.rules.menu, said)
            case "subscribe" | "scan":
                found = self._welcome(said, follows=kind == "scan")
            case _:
                found = None
        away = self.away(now) if found and found.to_person else ""
        return replace(found, reply=away) if found and away else found

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
        return wording.hours(self.rules.hours) if self.rules.hours else otherwise

    def fill(self, text: str, brand: str, hours: str, now: float) -> str:
        """`text` with its slots filled; `hours` where the book has none of its own."""
        return phrases.fill(text, self.slots(text, brand, hours, now))

    def slots(self, text: str, brand: str, hours: str, now: float) -> dict[str, str]:
        """What may stand in every text, by the slot's name; `opens` where `text` has it."""
        slots = {"brand": brand, "hours": self.hours(hours)}
        if wording.OPENS in text:
            slots["opens"] = wording.moment(self.opens_next(now), now, self.zone)
        return slots

    @property
    def persona(self) -> Persona:
        """For whoever generates an answer."""
        return self.rules.persona

    def _by_keyword(self, text: str, now: float) -> Ruled | None:
        heard = Heard.read(text)
        for trigger in self.triggers:
            if matched := trigger.matched(heard, now):
                rule = trigger.rule
                return Ruled(
                    part="keywords",
                    rule=rule.name,
                    matched=matched,
                    reply=rule.reply,
                    ask="",
                    to_person=rule.to_person,
                )
        return None

    def _welcome(self, scene: str, *, follows: bool) -> Ruled | None:
        welcome = self.rules.welcome
        for rule in welcome.scenes:
            if _fits(rule, scene):
                reply = (rule.scan if follows else "") or rule.reply
                return Ruled(part="scenes", rule=rule.scene, matched=scene, reply=reply)
        reply = welcome.scan if follows else welcome.default
        return Ruled(part="default", rule="", matched=scene, reply=reply) if reply else None


def read(content: Any) -> Rulebook:
    """A rulebook from its JSON. Raises ValueError."""
    return prepare(Rules.model_validate(content))


def prepare(rules: Rules) -> Rulebook:
    """Rules made ready to answer."""
    zone = fields.zone(rules.zone)
    triggers = tuple(Trigger.read(rule, zone) for rule in rules.keywords)
    calendar = Calendar.read(rules.hours, zone) if rules.hours else None
    return Rulebook(rules, zone, triggers, calendar)


def _by_key(menu: tuple[Click, ...], key: str) -> Ruled | None:
    found = (click for click in menu if click.key == key)
    return next(
        (
            Ruled(
                part="menu",
                rule=click.key,
                matched=key,
                reply=click.reply,
                ask=click.ask,
                to_person=click.to_person,
            )
            for click in found
        ),
        None,
    )


def _fits(rule: SceneWelcome, scene: str) -> bool:
    return scene.startswith(rule.scene) if rule.match == "prefix" else scene == rule.scene


BLANK = prepare(Rules())
