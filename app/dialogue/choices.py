"""您是想问: up to three candidates that may be meant, as links to tap. No I/O.

A tapped link of a message menu comes back as a text message with the link's words and its
msgmenuid (the platform's `msgmenu` form, which passive text replies take as well).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue import templates
from app.kit.lengths import size
from app.kit.phrases import Say, as_shipped
from app.knowledge.values import Evidence
from app.sessions.store import Choice, Session

MOST = 3
MENU = "choice"  # msgmenuid of our links
LONGEST_LABEL = 30  # characters
ROOM = 1_800  # bytes of the whole text, which has 2,048
_ORDINAL = re.compile(r"^(?:第|选|要|是)?([1-3一二两三])(?:个|条|号|项)?[.。、!！]?$")
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3}
# What would end the link or begin another: labels come from operators' texts.
_MARKUP = re.compile(r"[<>\"&?#=\s]+")


@dataclass(frozen=True, slots=True)
class Offered:
    """What is said, and what the next message may choose from."""

    text: str
    choices: tuple[Choice, ...]


def offer(candidates: Sequence[Evidence], say: Say = as_shipped) -> Offered | None:
    """The menu, the likeliest first; None where there is nothing to offer."""
    choices: list[Choice] = []
    for candidate in candidates:
        label = _label(candidate)
        if label and label not in {choice.label for choice in choices}:
            choices.append(Choice(label=label, id=candidate.id, passage=_passage(candidate)))
    closing = say(templates.CHOICES_CLOSING)
    lines = [say(templates.CHOICES_OPENING)]
    shown: list[Choice] = []
    for choice in choices[:MOST]:
        line = f"{len(shown) + 1}. {_link(choice.label)}"
        if size("\n".join([*lines, line, closing])) <= ROOM:
            lines.append(line)
            shown.append(choice)
    return Offered("\n".join([*lines, closing]), tuple(shown)) if shown else None


def suggest(candidate: Evidence, say: Say = as_shipped) -> str:
    """The only candidate, which is likely: its question with its answer, for the follower to
    judge; a menu of one would cost a tap.
    """
    return say(templates.CHOICES_ONE, question=_label(candidate), answer=candidate.answer)


def choose(text: str, session: Session) -> Choice | None:
    """The choice that a message takes: a tapped or copied label, or its number."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for choice in session.choices:
        if _bare(plain) == _bare(choice.label):
            return choice
    match = _ORDINAL.match(plain)
    if match is None or not session.choices:
        return None
    number = _NUMBERS.get(match[1]) or int(match[1])
    return session.choices[number - 1] if number <= len(session.choices) else None


def _label(candidate: Evidence) -> str:
    """An entry's question; of a document its last heading."""
    words = candidate.title if candidate.kind == "entry" else candidate.title.split(" > ")[-1]
    return _MARKUP.sub(" ", words).strip()[:LONGEST_LABEL]


def _passage(candidate: Evidence) -> str:
    return "" if candidate.kind == "entry" else candidate.passage


def _link(label: str) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={label}&msgmenuid={MENU}">{label}</a>'


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
