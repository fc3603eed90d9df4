"""Shares with their intervals, from grades: for programs a dict, for people tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scipy.stats import binomtest

from tests.bench.answers import grading, matching
from tests.bench.answers.corpus import CareCase, Kind
from tests.bench.answers.grading import Grade, Graded
from tests.bench.answers.values import Base, Exchange, Played

SURE = 0.8  # confidence of an intent from which it should be right
HAND = {  # what is to be reached by the grades that people give
    "with the shop's base": {2: "≥ 75 %", 1: "≤ 20 %", 0: "≤ 5 %"},
    "without any base": {0: "≤ 12 %"},
}
TOPS = (1, 3)  # places of the search's result


@dataclass(frozen=True)
class Share:
    """`count` of `total`; low and high are Wilson's interval of 95 %."""

    count: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """Between 0 and 1; all of it where nothing was counted."""
        if not self.total:
            return 0.0, 1.0
        ends = binomtest(self.count, self.total).proportion_ci(method="wilson")
        return float(ends.low), float(ends.high)

    @property
    def json_object(self) -> dict[str, Any]:
        """For programs."""
        low, high = self.interval
        share = round(self.count / self.total, 4) if self.total else None
        interval = {"low": round(low, 4), "high": round(high, 4)}
        return {"count": self.count, "total": self.total, "share": share, **interval}

    def __str__(self) -> str:
        if not self.total:
            return "no case"
        low, high = self.interval
        return f"{self.count / self.total:.1%} ({low:.0%} to {high:.0%})"


@dataclass(frozen=True)
class Reached:
    """An open question at a connected model; what its prompt has."""

    model: bool
    persona: bool = False
    passages: bool = False


@dataclass(frozen=True)
class Results:
    """Everything that was played and graded."""

    graded: Sequence[Graded]
    bases: Mapping[str, Base]  # by shop
    bare: Sequence[Played]  # the same messages at accounts without a base
    care: Sequence[tuple[CareCase, Exchange]]
    reached: Sequence[Reached]  # open questions; none where no model was connected


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    name: str
    share: Share
    to_reach: str = ""

    @property
    def json_object(self) -> dict[str, Any]:
        """For programs."""
        return {"name": self.name, "to_reach": self.to_reach, **self.share.json_object}


def report(results: Results) -> dict[str, list[Row]]:
    """The tables by their titles."""
    return {
        "What to reach": _to_reach(results),
        "Answerable, by style": _by(results, "answerable", lambda case: case.case.style, "right"),
        "Answerable, by shop": _by(results, "answerable", lambda case: case.case.shop, "right"),
        "Near, by how they differ": _by(results, "near", lambda case: case.case.why, "wrong"),
        "Near, by shop": _by(results, "near", lambda case: case.case.shop, "wrong"),
        "Where replies come from": _sources([each.played for each in results.graded]),
        "Where replies come from, without a base": _sources(results.bare),
    }


