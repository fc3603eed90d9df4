"""Which message each shown answer belongs to, and so what became of every message. No I/O."""

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.bench.conversation.values import (
    Arrival,
    Fate,
    FollowerMessage,
    Kind,
    PhoneText,
    Record,
    Way,
)

LINK = "weixin://bizmsgmenu"  # in a note that an answer is still being written
LONG = 300  # characters; a longer answer may be cut, and is known by how it begins
_QUERY = re.compile(r"(?<=weixin://bizmsgmenu)\?[^\s\"'<>]*")  # its words are no answer
WAYS: Mapping[int, Way] = {1: "first", 2: "second", 3: "third"}


def read(
    messages: Sequence[FollowerMessage],
    phone_texts: Sequence[PhoneText],
    records: Mapping[str, Record],
    notes: Collection[str] = (),  # what is said instead of an answer
    left: Mapping[str, float] | None = None,  # user -> when they unsubscribed
) -> list[Fate]:
    """Every message's fate, user by user in the order of asking."""
    by_user: dict[str, list[FollowerMessage]] = defaultdict(list)
    texts_by_user: dict[str, list[PhoneText]] = defaultdict(list)
    for each in sorted(messages, key=lambda a: a.at):
        by_user[each.user].append(each)
    for one in sorted(phone_texts, key=lambda h: h.at):
        texts_by_user[one.user].append(one)
    noted = frozenset(map(squeeze, notes))
    return [
        fate
        for user, theirs in by_user.items()
        for fate in _Phone(theirs, records, noted).fates(
            texts_by_user[user], (left or {}).get(user)
        )
    ]


def squeeze(text: str) -> str:
    """Without white space and the marks of a cut: these change on the way."""
    return re.sub(r"[\s…]+", "", text)


@dataclass
class _Phone:
    """One follower's phone, read from the first text to the last."""

    messages: Sequence[FollowerMessage]
    records: Mapping[str, Record]
    notes: frozenset[str]
    arrivals: dict[str, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    refused: set[str] = field(default_factory=set)
    place: "itertools.count[int]" = field(default_factory=itertools.count)

    def fates(self, phone_texts: Sequence[PhoneText], left: float | None) -> list[Fate]:
        for each in phone_texts:
            self._take(each)
        everything = "".join(squeeze(each.text) for each in phone_texts)
        results = [self._fate(each, everything, left) for each in self.messages]
        return _with_overtaken(results)

    def _take(self, phone_text: PhoneText) -> None:
        text = squeeze(_QUERY.sub("", phone_text.text))
        pieces = [_sign(match) for match in self._pattern.findall(text)] if self._signs else []
        rest = self._pattern.sub("", text) if self._signs else text
        own = self._own(phone_text.id, pieces, rest) if phone_text.id else None
        for at, piece in enumerate(pieces):
            if at == own:
                self._arrive(phone_text.id, phone_text.at, WAYS[phone_text.delivery])
            else:
                way: Way = "rode" if phone_text.id else "service"
                self._arrive(self._whose(piece), phone_text.at, way)
        if own == len(pieces):
            self._arrive(phone_text.id, phone_text.at, WAYS[phone_text.delivery])

    def _own(self, id: str, pieces: Sequence[str], rest: str) -> int | None:  # noqa: A002
        """The place of the message's own answer among the pieces; behind them where the record
        doesn't know it.
        """
        if rest in self.notes:
            self.refused.add(id)
        if id in self._answers:
            sign = _sign(self._answers[id])
            places = [at for at, piece in enumerate(pieces) if piece == sign]
            return places[-1] if places else None
        if rest and rest not in self.notes and LINK not in rest:
            return len(pieces)
        carrier = any(each.id == id and each.carrier for each in self.messages)
        return len(pieces) - 1 if pieces and not rest and not carrier else None

    def _whose(self, sign: str) -> str:
        """The first that waits for these words; else, they were said twice, the last that did."""
        ids = self._signs[sign]
        return next((id_ for id_ in ids if not self.arrivals[id_]), ids[-1])

    def _arrive(self, id: str, at: float, way: Way) -> None:  # noqa: A002
        self.arrivals[id].append(Arrival(at, next(self.place), way))

    @functools.cached_property
    def _answers(self) -> dict[str, str]:
        mine = ((each.id, self.records.get(each.id)) for each in self.messages)
        return {id_: squeeze(record.answer) for id_, record in mine if record and record.answer}

    @functools.cached_property
    def _signs(self) -> dict[str, list[str]]:
        signs: dict[str, list[str]] = defaultdict(list)
        for id_, answer in self._answers.items():
            signs[_sign(answer)].append(id_)
        return signs

    @functools.cached_property
    def _pattern(self) -> re.Pattern[str]:
        texts = {*self._answers.values(), *self._signs}  # the longest first: one may begin another
        return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))

    def _fate(self, message: FollowerMessage, everything: str, left: float | None) -> Fate:
        arrivals = tuple(self.arrivals[message.id])
        answer = self._answers.get(message.id, "")
        whole = not arrivals or answer[-LONG // 3 :] in everything
        return Fate(message, self._kind(message, len(arrivals), left), arrivals, whole=whole)

    def _kind(self, message: FollowerMessage, times: int, left: float | None) -> Kind:
        record = self.records.get(message.id)
        if times:
            return "once" if times == 1 else "twice"
        if record and not record.answer:
            return "merged"
        if left is not None and message.at <= left:
            return "left"
        if message.id in self.refused:
            return "refused"
        return "lost" if message.reached or record else "unreached"


def _sign(answer: str) -> str:
    """What it is known by."""
    return answer if len(answer) <= LONG else answer[: LONG // 3]


def _with_overtaken(fates: Sequence[Fate]) -> list[Fate]:
    """A later message was answered before: by the places of the first arrivals."""
    earliest = float("inf")
    results: list[Fate] = []
    for fate in reversed(fates):
        first = fate.arrivals[0].place if fate.arrivals else None
        results.append(replace(fate, overtaken=first is not None and first > earliest))
        earliest = min(earliest, first if first is not None else earliest)
    return results[::-1]
