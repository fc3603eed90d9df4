"""What each reply is worth: pure functions of what was said, heard and recorded.

A reply asserts when it gives the content of an entry or a passage as the answer. A menu, which
begins with 您是想问, asserts nothing: it offers. So do 您问的是「…」吗 and 不知道是不是您要问的
with an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.bench.answers import matching
from tests.bench.answers.corpus import Gold, Kind
from tests.bench.answers.values import Base, Exchange, Played

# understood and missed: of kinds where nothing of the base is at stake. unread: no model read the
# message, such as a mere emoji, so that there is no intent to judge.
Grade = Literal["right", "wrong", "offered", "declined", "understood", "missed", "unread"]

ASSERTING = frozenset({"knowledge", "extract", "generated"})
MENU = "您是想问"
MENU_SOURCE = "choices"
CARE = "care"  # the source of a reply that looks after somebody
# Replies that show that an answer to the bot's question wasn't understood.
LOST = frozenset({"ask_back", "offer_person", "failure", "kind", "pace", "refused", "silence"})
TAKES_NOTE = frozenset({"slot", "order", "handoff"})  # what the follower said is being used
NEAR_ENOUGH = 3  # places of the search's result for the first turn


@dataclass(frozen=True)
class Graded:
    """A case with the grade of its last reply; `parts` of a message with several questions.

    `beside`: the reply also gives what wasn't asked for.
    """

    played: Played
    grade: Grade
    parts: tuple[bool, ...] = ()
    beside: bool = False


def grade(played: Played, base: Base) -> Graded:
    """The grade by the rules of the case's kind."""
    return _GRADERS[played.case.kind](played, base)


def gold_ids(gold: Gold, base: Base) -> frozenset[str]:
    """The ids that a right reply may cite: entries, or chunks with a fact or under the heading."""
    if gold.entries:
        return gold.entries
    return frozenset(
        id_
        for id_, chunk in base.chunks.items()
        if chunk.document == gold.document and _holds(gold, chunk.title, chunk.text)
    )


def asserts(exchange: Exchange, base: Base) -> bool:
    """Whether the reply states the content of an entry or a passage as the answer."""
    if is_menu(exchange):
        return False
    if exchange.record.source in ASSERTING and _cited_ids(exchange, base):
        return True
    reply = matching.squeeze(exchange.reply)
    return any(matching.squeeze(answer) in reply for answer in base.answers.values())


def is_menu(exchange: Exchange) -> bool:
    """Whether the reply leaves it to the follower which question was meant."""
    if exchange.record.source in ASSERTING:
        return False
    return exchange.record.source == MENU_SOURCE or MENU in exchange.reply


def is_care(exchange: Exchange) -> bool:
    """Whether the reply is one that looks after somebody."""
    return exchange.record.source == CARE


def place(gold: Gold, played: Played, base: Base) -> int | None:
    """Where the search ranks what answers, from 1; None where it doesn't find it."""
    ids = gold_ids(gold, base)
    return next((at for at, id_ in enumerate(played.hit_ids, 1) if id_ in ids), None)


def _answer(played: Played, base: Base) -> Graded:
    [gold] = played.case.gold
    others = _cited_ids(played.last, base) - gold_ids(gold, base)
    return Graded(played, _answered(played.last, gold, base), beside=bool(others))


def _answered(exchange: Exchange, gold: Gold, base: Base) -> Grade:
    ids, cited_ids = gold_ids(gold, base), _cited_ids(exchange, base)
    if is_menu(exchange):
        return "offered" if _offers(exchange, gold, ids, base) else "declined"
    if matching.states_all(exchange.reply, gold.facts) and (not cited_ids or cited_ids & ids):
        return "right"
    if exchange.record.source in ASSERTING or asserts(exchange, base):
        return "wrong"
    return "declined"


def _cited_ids(exchange: Exchange, base: Base) -> frozenset[str]:
    """The entries and chunks that the reply cites; not the rules."""
    return frozenset(exchange.record.citations) & (base.answers.keys() | base.chunks.keys())


def _offers(exchange: Exchange, gold: Gold, ids: frozenset[str], base: Base) -> bool:
    if _cited_ids(exchange, base) & ids:  # a menu cites what it shows
        return True
    names = [name for id_ in ids for name in base.names.get(id_, ())]
    headings = [gold.section] if gold.section else []
    headings += [base.chunks[id_].title for id_ in ids if id_ in base.chunks]
    return matching.names_one(matching.offered(exchange.reply), [*names, *headings])


def _near(played: Played, base: Base) -> Graded:
    if is_menu(played.last):
        return Graded(played, "offered")
    return Graded(played, "wrong" if asserts(played.last, base) else "right")


def _open(played: Played, base: Base) -> Graded:
    return Graded(played, "wrong" if asserts(played.last, base) else "declined")


def _several(played: Played, _: Base) -> Graded:
    reply = played.last.reply
    parts = tuple(_addressed(reply, gold) for gold in played.case.gold)
    return Graded(played, "right" if all(parts) else "missed", parts)


def _addressed(reply: str, gold: Gold) -> bool:
    if not gold.unknown:
        return matching.states_all(reply, gold.facts)
    return matching.states(reply, gold.unknown) or matching.says_unknown(reply)


def _slot_reply(played: Played, _: Base) -> Graded:
    return Graded(played, "understood" if _understands(played) else "missed")


def _understands(played: Played) -> bool:
    """The reply names the value; or it is noted, and the reply is about the first question."""
    first, last, case = played.exchanges[0], played.last, played.case
    if last.record.source in LOST or matching.repeats_question(last.reply, first.reply):
        return False
    if matching.names_value(last.reply, case.value, last.message):
        return True
    if not any(matching.names_value(text, case.value, last.message) for text in played.noted):
        return False
    if last.record.source in TAKES_NOTE or last.record.intent == first.record.intent:
        return True
    return bool(frozenset(played.hit_ids[:NEAR_ENOUGH]).intersection(last.record.citations))


def _intent(played: Played, _: Base) -> Graded:
    record = played.last.record
    if played.case.kind == "manners" and record.intent is None and record.source == "template":
        return Graded(played, "unread")
    right = record.intent in played.case.intents and played.in_scope is True
    return Graded(played, "right" if right else "missed")


def _holds(gold: Gold, title: str, text: str) -> bool:
    under = bool(gold.section) and matching.squeeze(gold.section) in matching.squeeze(title)
    return under or any(matching.states(text, fact) for fact in gold.facts)


_GRADERS: Mapping[Kind, Callable[[Played, Base], Graded]] = {
    "answerable": _answer,
    "follow_up": _answer,
    "near": _near,
    "open": _open,
    "several": _several,
    "slot_reply": _slot_reply,
    "basic": _intent,
    "manners": _intent,
}