def tables_object(tables: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """For programs."""
    return {title: [row.json_object for row in rows] for title, rows in tables.items()}


def cases(graded: Sequence[Graded]) -> list[dict[str, Any]]:
    """Each case with its last reply and its grade, for programs."""
    return [
        {
            "id": f"{each.played.case.shop} {each.played.case.id}",
            "kind": each.played.case.kind,
            "turns": list(each.played.case.turns),
            "reply": each.played.last.reply,
            **asdict(each.played.last.record),
            "grade": each.grade,
        }
        for each in graded
    ]


def care_faults(care: Sequence[tuple[CareCase, Exchange]]) -> list[str]:
    """A line for each call that was missed, and for each look-alike that got the caring text."""
    return [
        f"{'missed' if case.calls else 'false alarm'} ({case.label}): {case.text} "
        f"=> {exchange.record.source}: {' '.join(exchange.reply.split())}"
        for case, exchange in care
        if grading.is_care(exchange) != case.calls
    ]


def changes(earlier: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each case whose grade is another now."""
    grades = {each["id"]: each["grade"] for each in earlier}
    return [
        f"{each['id']} ({each['kind']}): {grades[each['id']]} -> {each['grade']}: "
        f"{' / '.join(each['turns'])} => {' '.join(each['reply'].split())}"
        for each in now
        if grades.get(each["id"], each["grade"]) != each["grade"]
    ]


def markdown(tables: Mapping[str, Sequence[Row]]) -> str:
    """For people."""
    return "\n\n".join(_table(title, rows) for title, rows in tables.items() if rows)


def by_hand(grades: Mapping[str, Mapping[int, int]]) -> dict[str, list[Row]]:
    """The table of what people wrote into a transcript: grades with their counts."""
    rows = []
    for where, counts in grades.items():
        total = sum(counts.values())
        rows += [
            Row(f"{where}: {name}", Share(counts.get(grade, 0), total), HAND[where].get(grade, ""))
            for grade, name in ((2, "fits"), (1, "vague"), (0, "wrong"))
            if total
        ]
    return {"Graded by hand": rows}


def _table(title: str, rows: Sequence[Row]) -> str:
    bounded = any(row.to_reach for row in rows)
    head = f"| {title} | n | measured (95 %) |" + (" to reach |" if bounded else "")
    lines = [head, "|---|---:|---|" + ("---|" if bounded else "")]
    for row in rows:
        line = f"| {row.name} | {row.share.total} | {row.share} |"
        lines.append(line + (f" {row.to_reach} |" if bounded else ""))
    return "\n".join(lines)


def _to_reach(results: Results) -> list[Row]:
    def of(kind: Kind) -> list[Graded]:
        return [each for each in results.graded if each.played.case.kind == kind]

    by_entry = [each for each in of("answerable") if each.played.case.gold[0].entries]
    by_document = [each for each in of("answerable") if not each.played.case.gold[0].entries]
    rows = [
        *_answers("answerable", of("answerable"), right="≥ 90 %", wrong="≤ 4 %"),
        *_answers("by an entry", by_entry),
        *_answers("only in a document", by_document, right="≥ 80 %"),
        _graded("near, unanswerable: wrong answer", of("near"), "wrong", "≤ 8 %"),
        _graded("near, unanswerable: offered a menu", of("near"), "offered"),
        *_answers("follow-up", of("follow_up")),
        *_blemishes([*of("answerable"), *of("follow_up")]),
        _graded("several questions: each part addressed", of("several"), "right", "≥ 80 %"),
        _parts(of("several")),
        _graded("answers to the bot's questions", of("slot_reply"), "understood", "≥ 90 %"),
        _graded("basics: intent right and in scope", of("basic"), "right", "≥ 90 %"),
        _graded("manners: intent right and in scope", _read(of("manners")), "right"),
        _sure([*of("basic"), *_read(of("manners"))]),
        *_ranking("search, entry", by_entry, results.bases),
        *_ranking("search, document", by_document, results.bases),
        _graded("open: an entry or passage given as the answer", of("open"), "wrong"),
        *_reach(results.reached),
        *_care(results.care),
    ]  # fmt: skip
    return [row for row in rows if row.share.total]


def _answers(name: str, graded: Sequence[Graded], right: str = "", wrong: str = "") -> list[Row]:
    return [
        _graded(f"{name}: right", graded, "right", right),
        _graded(f"{name}: wrong", graded, "wrong", wrong),
        _graded(f"{name}: offered in a menu", graded, "offered"),
        _graded(f"{name}: declined", graded, "declined"),
    ]


def _graded(name: str, graded: Sequence[Graded], grade: Grade, to_reach: str = "") -> Row:
    return Row(name, Share(sum(each.grade == grade for each in graded), len(graded)), to_reach)


def _read(graded: Sequence[Graded]) -> list[Graded]:
    return [each for each in graded if each.grade != "unread"]


def _blemishes(graded: Sequence[Graded]) -> list[Row]:
    right = [each for each in graded if each.grade == "right"]
    sorry = [matching.apologises(each.played.last.reply) for each in right]
    return [
        Row("right answers that give other things, too",
            Share(sum(each.beside for each in right), len(right))),
        Row("right answers that begin with an apology", Share(sum(sorry), len(right))),
    ]  # fmt: skip


def _parts(graded: Sequence[Graded]) -> Row:
    parts = [part for each in graded for part in each.parts]
    return Row("several questions: parts addressed", Share(sum(parts), len(parts)))


def _sure(graded: Iterable[Graded]) -> Row:
    sure = [
        each.grade == "right"
        for each in graded
        if each.played.in_scope and (each.played.last.record.confidence or 0) >= SURE
    ]
    name = f"intents of basics and manners given at {SURE} and above: right"
    return Row(name, Share(sum(sure), len(sure)), "≥ 90 %")


def _ranking(name: str, graded: Sequence[Graded], bases: Mapping[str, Base]) -> list[Row]:
    places = [
        grading.place(each.played.case.gold[0], each.played, bases[each.played.case.shop])
        for each in graded
    ]
    return [
        Row(f"{name}: among the first {top}" if top > 1 else f"{name}: first",
            Share(sum(place is not None and place <= top for place in places), len(places)))
        for top in TOPS
    ]  # fmt: skip


def _reach(reached: Sequence[Reached]) -> list[Row]:
    total = len(reached)
    return [
        Row("open questions that reach a model", Share(sum(r.model for r in reached), total),
            "≥ 95 %"),
        Row("- with the persona", Share(sum(r.persona for r in reached), total)),
        Row("- with passages", Share(sum(r.passages for r in reached), total)),
    ]  # fmt: skip


def _care(care: Sequence[tuple[CareCase, Exchange]]) -> list[Row]:
    calls = [grading.is_care(exchange) for case, exchange in care if case.calls]
    others = [grading.is_care(exchange) for case, exchange in care if not case.calls]
    return [
        Row("care: recall", Share(sum(calls), len(calls)), "≥ 97 %"),
        Row("care: false alarms among look-alikes", Share(sum(others), len(others)), "0"),
    ]


def _by(results: Results, kind: Kind, name: Callable[[Played], str], grade: Grade) -> list[Row]:
    groups: dict[str, list[Graded]] = {}
    for each in results.graded:
        if each.played.case.kind == kind:
            groups.setdefault(name(each.played), []).append(each)
    rows = [_graded(f"{group}: {grade}", graded, grade) for group, graded in groups.items()]
    return sorted(rows, key=lambda row: -row.share.total)


def _sources(played: Sequence[Played]) -> list[Row]:
    counts = Counter(each.last.record.source for each in played)
    return [Row(source, Share(count, len(played))) for source, count in counts.most_common()]
