"""Writes variants of one brief: by a language model, or from templates where there is none.

Each variant has a form of its own. A text with findings is rewritten once; then its unsupported
sentences are struck, or it is shown with its findings. More texts are written than asked for, and
those that differ most are chosen.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import regex
import structlog

from app.inference.ports import (
    GeneratedAnswer,
    Prompt,
    PromptMessage,
    TimedOut,
    Unavailable,
    Writer,
)
from app.marketing.content import templates, variety
from app.marketing.content.brief import LENGTHS, Brief
from app.marketing.content.copy_prompts import (
    FORMS,
    prompt_version,
    render_prompt,
    render_rewrite,
)
from app.marketing.content.review import CopyReview, review_text, strike_unsupported
from app.safety.advertising.rulebook import AdvertisingRulebook

log = structlog.get_logger()

MOST_VARIANTS = 12
TOKENS_PER_CHARACTER = 1.5  # of Chinese, generously: an answer isn't cut before its end
SECONDS_PER_TEXT = 60.0
LEAST_SHARE = 0.4  # of the length that was asked for: what is left of a struck text is still one
# What models put around a text: 文案：…, quotes, a list's number, a heading's signs.
_LABEL = regex.compile(
    r"^\s*(?:[#>*-]+\s*)?(?:文案|标题|摘要|正文|回复|Title|Copy|タイトル|제목)\s*[:：]\s*"
)
_QUOTES = {"“": "”", '"': '"', "「": "」", "《": "》", "『": "』", "'": "'"}

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyVariant:
    """One text, how it was made, and what is to be known of it.

    model: the writer's version, or that of the templates. tokens, seconds: what it cost.
    """

    text: str
    form: str
    review: CopyReview
    model: str
    prompt: str  # the prompts' version
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWriting:
    """Writes texts with `writer` by the account's `style` notes; without one fills templates."""

    writer: Writer | None
    style: tuple[str, ...] = ()
    clock: Callable[[], float] = time.monotonic

    async def write_variants(
        self, brief: Brief, count: int, rulebook: AdvertisingRulebook, progress: Progress
    ) -> list[CopyVariant]:
        """`count` variants or fewer, those that differ most and have least to mend first.

        Templates take the place of what the writer doesn't write.
        """
        variants = await self._write_all(brief, count + count // 2, rulebook, progress)
        if len(variants) < count:
            variants += self._fill_templates(brief, rulebook, count - len(variants))
        texts = [variant.text for variant in variants]
        scores = [_score(variant) for variant in variants]
        return [variants[at] for at in variety.choose_different(texts, count, scores)]

    async def _write_all(
        self, brief: Brief, count: int, rulebook: AdvertisingRulebook, progress: Progress
    ) -> list[CopyVariant]:
        variants: list[CopyVariant] = []
        if self.writer is None:
            return variants
        for at in range(count):
            try:
                variant = await self._write_one(
                    self.writer, brief, FORMS[at % len(FORMS)], rulebook
                )
            except (Unavailable, TimedOut) as error:
                log.warning("copy_not_written", why=str(error))
                break
            if variant.text and variant.text not in {each.text for each in variants}:
                variants.append(variant)
            await progress(at + 1, count)
        return variants

    async def _write_one(
        self, writer: Writer, brief: Brief, form: str, rulebook: AdvertisingRulebook
    ) -> CopyVariant:
        began = self.clock()
        answer = await self._ask(writer, brief, render_prompt(brief, form, self.style))
        text = clean_text(answer.text, brief)
        review = review_text(text, brief, rulebook)
        tokens = writer.count(answer.text)
        if not review.is_clean:
            rewrite = await self._rewrite(writer, brief, text, review)
            tokens += writer.count(rewrite)
            text, review = _choose_better(
                (text, review), clean_text(rewrite, brief), brief, rulebook
            )
        text, review = _strike(text, review, brief, rulebook)
        return CopyVariant(
            text=text,
            form=form,
            review=review,
            model=answer.model,
            prompt=prompt_version(),
            tokens=tokens,
            seconds=self.clock() - began,
        )

    async def _rewrite(self, writer: Writer, brief: Brief, text: str, review: CopyReview) -> str:
        """The writer's second answer; "" where there is none: the first one stays then."""
        try:
            prompt = render_rewrite(brief, text, review.describe())
            return (await self._ask(writer, brief, prompt)).text
        except (Unavailable, TimedOut) as error:
            log.warning("copy_not_rewritten", why=str(error))
            return ""

    async def _ask(
        self, writer: Writer, brief: Brief, messages: tuple[PromptMessage, ...]
    ) -> GeneratedAnswer:
        most_tokens = int(
            min(LENGTHS[brief.channel][1], 3 * brief.characters) * TOKENS_PER_CHARACTER
        )
        prompt = Prompt(
            messages=messages,
            most_tokens=max(16, most_tokens),
            deadline=time.monotonic() + SECONDS_PER_TEXT,
        )
        return await writer.write(prompt)

    def _fill_templates(
        self, brief: Brief, rulebook: AdvertisingRulebook, count: int
    ) -> list[CopyVariant]:
        return [
            CopyVariant(
                text=text,
                form="template",
                review=review_text(text, brief, rulebook),
                model=templates.MODEL,
                prompt=templates.MODEL,
                tokens=0,
                seconds=0.0,
            )
            for text in templates.fill_templates(brief)[:count]
        ]


def clean_text(text: str, brief: Brief) -> str:
    """The copy in an answer: without labels, quotes around it, and lines of a one-line channel."""
    text = _LABEL.sub("", text.strip().replace("**", ""))
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1]
    if brief.channel in {"title", "poster", "menu"}:
        text = next((line for line in text.splitlines() if line.strip()), "")
    return regex.sub(r"\n{3,}", "\n\n", text).strip()


def _choose_better(
    first: tuple[str, CopyReview], rewrite: str, brief: Brief, rulebook: AdvertisingRulebook
) -> tuple[str, CopyReview]:
    review = review_text(rewrite, brief, rulebook)
    if rewrite and len(review.describe()) < len(first[1].describe()):
        return rewrite, review
    return first


def _strike(
    text: str, review: CopyReview, brief: Brief, rulebook: AdvertisingRulebook
) -> tuple[str, CopyReview]:
    """Strike unsupported sentences where enough is left; else the text keeps its findings."""
    if not review.unsupported and not review.findings:
        return text, review
    remaining = strike_unsupported(text, review)
    if len(remaining) < LEAST_SHARE * min(brief.characters, len(text)):
        return text, review
    new_review = review_text(remaining, brief, rulebook)
    return (
        (text, review) if len(new_review.faults) > len(review.faults) else (remaining, new_review)
    )


def _score(variant: CopyVariant) -> float:
    """1 for a text with nothing to mend, less for each thing that is wrong."""
    return 1 / (1 + len(variant.review.describe()))


def measure_variety(variants: Sequence[CopyVariant]) -> float:
    """The mean similarity of all pairs of texts, 0 to 1."""
    return variety.measure_mean_similarity([variant.text for variant in variants])
