"""Which answers may be told again: personal data masked, moderated, each once."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from app.kit.text import fold_to_letters
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
    account's lists refuse or mask, advertising, and instructions to language models.
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
    if len(letters) < LEAST_LETTERS:
        return "没有内容"
    if is_advertising(answer):
        return "广告或链接"
    if detect_injection(answer):
        return "像是写给模型的指令"
    if moderation.check(answer, "outgoing").action != "pass":
        return "敏感词"
    return None
