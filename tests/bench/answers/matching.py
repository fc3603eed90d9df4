"""Whether a text states a fact, names a value or offers an entry, however it is written."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from app.simulator.phones import taps

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMERAL = re.compile(f"[十{''.join(_DIGITS)}]+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9-]{6,}")
_SHOWN_OF_MASKED = 4  # characters at the end of a number whose middle is hidden
_UNKNOWN = re.compile(
    r"没有?(?:能|有)?(?:查|找)到|未(?:能)?(?:查|找)到|没有?(?:相关|这方面|写|提到|说明)|不太?(?:清楚|确定)"
    r"|不知道|没有?把握|没有?(?:可靠的|相关的?)?资料|没有?准信|拿不准|[答说]不[上好准]|(?:请|让|找|问)同事(?:确认|核实|看)"
    r"|我(?:这边|手头|手上)?(?:还|也|暂时)*不太?(?:了解|懂)"
    r"|\b(?:couldn't find|(?:don't|do not) have|(?:isn't|not) in my notes|can't answer)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"[^。！？!?\n；;]*(?:[？?]|请[您你]?(?:再|先)?(?:发|留|告诉|提供|补充|说))")
_APOLOGY = re.compile(r"(?:非常|实在|真的?|很|十分)?(?:抱歉|对不起|不好意思)")
_LINK_TEXT = re.compile(r"<a [^>]*>(.*?)</a>")
_ASKED_BACK = re.compile("(?:您问的是|Do you mean )「(.+?)」")
_LISTED = re.compile(r"^\s*(?:\d{1,2}[.、)）]|[①-⑨])\s*(.+)$", re.MULTILINE)
SHORTEST_NAME = 3  # characters of what an offer may be known by


def squeeze(text: str) -> str:
    """NFKC, small letters, no thousands separators, white space only between two digits."""
    ungrouped = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)  # 编号1到300，688元 has two numbers
    plain = unicodedata.normalize("NFKC", ungrouped).casefold()
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", plain)


def states(text: str, fact: str) -> bool:
    """Whether one of the alternatives of `fact` stands in the text; 12元 doesn't in 112元."""
    return any(_stands(squeeze(text), squeeze(each)) for each in fact.split("|"))


def states_all(text: str, facts: Sequence[str]) -> bool:
    """Whether each of the facts stands in the text."""
    return all(states(text, fact) for fact in facts)


def says_unknown(text: str) -> bool:
    """Whether the text says that something isn't known."""
    return _UNKNOWN.search(unicodedata.normalize("NFKC", text)) is not None


def names_value(text: str, value: str, follower_text: str) -> bool:
    """Whether the text names what a follower answered: the normalised value, or their own words.

    A number must be there whole, or its end where the rest is masked. Of a value in several parts
    (周六 15:00 4人), or of the follower's clauses, at least half must be there, since each may be
    written otherwise.
    """
    if _IDENTIFIER.fullmatch(value):
        return _names_identifier(text, value)
    plain = _with_persons(_with_digits(squeeze(text)))
    said_parts = re.split(r"[\s,，。、]+", follower_text)
    clauses = [_with_persons(_with_digits(squeeze(each))) for each in said_parts]
    parts = [_core(_with_persons(_with_digits(squeeze(part)))) for part in value.split()]
    return _half_stand(plain, [each for each in clauses if len(each) > 1]) or _half_stand(
        plain, parts
    )


def repeats_question(reply: str, earlier: str) -> bool:
    """Whether the reply asks again what the earlier reply asked, or is the same altogether."""
    if squeeze(reply) == squeeze(earlier):
        return True
    questions = {squeeze(each) for each in _REQUEST.findall(earlier)}
    return bool(questions & {squeeze(each) for each in _REQUEST.findall(reply)})


def apologises(text: str) -> bool:
    """Whether the text begins with an apology."""
    return _APOLOGY.match(unicodedata.normalize("NFKC", text).strip()) is not None


def offered(text: str) -> tuple[str, ...]:
    """What a menu offers: the texts and contents of its links, its numbered lines without one, and
    the one question that is asked back. What stands behind a link is the beginning of its answer.
    """
    links = _LINK_TEXT.findall(text)
    contents = [tap.content for tap in taps.in_text(text)]
    lines = [line for line in _LISTED.findall(text) if not _LINK_TEXT.search(line)]
    questions = _ASKED_BACK.findall(text)
    return tuple(dict.fromkeys([*contents, *links, *lines, *questions]))


def names_one(offers: Collection[str], names: Collection[str]) -> bool:
    """Whether an offer is one of these names, cut at its end or not."""
    offer_texts = [squeeze(each).rstrip("….?") for each in offers]
    accepted_names = [squeeze(each).rstrip("….?") for each in names]
    return any(
        len(offer) >= SHORTEST_NAME and (name.startswith(offer) or name in offer)
        for offer in offer_texts
        for name in accepted_names
        if len(name) >= SHORTEST_NAME
    )


def _stands(text: str, part: str) -> bool:
    """Whether the part stands in the text, and its numbers aren't parts of others."""
    if not part:
        return False
    before = r"(?<![\d.])" if part[0].isdigit() else ""
    after = r"(?!\d)" if part[-1].isdigit() else ""
    return re.search(before + re.escape(part) + after, text) is not None


def _half_stand(text: str, parts: Sequence[str]) -> bool:
    return bool(parts) and 2 * sum(_stands(text, part) for part in parts) >= len(parts)


def _names_identifier(text: str, value: str) -> bool:
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    number = re.sub(r"[\s-]", "", value).upper()
    end = re.escape(number[-_SHOWN_OF_MASKED:])
    return number in plain or re.search(rf"(?:\*|尾号(?:为|是)?){end}", plain) is not None


def _with_digits(text: str) -> str:
    """四岁 -> 4岁, 一六五 -> 165, 十二 -> 12."""
    return _NUMERAL.sub(lambda match: _number(match[0]), text)


def _with_persons(text: str) -> str:
    """2个人, 2位 -> 2人."""
    return re.sub(r"(?<=\d)(?:个人|位|个大人)", "人", text)


def _number(numeral: str) -> str:
    tens, ten, units = numeral.partition("十")
    if not ten:
        return "".join(str(_DIGITS[each]) for each in numeral)
    if len(tens) > 1 or len(units) > 1 or "十" in units:
        return numeral
    return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(units, 0))


def _core(part: str) -> str:
    """A measure without its unit, which people leave out."""
    return re.sub(r"(?<=\d)(?:cm|kg|斤|公斤)$", "", part)
