"""Extracts checkable facts: amounts, dates, times, links, names with digits, and promises.

Each is normalised, so that 七天 and 7日, or 下午四点 and 16:00, are equal.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import regex

from app.dialogue.generation.fact_checks.amounts import (
    AMOUNT,
    CHANGE,
    PERCENT,
    is_number_with_unit,
    read_amounts,
    read_change,
    read_percent,
)
from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.generation.fact_checks.figures import in_figures
from app.dialogue.generation.fact_checks.promises import find_promises
from app.dialogue.understanding.entities.numerals import LETTERS, parse_number
from app.safety.words.normalise import fold_for_patterns

_UP_TO_TENS = LETTERS[: LETTERS.index("百")]  # letters of hours, days and months: 十二
_HALVES = "上午|早上|早晨|凌晨|清晨|中午|下午|傍晚|晚上|晚间|夜里|am|pm"
_LATE = {"下午", "傍晚", "晚上", "晚间", "夜里", "pm"}
_LINK = regex.compile(
    r"(?:https?://|www\.)[!#-&(-;=?-~]+|[a-z0-9_.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?<![\w.])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|io|shop|store|top|vip)(?![a-z])(?:/[!-~]*)?"
)
_DATE = regex.compile(
    rf"(?:(?P<y>\d{{4}}|[{LETTERS[:10]}〇]{{4}})\s*[年./-]\s*)?"
    rf"(?P<m>\d{{1,2}}|[{_UP_TO_TENS}]{{1,2}})\s*(?:月|(?<=\d{{4}}[./-]\d{{1,2}})[./-])\s*"
    rf"(?P<d>\d{{1,2}}|[{_UP_TO_TENS}]{{1,3}})\s*[日号]?(?!\d)"
)
_WEEKDAY = regex.compile(r"(?:周|星期|礼拜)([一二三四五六日天末])")
_TIME = regex.compile(
    rf"(?P<half>{_HALVES})?\s*(?:(?P<h>\d{{1,2}})\s*[::]\s*(?P<min>\d{{2}})(?!\d)"
    rf"|(?P<hc>\d{{1,2}}|[{_UP_TO_TENS}]{{1,3}})\s*[点时](?!间|候|钟头|击|赞|评|心|餐|单"
    rf"|开(?![门始放业馆])|到(?![\d早上中下晚凌夜次{_UP_TO_TENS}]))"
    rf"(?P<rest>半|一刻|三刻|\d{{1,2}}分|[{_UP_TO_TENS}]{{1,3}}分)?)"
)
_PHONE = regex.compile(r"\+?\d(?:[ -]?\d){6,}(?![\d.])")
_NAME = regex.compile(r"[a-z][a-z-]*\d[a-z0-9-]*|\d+[a-z][a-z0-9]*")
# No numbers: 十分 is "very", 一点 "a little", 千万 "by all means"; 一些, 一下.
_IDIOMS = regex.compile(
    r"十分(?!钟)|万分(?!之)|千万(?=别|不要|记得|注意)|万一|一一|一定|一些|一下|一般|一样|一直"
    r"|一起|一旦"
    r"|一致|一切|一律|统一|唯一|一点(?=儿|都|也|点|$|[，。！？、])"
    r"|(?<![午上晨里间])一点(?![半钟整前后到至开关左之一三以多\d~-])|有一点|第一时间|第一次?"
    r"|一会儿?"
    r"|一方面|进一步|独一无二|百分百|一时|一向|一边|一同|一共|三思|再三|万事|四季|双十一|五一"
    r"|十一(?=假|黄金|国庆)"
)
_READ = "\ue000"  # takes the place of each character that was read
_BULLET = regex.compile(r"(?m)^\s*[(（]?\d{1,2}[.、)）](?!\d)\s*")


@dataclass(frozen=True, slots=True)
class LocatedFacts:
    """A text in normal form, and its facts but promises, each with its range there, in order."""

    text: str
    ranges: tuple[tuple[Fact, int, int], ...]


def locate_facts(text: str) -> LocatedFacts:
    """The facts of a text but promises, with their places in its normal form."""
    normal = in_figures(fold_for_patterns(text))
    rest = _IDIOMS.sub(_blank, _BULLET.sub(_blank, normal))
    ranges: list[tuple[Fact, int, int]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(rest):
            if match_facts := list(read(match)):
                ranges += [(fact, *match.span()) for fact in match_facts]
                start, end = match.span()  # each character belongs to one fact only
                rest = rest[:start] + _READ * (end - start) + rest[end:]
    return LocatedFacts(normal, tuple(sorted(ranges, key=lambda each: each[1])))


def find_facts(text: str) -> frozenset[Fact]:
    """All facts in a text."""
    normal = in_figures(fold_for_patterns(text))
    located_facts = (fact for fact, _, _ in locate_facts(text).ranges)
    return frozenset([*find_promises(normal), *located_facts])


def _blank(match: regex.Match[str]) -> str:
    return _READ * len(match.group())


def find_missing_facts(claims: Iterable[Fact], sources: Iterable[Fact]) -> list[Fact]:
    """The claims that no source contains or implies, sorted by quote."""
    source_facts = set(sources)
    bare = {fact.what for fact in source_facts if fact.kind == "amount" and not fact.unit}
    unsaid = (c for c in claims if c not in source_facts and not _is_implied(c, source_facts, bare))
    return sorted(unsaid, key=lambda fact: fact.quote)


def _is_implied(claim: Fact, source_facts: set[Fact], bare: set[str]) -> bool:
    if claim.kind == "amount":
        # A number without a unit, in a source or the claim, matches: 199 in a table and 199元.
        amounts = {f.what for f in source_facts if f.kind == "amount"}
        day = claim.quote.endswith(("日", "号")) and f"-{claim.what:0>2}"
        dated = bool(day) and any(
            f.kind == "date" and f.what.endswith(day or "") for f in source_facts
        )
        return dated or claim.what in bare or (not claim.unit and claim.what in amounts)
    if claim.kind == "time" and not claim.unit:
        return any(f.kind == "time" and _same_clock(f.what, claim.what) for f in source_facts)
    if claim.kind == "date":
        return any(f.kind == "date" and f.what.endswith(claim.what) for f in source_facts)
    return False


def _same_clock(one: str, other: str) -> bool:
    return (int(one) - int(other)) % 720 == 0


def _read_link(match: regex.Match[str]) -> Iterator[Fact]:
    yield Fact("link", match.group().rstrip(".,;!?)/"), quote=match.group())


def _read_date(match: regex.Match[str]) -> Iterator[Fact]:
    month, day = parse_number(match["m"]), parse_number(match["d"])
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return
    year = f"{parse_number(match['y'])}-" if match["y"] else ""
    yield Fact("date", f"{year}{int(month):02}-{int(day):02}", quote=match.group().strip())


def _read_phone(match: regex.Match[str]) -> Iterator[Fact]:
    digits = regex.sub(r"\D", "", match.group())
    yield Fact("name", digits, quote=match.group())


def _read_weekday(match: regex.Match[str]) -> Iterator[Fact]:
    yield Fact("date", f"周{match[1].replace('天', '日')}", quote=match.group())


def _read_time(match: regex.Match[str]) -> Iterator[Fact]:
    hour = parse_number(match["h"] or match["hc"])
    if hour is None or hour > 24:
        return
    rest = {"半": 30, "一刻": 15, "三刻": 45}.get(match["rest"] or "")
    if rest is None:
        rest = int(parse_number((match["min"] or match["rest"] or "0").rstrip("分")) or 0)
    half = match["half"] or ""
    late = half in _LATE or (half == "中午" and hour < 3)
    minutes = (int(hour) % 24 + (12 if late and hour < 12 else 0)) * 60 + rest
    sure = bool(half) or hour > 12 or bool(match["h"])
    yield Fact("time", str(minutes), "day" if sure else "", match.group().strip())


def _read_name(match: regex.Match[str]) -> Iterator[Fact]:
    if not is_number_with_unit(match.group()):
        yield Fact("name", match.group(), quote=match.group())


# The patterns of facts and their readers, in the order in which texts are read.
_READERS: tuple[tuple[regex.Pattern[str], Callable[[regex.Match[str]], Iterator[Fact]]], ...] = (
    (_LINK, _read_link),
    (_DATE, _read_date),
    (_PHONE, _read_phone),
    (CHANGE, read_change),
    (_WEEKDAY, _read_weekday),
    (PERCENT, read_percent),
    (_TIME, _read_time),
    (_NAME, _read_name),
    (AMOUNT, read_amounts),
)
