"""Finds claims about the brand in a generated answer that no source supports.

An answer is split into clauses. A clause is about the brand if it names the brand (我们, 这款, its
name), speaks of what a shop has or does (发货, 门店), or agrees (可以的) to a question about the
brand; if the question asks the brand itself, any clause is, unless it is general (一般). Such a
clause must be supported by the brand's texts. Other clauses are general: in answer to a general
question they may give rough numbers of time, temperature, weight and length.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import regex
import rjieba

from app.dialogue.generation.claims import trade_words as lists
from app.dialogue.generation.claims.claim_sources import HAN, ClaimSources, FoldedSources
from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.generation.fact_checks.facts import find_facts, find_missing_facts
from app.safety.words.normalise import fold_for_patterns

Support = Literal["some", "none", "agrees"]

ENOUGH = 0.51  # share of a clause's new words that the brand's texts must contain
IN_ENGLISH = 0.6
WITH_FACTS = 0.3  # the same, if the clause has facts
SMALL = 20  # largest count that is advice, no fact: 三个步骤, 分 2 次
HOW_TO = frozenset({"度", "天", "分钟", "秒", "克", "毫升", "米", "月", "岁", ""})  # units

_CLAUSE = regex.compile(r"[，。！？；：、,!?;\n~～…]+|:(?!\d)|\.(?=\s|$)|\s[-–—]+\s")
_SENTENCE = regex.compile(r"(?<=[。！？；!?;\n])|(?<=\.)(?=\s)")
_LATIN = regex.compile(r"[a-z][a-z'-]+")
_PLACES = ("ns", "nt", "nz")  # tags of places, organisations and other names
_PRONOUN = regex.compile(r"[您我你的了是]")
_STREET = regex.compile(
    r"(?:(?![的了是在和有个思公马走一逛上线大去到]|\p{Han}[思公马走一])\p{Han}){2,3}"
    r"(?:省|市|区|县|路|街|大厦)(?!过|线|上|由|边|灯|程|况|透)"
)


def declines_to_answer(text: str) -> bool:
    """Whether an answer says that it doesn't know."""
    return bool(lists.DECLINES.search(fold_for_patterns(text)))


def find_unfounded(text: str, sources: ClaimSources) -> str:
    """Why an answer may not be sent in the brand's name; "" if it may."""
    ground, plain = FoldedSources.of(sources), fold_for_patterns(text)
    for sentence in _split_sentences(plain):
        if fact := _find_unsaid_fact(sentence, ground):
            return f"claims what no passage says: {fact.quote}"
        if always := _promised_to_all(sentence, ground):
            return f"says of the brand what nobody gave: {always}"
    return _find_ungiven_clause(plain, ground)


def _find_unsaid_fact(sentence: str, ground: FoldedSources) -> Fact | None:
    """The first fact of a sentence that no source has and that isn't general advice."""
    is_general = not ground.asks_brand and not _is_about_brand(sentence, ground, beside=True)
    roughly = bool(lists.ROUGHLY.search(sentence) or lists.IN_GENERAL.search(sentence))
    for fact in find_missing_facts(find_facts(sentence), ground.facts):
        is_from_follower = not fact.binding and not find_missing_facts(
            [fact], ground.follower_facts
        )
        if fact.kind == "promise" and _is_declined(fact, sentence):
            continue
        if not is_from_follower and not (is_general and _is_advice(fact, roughly=roughly)):
            return fact
    return None


def _is_declined(fact: Fact, sentence: str) -> bool:
    """Whether the fact occurs only in clauses that decline: 折扣我没有查到 promises no discount."""
    clauses = [clause for clause, _ in _split_clauses(sentence) if fact.quote in clause]
    return bool(clauses) and all(lists.DECLINES.search(clause) for clause in clauses)


def _is_advice(fact: Fact, *, roughly: bool) -> bool:
    """Whether a fact may be advice: 80 度, 3 分钟 if given `roughly`; 一天 or 周末 in any case."""
    if fact.kind == "date":
        return fact.what == "周末"
    if fact.kind == "amount" and fact.unit == "第":
        return float(fact.what) <= SMALL
    if fact.kind != "amount" or fact.unit not in HOW_TO:
        return False
    if not roughly:
        return fact.what in {"1", "2"} and not fact.quote[0].isdigit()
    return bool(fact.unit) or float(fact.what) <= SMALL


