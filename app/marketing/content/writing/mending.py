"""Mends a text once: rewritten by the writer, then its unsupported sentences are struck."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from app.inference.json_answers import UnusableAnswer
from app.inference.ports import TimedOut, Unavailable, Writer
from app.marketing.content.brief import LENGTHS, Brief
from app.marketing.content.copy_prompts import render_rewrite
from app.marketing.content.notices import add_notices
from app.marketing.content.review import CopyReview, review_text, strike_unsupported
from app.marketing.content.writing.asking import ask_for_copy
from app.marketing.content.writing.copy_answers import choose_answer_model
from app.marketing.content.writing.trimming import clean_text
from app.safety.advertising.rulebook import AdvertisingRulebook

log = structlog.get_logger()

LEAST_OPTIONS = 2  # that a question keeps
LEAST_SHARE = 0.4  # of the length that was asked for: what is left of a struck text is still one

FaultLister = Callable[[str], Iterable[str]]  # sentences on a text


def find_no_fault(_text: str) -> Iterable[str]:
    """Finds nothing more than the review does."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedText:
    """A text with what is still wrong with it. tokens: of the rewrite, 0 without one."""

    text: str
    review: CopyReview
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMender:
    """Reviews and mends texts of one brief. is_whole: False for sections of an article."""

    writer: Writer
    brief: Brief
    rulebook: AdvertisingRulebook
    list_more_faults: FaultLister = find_no_fault
    is_whole: bool = True

    async def mend(self, text: str) -> MendedText:
        """The text, or its rewrite where that has fewer faults, without unsupported sentences
        where enough is left.
        """
        text = self._complete(text)
        review, tokens = self._review(text), 0
        if not review.is_clean:
            rewrite, tokens = await self._rewrite(text, review)
            new_review = self._review(rewrite)
            if rewrite and len(new_review.describe()) < len(review.describe()):
                text, review = rewrite, new_review
        text, review = self._strike(text, review)
        return MendedText(text=text, review=review, tokens=tokens)

    def _complete(self, text: str) -> str:
        return add_notices(text, self.brief) if self.is_whole else text

    def _review(self, text: str) -> CopyReview:
        review = review_text(text, self.brief, self.rulebook, is_whole=self.is_whole)
        return review.add_faults(self.list_more_faults(text))

    async def _rewrite(self, text: str, review: CopyReview) -> tuple[str, int]:
        """The writer's second text and its tokens; "" where there is none."""
        prompt = render_rewrite(self.brief, text, review.describe())
        model = choose_answer_model(self.brief.channel)
        try:
            answer = await ask_for_copy(
                self.writer, prompt, model, count_characters(self.brief), None
            )
        except (Unavailable, TimedOut, UnusableAnswer) as error:
            log.warning("copy_not_rewritten", why=str(error))
            return "", 0
        rewrite = clean_text(answer.value.join_text(), self.brief)
        return self._complete(rewrite), answer.tokens

    def _strike(self, text: str, review: CopyReview) -> tuple[str, CopyReview]:
        if not review.unsupported and not review.findings:
            return text, review
        remaining = strike_unsupported(text, review)
        if self.brief.channel == "topic" and remaining.count("\n") < LEAST_OPTIONS:
            return text, review
        if len(remaining) < LEAST_SHARE * min(self.brief.characters, len(text)):
            return text, review
        new_review = self._review(remaining)
        if len(new_review.faults) > len(review.faults):
            return text, review
        return remaining, new_review


def count_characters(brief: Brief) -> int:
    """How many characters an answer may have: more than asked for, within the channel's limit."""
    _, longest = LENGTHS[brief.channel]
    return min(longest, 3 * brief.characters)
