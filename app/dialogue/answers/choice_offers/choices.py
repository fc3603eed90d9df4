"""Offers candidates to the follower, and reads which one the next message chooses. No I/O.

A single likely candidate is shown with its answer, as a question. Two or three make a menu, each
with the beginning of its answer. A single merely possible candidate follows the sentence that
nothing is known. A tapped link of a menu comes back as a text message with the link's words and
its msgmenuid (the platform's `msgmenu` form, which passive text replies take as well).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.language import Language, in_script
from app.dialogue.wording import answer_texts
from app.kit.text import fold_width
from app.knowledge.values import Evidence
from app.messages.lengths import ELLIPSIS, cut, size
from app.messages.phrases import Say, as_shipped
from app.sessions.store import Choice, Session

MOST = 3
MENU = "choice"  # the msgmenuid of all links
LONGEST_LABEL = 30  # characters
LONGEST_BEGINNING = 120  # bytes of an answer in a menu: 40 Chinese characters
ROOM = 1_800  # bytes of the whole text, which has 2,048
_ORDINAL = re.compile(r"^(?:第|选|要|是)?([1-3一二两三])(?:个|条|号|项)?[.。、!！]?$")
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3}
# Removed from labels, which are operators' texts: characters that would break the link.
_MARKUP = re.compile(r"[<>\"&?#=\s]+")
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r"(?:https?|weixin)://|www\.")
_CLAUSE = re.compile(r".+?(?:[，。；！？、]+|[,.;!?]+(?=\s)|$)")
_PAUSES = "，。；、：,.;: "


@dataclass(frozen=True, slots=True)
class OfferedChoices:
    """A text that offers choices, and the choices for the session."""

    text: str
    choices: tuple[Choice, ...]


def build_menu(
    candidates: Sequence[Evidence],
    say: Say = as_shipped,
    *,
    has_person: bool = True,
    language: Language = "simplified",
) -> OfferedChoices | None:
    """Build a menu of two or three candidates within `ROOM` bytes; None if two don't fit. To
    save room, the last ones lose the beginnings of their answers first.
    """
    end = answer_texts.CHOICES_CLOSING if has_person else answer_texts.CHOICES_CLOSING_ALONE
    opening, closing = say(answer_texts.CHOICES_OPENING), say(end)
    choices = [_make_choice(candidate) for candidate in candidates[:MOST]]
    heads = [f"{at}. {_format_link(choice.label)}" for at, choice in enumerate(choices, 1)]
    full_lines = [
        _add_beginning(head, each.answer) for head, each in zip(heads, candidates, strict=False)
    ]
    if language == "traditional":
        heads, full_lines = (
            [in_script(line, language) for line in lines] for lines in (heads, full_lines)
        )
    for choice_count in range(len(heads), 1, -1):
        for with_beginning in range(choice_count, -1, -1):
            lines = [*full_lines[:with_beginning], *heads[with_beginning:choice_count]]
            text = "\n".join([opening, *lines, closing])
            if size(text) <= ROOM:
                return OfferedChoices(text, tuple(choices[:choice_count]))
    return None


def suggest_candidate(
    candidate: Evidence, say: Say = as_shipped, *, has_person: bool = True
) -> str:
    """Show a single likely candidate: its question and answer, for the follower to judge. A
    chunk is shown without its heading, which is no question.
    """
    if candidate.kind == "chunk":
        return say(answer_texts.CHOICES_PASSAGE, answer=candidate.answer)
    phrase = answer_texts.CHOICES_ONE if has_person else answer_texts.CHOICES_ONE_ALONE
    return say(phrase, question=label_candidate(candidate), answer=candidate.answer)


def mention_candidate(candidate: Evidence, say: Say = as_shipped) -> OfferedChoices:
    """The line with a link to a possible candidate, to follow the words that nothing is known."""
    choice = _make_choice(candidate)
    return OfferedChoices(
        say(answer_texts.CHOICES_NEAR, near=_format_link(choice.label)), (choice,)
    )


def find_choice(text: str, session: Session) -> Choice | None:
    """The choice of the session that a message names by label or number (1 to 3), or None."""
    plain = fold_width(text).strip()
    for choice in session.choices:
        if _fold_without_punctuation(plain) == _fold_without_punctuation(choice.label):
            return choice
    match = _ORDINAL.match(plain)
    if match is None or not session.choices:
        return None
    number = _NUMBERS.get(match[1]) or int(match[1])
    return session.choices[number - 1] if number <= len(session.choices) else None


def label_candidate(candidate: Evidence) -> str:
    """A candidate's label: an entry's question or a chunk's last heading, cut and cleaned."""
    words = candidate.title if candidate.kind == "entry" else candidate.title.split(" > ")[-1]
    return _MARKUP.sub(" ", words).strip()[:LONGEST_LABEL]


def cut_beginning(answer: str) -> str:
    """The whole clauses at an answer's beginning within `LONGEST_BEGINNING` bytes, without tags
    and up to the first web address.
    """
    plain = " ".join(_TAG.sub("", answer).split())
    text = _ADDRESS.split(plain, maxsplit=1)[0]
    if not text:
        return ""
    beginning = ""
    for clause in _CLAUSE.findall(text):
        if size(beginning + clause) > LONGEST_BEGINNING:
            break
        beginning += clause
    beginning = beginning or cut(text, LONGEST_BEGINNING)[0]
    return plain if beginning == plain else beginning.rstrip(_PAUSES) + ELLIPSIS


def _add_beginning(head: str, answer: str) -> str:
    beginning = cut_beginning(answer)
    return f"{head}：{beginning}" if beginning else head


def _make_choice(candidate: Evidence) -> Choice:
    passage = "" if candidate.kind == "entry" else candidate.passage
    return Choice(label=label_candidate(candidate), id=candidate.id, passage=passage)


def _format_link(words: str) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={words}&msgmenuid={MENU}">{words}</a>'


def _fold_without_punctuation(text: str) -> str:
    """Letters and digits, simplified: labels shown in traditional script come back in it."""
    plain = in_script(text, "simplified").casefold()
    return "".join(letter for letter in plain if letter.isalnum())