def _promised_to_all(sentence: str, ground: FoldedSources) -> str:
    """The word of an unconditional promise that the brand didn't give (不管多少都包邮), or ""."""
    is_ours = ground.about_goods or _is_about_brand(sentence, ground, beside=True)
    match = lists.ALWAYS.search(sentence) if is_ours else None
    if match is None or lists.DECLINES.search(sentence):
        return ""
    word = lists.IN_CHINESE.get(match.group(), match.group())
    if word in ground.text:
        return ""
    return str(match.group())


def _find_ungiven_clause(text: str, ground: FoldedSources) -> str:
    """Why a clause about the brand is unsupported; "" if all are supported.

    可以的 alone agrees to anything: then another clause must be supported.
    """
    agreeing, rests = "", False
    for clause, sentence in _split_clauses(text):
        words = _list_content_words(clause, ground)
        support = _rate_support(clause, [word for word, _ in words], ground)
        rests = rests or support == "some"
        if not _has_to_rest(clause, sentence, ground):
            continue
        strangers = [word for word, is_name in words if is_name and not ground.has(word)]
        if strangers and not lists.DECLINES.search(clause):
            return f"says of the brand what nobody gave: {strangers[0]}"
        if lists.POLITE.search(clause) or lists.DECLINES.search(sentence):
            continue
        if support == "none":
            return f"says of the brand what nobody gave: {clause}"
        agreeing = agreeing or (clause if support == "agrees" else "")
    return f"agrees to what nobody gave: {agreeing}" if agreeing and not rests else ""


def _has_to_rest(clause: str, sentence: str, ground: FoldedSources) -> bool:
    in_general = bool(lists.IN_GENERAL.search(sentence))
    if ground.asks_brand:
        return not in_general or _is_about_brand(clause, ground)
    if in_general and not ground.about_goods:
        return _names_brand(clause, ground)
    return _is_about_brand(clause, ground)


def _is_about_brand(text: str, ground: FoldedSources, *, beside: bool = False) -> bool:
    """Whether a text is about the brand; with `beside`, even if it is worded in general."""
    if _names_brand(text, ground):
        return True
    in_general = lists.IN_GENERAL.search(text)
    if in_general and not beside:
        return False
    if lists.TRADE.search(text):
        return not in_general or ground.about_goods
    return ground.about_goods and bool(lists.AGREES.search(text) or lists.CAN.search(text))


def _names_brand(text: str, ground: FoldedSources) -> bool:
    return bool(lists.NAMES_BRAND.search(text)) or any(name in text for name in ground.names)


def _rate_support(clause: str, words: Sequence[str], ground: FoldedSources) -> Support:
    """Whether the brand's texts contain enough of the words that a clause adds to the question.

    `agrees`: the clause adds no words.
    """
    fresh = [word for word in words if word not in ground.follower_text]
    clause_facts = find_facts(clause)
    if not fresh:
        return "some" if clause_facts & ground.facts else "agrees"
    is_english = not HAN.search(clause)
    if is_english and any(fact.kind != "promise" for fact in clause_facts & ground.facts):
        return "some"  # English clause, Chinese texts: the facts suffice
    least = WITH_FACTS if clause_facts else IN_ENGLISH if is_english else ENOUGH
    return "some" if sum(map(ground.has, fresh)) >= least * len(fresh) else "none"


def _list_content_words(clause: str, ground: FoldedSources) -> list[tuple[str, bool]]:
    """The content words of a clause, each with whether it names a place or organisation."""
    for name in ground.names:
        clause = clause.replace(name, " ")
    words: list[tuple[str, bool]] = [(m.group(), True) for m in _STREET.finditer(clause)]
    for word, tag in rjieba.tag(clause):
        if word in lists.NOTHING_SAID:
            continue
        if _LATIN.fullmatch(word):
            words.append((word, False))
        elif HAN.search(word) and tag[0] in "nvaszilj" and len(word) > 1:
            words.append((word, tag in _PLACES and not _PRONOUN.search(word)))
    return words


def _split_clauses(text: str) -> Iterator[tuple[str, str]]:
    """(clause, sentence) pairs. An English sentence is one clause; questions are skipped."""
    for sentence in _split_sentences(text):
        if lists.QUESTION.search(sentence):
            continue
        parts = _CLAUSE.split(sentence) if HAN.search(sentence) else [sentence]
        yield from ((part.strip(), sentence) for part in parts if part.strip())


def _split_sentences(text: str) -> Iterator[str]:
    return (part for part in _SENTENCE.split(text) if part.strip())
