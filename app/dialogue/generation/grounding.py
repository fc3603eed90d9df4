"""Checks that a generated answer claims only what its sources contain."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from app.dialogue import language
from app.dialogue.generation import prompts
from app.dialogue.generation.claims import brand_claims
from app.dialogue.generation.claims.claim_sources import ClaimSources
from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.generation.fact_checks.facts import find_facts, find_missing_facts
from app.dialogue.generation.passages import Passage, label_passage
from app.dialogue.generation.values import Grounding
from app.knowledge.search.words import split_words
from app.safety.restricted_claims import claims
from app.safety.words.normalise import fold_for_patterns

RESTS = 0.35  # share of an answer's words that its sources must contain
FEW = 6  # answers with fewer words are not checked for support
SHINGLE = 14  # consecutive characters of a rule that prove a copy

# Small models omit the k; in round brackets it is required, else it may be a number.
_MARKERS = regex.compile(
    r"\s*(?:[\[【]\s*((?:k?\d{1,2}[\s,、，和]*)+)[\]】]|[(（]\s*((?:k\d{1,2}[\s,、，和]*)+)[)）])",
    regex.IGNORECASE,
)
_MARKER = regex.compile(r"\d+")
_DECLINES = regex.compile(
    r"没有?(?:查到|找到|相关|确切|提到|说明)|查不到|不(?:太)?清楚|无法(?:确认|回答|提供|查)|回复「?人工"
    r"|未(?:提及|提供|说明)|不确定|联系(?:人工|客服|同事)"
)
_TEMPLATE = regex.compile(r"<\|[^<>|]{0,40}\|>|\[/?INST\]|</?(?:s|think|system)>")
_CLAUSE = regex.compile(r"[，。；！？：、,;!?\n]")
_FORBIDDEN = regex.compile(
    r"(?:不(?:可以?|能|得|支持|提供|接受|参与|享受|含|包含|包括|收|卖|做|送|退|换|算|接|带)|无法"
    r"|禁止|谢绝|请勿)(?P<what>\p{Han}{2})"
)
_EXCUSED = regex.compile(r"(?:不用|不需要?|无需|不必|用不着)(?:您|再|额外)?(?P<what>\p{Han}{2})")
_NO = regex.compile(r"[不无未勿没非]|禁止|谢绝|拒绝")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """An answer without markers, and the result of its check."""

    text: str  # without citation markers
    citations: tuple[str, ...]  # ids of passages, in the order of their places
    supported: bool
    why: str = ""  # why it may not be sent
    declines: bool = False  # it says that it doesn't know, or offers a person


def check_answer(answer: str, grounding: Grounding) -> CheckedAnswer:
    """Remove the citation markers and check whether the answer may be sent.

    Money, discounts, promises and links must be in a passage; other numbers, dates and names in a
    passage or in the follower's messages. With a briefing, general statements are allowed too, as
    `brand_claims` distinguishes them.
    """
    text = _MARKERS.sub("", answer).strip()
    answer_facts = find_facts(text)
    citations = _find_cited(answer, answer_facts, grounding.passages)
    why = _check_leak(text, grounding) or _check_content(text, grounding)
    if grounding.briefing:
        return _for_the_brand(text, citations, why or _check_claims(text, grounding), grounding)
    declines = bool(_DECLINES.search(fold_for_patterns(text)))
    why = why or _check_facts(answer_facts, grounding) or _check_claims(text, grounding)
    if not (why or declines):
        why = _check_permissions(text, grounding) or _check_support(text, grounding)
    if not (why or declines or citations):
        citations = _find_nearest(text, grounding.passages)
    return CheckedAnswer(text, citations, not why, why, declines)


def _for_the_brand(
    text: str, citations: tuple[str, ...], why: str, grounding: Grounding
) -> CheckedAnswer:
    assert grounding.briefing is not None
    brand_names = (grounding.persona.brand, grounding.persona.name)
    topics = (*grounding.persona.about, *(passage.title for passage in grounding.passages))
    question = grounding.briefing.question or grounding.follower_text.rpartition("\n")[2]
    sources = ClaimSources(
        brand_texts=grounding.brand_texts,
        topics=topics,
        follower_text=grounding.follower_text,
        question=question,
        brand_names=brand_names,
        about_brand=grounding.briefing.about_brand,
    )
    declines = not citations and brand_claims.declines_to_answer(text)
    why = (
        why
        or brand_claims.find_unfounded(text, sources)
        or ("" if declines else _check_permissions(text, grounding))
    )
    return CheckedAnswer(text, citations, not why, why, declines)


def _find_cited(
    answer: str, claims: frozenset[Fact], passages: Sequence[Passage]
) -> tuple[str, ...]:
    """Ids of the passages that the answer's markers name or that contain one of its facts."""
    labels = {f"k{n}" for m in _MARKERS.finditer(answer) for n in _MARKER.findall(m.group())}
    return tuple(
        passage.id
        for at, passage in enumerate(passages)
        if label_passage(at) in labels or claims & find_facts(passage.whole)
    )


