"""The week in figures: for programs a dict, for people a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.conversation.values import Fate, Kind, Record
from tests.bench.conversation.week import Week
from tests.bench.table import machine

GENERATED = ("generated", "small_talk", "unsure", "extract")  # sources that a model was asked for
IN_THREE = 12_000  # ms of writing that the third delivery still waits for
MINUTE = 60.0  # seconds
NOTED = 1.0  # seconds: a death so soon after an answer was shown may have kept it from being noted
FAULTY = ("lost", "twice", "unreached")  # the gravest first
MAX_FAULTS = 40  # faults that are told one by one
KIND_TITLES: Mapping[Kind, str] = {
    "once": "exactly one answer",
    "merged": "answered with another message of the same follower's",
    "lost": "lost",
    "twice": "answered twice",
    "refused": "told in words to come again",
    "left": "unsubscribed before the answer: the platform takes none (45015)",
    "unreached": "no api process answered a delivery",
}


def report(week: Week) -> dict[str, Any]:
    """JSON, with each fault told one by one."""
    fates = [fate for fate in week.fates if not fate.message.carrier]
    kinds = Counter(fate.kind for fate in fates)
    possible = len(fates) - kinds["left"] - kinds["unreached"]
    ways = Counter(fate.arrivals[0].way for fate in fates if fate.arrivals)
    return {
        "machine": machine(),
        "seconds": round(week.seconds),
        "generated": week.generated,
        "messages": len(fates),
        "kinds": {kind: kinds[kind] for kind in KIND_TITLES},
        "exactly_one": _share(kinds["once"] + kinds["merged"], possible),
        "overtaken": sum(fate.overtaken for fate in fates),
        "not_whole": sum(not fate.whole for fate in fates),
        "ways": {way: ways[way] for way in ("first", "second", "third", "service", "rode")},
        "first_of_quick": _within(fates, week.records, quick=True),
        "first_of_quick_unhindered": _within(_unhindered(fates), week.records, quick=True),
        "third_of_generated": _within(fates, week.records, quick=False),
        "sources": dict(Counter(r.source for r in week.records.values()).most_common()),
        "unrecorded": sum(_unrecorded(fate, week) for fate in fates),
        "twice_after_a_death": sum(_after_a_death(f, week) for f in fates if f.kind == "twice"),
        "faults_shown_by_wechat": week.faulted,
        "rows_left_of_unsubscribed": week.remained,
        "typing_shown": week.typed,
        "killed": dict(Counter(name for _, name in week.deaths)),
        "fallen": list(week.fallen),
        "api_faults": dict(week.api),
        "logged": dict(week.logged),
        "faults": [_fault(fate, week) for fate in sorted(fates, key=_gravity) if _faulty(fate)][
            :MAX_FAULTS
        ],
    }


def failed(week_figures: Mapping[str, Any]) -> bool:
    """Something was lost or doubled."""
    return bool(week_figures["kinds"]["lost"] or week_figures["kinds"]["twice"])


def markdown(week_figures: Mapping[str, Any]) -> str:
    """The table."""
    first, third = week_figures["first_of_quick"], week_figures["third_of_generated"]
    free = week_figures["first_of_quick_unhindered"]
    rows = [
        ("messages that want an answer", week_figures["messages"], ""),
        (
            "exactly one answer, of those that can have one",
            _percent(week_figures["exactly_one"]),
            "100 %",
        ),
        *(
            (f"- {KIND_TITLES[kind]}", count, _bound(kind))
            for kind, count in week_figures["kinds"].items()
        ),
        ("overtaken by a later answer", week_figures["overtaken"], "0"),
        ("cut short", week_figures["not_whole"], "0"),
        (
            f"first delivery: template or knowledge ({first['of']})",
            _percent(first["share"]),
            "≥ 99 %",
        ),
        (
            f"- of those with no earlier one of the follower's still to be answered ({free['of']})",
            _percent(free["share"]),
            "",
        ),
        (f"within the third: written in 12 s ({third['of']})", _percent(third["share"]), "≥ 99 %"),
        *((f"way: {way}", count, "") for way, count in week_figures["ways"].items()),
        ("answered twice within 1 s of a process's death", week_figures["twice_after_a_death"], ""),
        ("answered, and missing in the record", week_figures["unrecorded"], "0"),
        ("WeChat showed its own fault", week_figures["faults_shown_by_wechat"], "0"),
        ("rows left of who unsubscribed", week_figures["rows_left_of_unsubscribed"], "0"),
        ("ended without being killed", len(week_figures["fallen"]), "0"),
    ]
    return "\n".join(
        [
            f"{week_figures['machine']}; {week_figures['seconds']} s; "
            f"killed: {week_figures['killed']}; the API's faults: {week_figures['api_faults']}; "
            f"answers from: {week_figures['sources']}.",
            "",
            "| | measured | to reach |",
            "|---|---:|---:|",
            *(f"| {name} | {value} | {bound} |" for name, value, bound in rows),
        ]
    )


def _within(fates: Sequence[Fate], records: Mapping[str, Record], *, quick: bool) -> dict[str, Any]:
    """Of what was quick to answer, what the first delivery carried; of what a model wrote within
    12 s of the message, what one of the three carried.
    """
    ways = {"first"} if quick else {"first", "second", "third"}
    counted = [
        fate.kind != "lost" and bool(fate.arrivals) and fate.arrivals[0].way in ways
        for fate in fates
        if fate.kind in {"once", "twice", "lost"}
        and (record := records.get(fate.message.id))
        and record.source.startswith(GENERATED) != quick
        and (quick or record.latency_ms <= IN_THREE)
    ]
    return {"share": _share(sum(counted), len(counted)), "of": len(counted)}


def _unhindered(fates: Sequence[Fate]) -> list[Fate]:
    """Those that needn't wait for an earlier message of the same follower: answers keep order."""
    waiting: dict[str, float] = {}  # user -> when all that they asked so far was answered
    free = []
    for fate in sorted(fates, key=lambda each: each.message.at):
        user, at = fate.message.user, fate.message.at
        if waiting.get(user, at) <= at:
            free.append(fate)
        answered = fate.arrivals[0].at if fate.arrivals else at
        waiting[user] = max(waiting.get(user, at), answered)
    return free


