"""Which answers may be told again: personal data masked, moderated, each once."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from app.kit.text import fold_to_letters
from app.marketing.content.writing.comment_signs import find_signs
from app.marketing.social.advertising import is_advertising
from app.marketing.social.values import LONGEST_ANSWER, MOST_ANSWERS
from app.privacy import pii
from app.safety.injection import detect_injection
from app.safety.moderation import Moderation

LEAST_LETTERS = 2


def select_answers(
    texts: Sequence[str], moderation: Moderation
) -> tuple[list[str], dict[str, int]]:
    """The answers in their order, and how many were left out by reason.

    Left out: empty ones and those of signs alone, repeated ones, those with words that the
    account's lists refuse or mask, advertising, instructions to language models, and those of who
    lost somebody: they want a reply of their own.
    """
    left_out: Counter[str] = Counter()
    answers: dict[str, str] = {}
    for text in texts[:MOST_ANSWERS]:
        answer = unicodedata.normalize("NFC", text).strip()[:LONGEST_ANSWER]
        key = fold_to_letters(answer)
        reason = _find_reason(answer, key, moderation)
        if reason is None and key in answers:
            reason = "重复"
        if reason:
            left_out[reason] += 1
            continue
        answers[key] = pii.mask(answer)
    if len(texts) > MOST_ANSWERS:
        left_out[f"超过 {MOST_ANSWERS} 条"] += len(texts) - MOST_ANSWERS
    return list(answers.values()), dict(left_out)


def _find_reason(answer: str, letters: str, moderation: Moderation) -> str | None:
    """The first reason to leave an answer out; None where it may be told."""
    if len(letters) < LEAST_LETTERS:
        return "没有内容"
    reasons: Mapping[str, Callable[[], bool]] = {
        "广告或链接": lambda: is_advertising(answer),
        "像是写给模型的指令": lambda: bool(detect_injection(answer)),
        "提到亲人离世，请单独回复": lambda: "loss" in find_signs(answer),
        "敏感词": lambda: moderation.check(answer, "outgoing").action != "pass",
    }
    return next((reason for reason, is_given in reasons.items() if is_given()), None)