def _find_nearest(text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The passage that shares most words with an answer without citations, or ()."""
    answer_words = _find_content_words(text)
    shared = [len(answer_words & _find_content_words(passage.whole)) for passage in passages]
    most = max(shared, default=0)
    return (passages[shared.index(most)].id,) if most else ()


def _check_leak(text: str, grounding: Grounding) -> str:
    if grounding.fence in text or grounding.fence.strip("#") in text or _TEMPLATE.search(text):
        return "shows a part of its prompt"
    prompt_rules = prompts.get_rules(grounding.briefing)
    copied = any(
        text[at : at + SHINGLE] in prompt_rules for at in range(max(0, len(text) - SHINGLE + 1))
    )
    return "repeats its rules" if copied else ""


def _check_content(text: str, grounding: Grounding) -> str:
    if not _LETTER.search(text):
        return "says nothing"
    return (
        ""
        if language.is_in_language(text, grounding.language)
        else f"is not in {grounding.language} language"
    )


def _check_claims(text: str, grounding: Grounding) -> str:
    broken = claims.find_claims(text, "\n".join(grounding.brand_texts))
    return f"claims what may not be said: {broken[0].text}" if broken else ""


def _check_facts(claims: frozenset[Fact], grounding: Grounding) -> str:
    passage_facts = [fact for passage in grounding.passages for fact in find_facts(passage.whole)]
    follower_facts = [fact for fact in find_facts(grounding.follower_text) if not fact.binding]
    binding = find_missing_facts((c for c in claims if c.binding), passage_facts)
    free = find_missing_facts(
        (c for c in claims if not c.binding), [*passage_facts, *follower_facts]
    )
    unsaid = [fact.quote for fact in (*binding, *free)]
    return f"claims what no passage says: {', '.join(unsaid)}" if unsaid else ""


def _check_support(text: str, grounding: Grounding) -> str:
    """Why the passages don't support the answer; "" if they do, or there are none."""
    answer_words = _find_content_words(text)
    if not grounding.passages or len(answer_words) < FEW:
        return ""
    follower_words, passage_words = (
        _find_content_words(grounding.follower_text),
        _find_content_words("\n".join(p.whole for p in grounding.passages)),
    )
    if not answer_words - follower_words:
        return "repeats the question"
    # An answer in the follower's words only takes nothing from the passages.
    if not (answer_words - follower_words) & passage_words or len(
        answer_words & (follower_words | passage_words)
    ) < RESTS * len(answer_words):
        return "rests on no passage"
    return ""


def _find_content_words(text: str) -> set[str]:
    """The words of a text with two or more characters."""
    return {word for word in split_words(text) if len(word) > 1}


def _check_permissions(text: str, grounding: Grounding) -> str:
    """Why the answer permits what passages forbid (可以机洗 against 不可机洗); "" if it doesn't."""
    clauses = [c for passage in grounding.passages for c in _CLAUSE.split(passage.whole)]
    for forbidden in {m["what"] for clause in clauses for m in _FORBIDDEN.finditer(clause)}:
        if _says_plainly(forbidden, _CLAUSE.split(text)) and not _says_plainly(forbidden, clauses):
            return f"permits what a passage forbids: {forbidden}"
    for excused in {m["what"] for m in _EXCUSED.finditer(text)}:
        if any(excused in clause for clause in clauses) and not any(
            _NO.search(clause) for clause in clauses if excused in clause
        ):
            return f"excuses from what a passage asks for: {excused}"
    return ""


def _says_plainly(what: str, clauses: Sequence[str]) -> bool:
    """Whether a clause contains the word without a negation before it."""
    beginnings = (clause[: clause.index(what)] for clause in clauses if what in clause)
    return any(not _NO.search(before) for before in beginnings)