def _unrecorded(fate: Fate, week: Week) -> bool:
    """Who unsubscribes is erased, perhaps before anybody looked."""
    gone = fate.message.user in week.left
    return fate.kind == "once" and fate.message.id not in week.records and not gone


def _after_a_death(fate: Fate, week: Week) -> bool:
    arrival_times = [arrival.at for arrival in fate.arrivals[:-1]]
    return any(0 <= death - at < NOTED for at in arrival_times for death, _ in week.deaths)


def _faulty(fate: Fate) -> bool:
    return fate.kind in FAULTY or fate.overtaken or not fate.whole


def _gravity(fate: Fate) -> int:
    """The gravest first."""
    return FAULTY.index(fate.kind) if fate.kind in FAULTY else 3


def _fault(fate: Fate, week: Week) -> dict[str, Any]:
    """Seconds are since the message was sent."""
    sent, record = fate.message.at, week.records.get(fate.message.id)
    return {
        "id": fate.message.id,
        "kind": fate.kind,
        "overtaken": fate.overtaken,
        "whole": fate.whole,
        "arrivals": [(round(a.at - sent, 1), a.way) for a in fate.arrivals],
        "failed": list(fate.message.failed),
        "others": [_other(each, fate) for each in week.fates if _near(each, fate)],
        "source": record and record.source,
        "latency_s": record and round(record.latency_ms / 1000, 2),
        "deaths": [
            (round(at - sent, 1), name) for at, name in week.deaths if -8 < at - sent < 32
        ],
    }  # fmt: skip


def _near(other: Fate, fate: Fate) -> bool:
    """Of the same follower and the same minute."""
    same = other.message.user == fate.message.user and other.message.id != fate.message.id
    return same and abs(other.message.at - fate.message.at) < MINUTE


def _other(other: Fate, fate: Fate) -> dict[str, Any]:
    sent = fate.message.at
    arrivals = [(round(a.at - sent, 1), a.way) for a in other.arrivals]
    return {"sent": round(other.message.at - sent, 1), "kind": other.kind, "arrivals": arrivals}


def _bound(kind: str) -> str:
    return "0" if kind in {"lost", "twice"} else ""


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"
