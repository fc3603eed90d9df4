"""Writes variants of one brief: by a language model, or from templates where there is none.

Each variant has a form and facts of its own. A text with findings is rewritten
once; then its unsupported sentences are struck, or it is shown with its findings. More texts are
written than asked for, and those that differ most are chosen.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from app.inference.json_answers import UnusableAnswer
from app.inference.ports import TimedOut, Unavailable, Writer
from app.marketing.content import templates, variety
from app.marketing.content.article_parts import ArticleParts, drop_unlawful_titles, list_part_faults
from app.marketing.content.brief import Brief, Channel
from app.marketing.content.brief_checks.unlawful_facts import leave_unlawful_out
from app.marketing.content.copy_prompts import list_forms, prompt_version, render_prompt
from app.marketing.content.review import CopyReview, review_text
from app.marketing.content.template_articles import fill_articles
from app.marketing.content.translated_review import TranslatedText, list_untranslated
from app.marketing.content.writing.article_prompts import article_prompt_version
from app.marketing.content.writing.articles import ArticleWriter
from app.marketing.content.writing.asking import ask_for_copy
from app.marketing.content.writing.comment_replies import fill_replies
from app.marketing.content.writing.comments import UnderstoodComment, fits_comment
from app.marketing.content.writing.copy_answers import choose_answer_model
from app.marketing.content.writing.focus import focus_brief
from app.marketing.content.writing.mending import (
    CopyMender,
    FaultLister,
    count_characters,
    find_no_fault,
)
from app.marketing.content.writing.trimming import clean_text
from app.safety.advertising.rulebook import AdvertisingRulebook

log = structlog.get_logger()

MOST_VARIANTS = 12
TEMPLATE_ROUNDS = 4  # each form with so many facts: some fit where limits are narrow
SEEDS_PER_TEXT = 10  # a text takes the next seeds, where it asks again
UNFIT_REPLY = "大模型写的回复不合留言的心情，或说了事实里没有的内容"
UNFIT_TEXT = "大模型写的文案没有通过审查，改写后也没有"
_WHOLE_OR_NOTHING: frozenset[Channel] = frozenset({"menu", "welcome"})

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyVariant:
    """One text, how it was made, and what is to be known of it.

    model: the writer's version, or that of the templates. tokens, seconds: what it cost.
    remark: why templates took the writer's place, in Chinese, "" otherwise.
    """

    text: str
    form: str
    review: CopyReview
    model: str
    prompt: str  # the prompts' version
    tokens: int
    seconds: float
    seed: int | None = None
    remark: str = ""
    article: ArticleParts | None = None  # of channel article: titles, digest, headings
    translated: TranslatedText | None = None  # of a text that was written in another language


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTask:
    """What one job writes. Equal seeds give equal texts where the writer can.

    list_more_faults: what the reader of the texts, such as an ad platform, refuses in one. measure:
    how long a text is to it, in the characters of the brief's length. kinds: of templates.
    """

    brief: Brief
    count: int
    rulebook: AdvertisingRulebook
    seed: int = 0
    comment: UnderstoodComment | None = None  # of channel comment_reply
    list_more_faults: FaultLister = find_no_fault
    measure: Callable[[str], float] = len
    kinds: tuple[str, ...] = ()


async def ignore_variant(_variant: CopyVariant) -> None:
    """Take no notice of a variant before all are written."""


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
        return await self.write(CopyTask(brief=brief, count=count, rulebook=rulebook), progress)

    async def write(
        self,
        task: CopyTask,
        progress: Progress,
        receive: Callable[[CopyVariant], Awaitable[None]] = ignore_variant,
    ) -> list[CopyVariant]:
        """The same for a task. `receive` gets each variant as soon as it is written."""
        variants, remark = await self._write_all(task, progress, receive)
        if len(variants) < task.count:
            others = {variant.text for variant in variants}
            count = task.count - len(variants)
            variants += _fill_templates(task, count, remark, others, self.style)
        texts = [variant.text for variant in variants]
        scores = [_score(variant) for variant in variants]
        return [variants[at] for at in variety.choose_different(texts, task.count, scores)]

    async def _write_all(
        self,
        task: CopyTask,
        progress: Progress,
        receive: Callable[[CopyVariant], Awaitable[None]],
    ) -> tuple[list[CopyVariant], str]:
        """Different variants, half as many again as asked for; and why some are missing."""
        variants: list[CopyVariant] = []
        is_long = task.brief.channel == "article"
        remark, total = "", task.count if is_long else task.count + task.count // 2
        if self.writer is None:
            return variants, remark
        for at in range(total):
            try:
                variant = await self._write_one(self.writer, task, at)
            except UnusableAnswer as error:
                remark = error.for_operators
                continue
            except (Unavailable, TimedOut) as error:
                log.warning("copy_not_written", why=str(error))
                return variants, error.for_operators
            if reason := _explain_unfit(variant, task):
                remark = reason
            elif variant.text and variant.text not in {each.text for each in variants}:
                variants.append(variant)
                await receive(variant)
            await progress(at + 1, total)
        return variants, remark

    async def _write_one(self, writer: Writer, task: CopyTask, at: int) -> CopyVariant:
        began = self.clock()
        brief, seed = focus_brief(task.brief, at, task.count), task.seed + at * SEEDS_PER_TEXT
        if brief.channel == "article":
            variant = await self._write_article(writer, brief, task.rulebook, seed)
        else:
            variant = await self._write_text(writer, brief, task, at)
        return replace(variant, seconds=self.clock() - began)

    async def _write_article(
        self, writer: Writer, brief: Brief, rulebook: AdvertisingRulebook, seed: int
    ) -> CopyVariant:
        article = await ArticleWriter(
            writer=writer, brief=brief, rulebook=rulebook, style=self.style
        ).write(seed)
        review = review_text(article.text, brief, rulebook)
        faults = list_part_faults(article.parts, brief.industry, rulebook)
        return CopyVariant(
            text=article.text, form="article", review=review.add_faults(faults),
            model=article.model, prompt=article_prompt_version(), tokens=article.tokens,
            seconds=0.0, seed=article.seed, article=article.parts,
        )  # fmt: skip

    async def _write_text(
        self, writer: Writer, brief: Brief, task: CopyTask, at: int
    ) -> CopyVariant:
        forms = list_forms(brief.channel)
        form, model = forms[at % len(forms)], choose_answer_model(brief.channel)
        messages = render_prompt(brief, form, self.style, task.comment)
        seed = task.seed + at * SEEDS_PER_TEXT
        answer = await ask_for_copy(writer, messages, model, count_characters(brief), seed)
        mender = CopyMender(
            writer=writer, brief=brief, rulebook=task.rulebook,
            list_more_faults=task.list_more_faults,
        )  # fmt: skip
        mended = await mender.mend(clean_text(answer.value.join_text(), brief))
        return CopyVariant(
            text=mended.text, form=form, review=mended.review, model=answer.model,
            prompt=prompt_version(), tokens=answer.tokens + mended.tokens, seconds=0.0,
            seed=answer.seed,
        )  # fmt: skip


def _explain_unfit(variant: CopyVariant, task: CopyTask) -> str:
    """Why a text isn't given, so that a template takes its place; "" where it may be.

    To a follower, what no fact supports is never said. Of a menu name or a welcome that fails its
    review after a rewrite, too, nothing is left to edit.
    """
    if task.comment:
        is_fit = variant.review.is_clean and fits_comment(variant.text, task.comment)
        return "" if is_fit else UNFIT_REPLY
    is_unfit = task.brief.channel in _WHOLE_OR_NOTHING and not variant.review.is_clean
    return UNFIT_TEXT if is_unfit else ""


def _fill_templates(
    task: CopyTask, count: int, remark: str, others: Collection[str], notes: Sequence[str]
) -> list[CopyVariant]:
    """At most `count` texts of templates beside `others`, those with least to mend first."""
    variants = [
        CopyVariant(
            text=text, form="template", review=_review_template(text, parts, task), article=parts,
            model=templates.MODEL, prompt=templates.MODEL, tokens=0, seconds=0.0, remark=remark,
        )
        for text, parts in _list_template_texts(task, notes)
        if text not in others
    ]  # fmt: skip
    return sorted(variants, key=lambda variant: len(variant.review.describe()))[:count]


def _list_template_texts(
    task: CopyTask, notes: Sequence[str]
) -> list[tuple[str, ArticleParts | None]]:
    if task.brief.channel == "article":
        rules = task.brief.product, task.brief.industry, task.rulebook
        articles = fill_articles(task.brief, notes)
        return [(each.text, drop_unlawful_titles(each.parts, *rules)) for each in articles]
    if task.comment:
        return [(text, None) for text in fill_replies(task.brief, task.comment)]
    brief = leave_unlawful_out(task.brief, task.rulebook)
    texts = templates.fill_templates(brief, task.kinds, TEMPLATE_ROUNDS, notes, task.measure)
    return [(text, None) for text in texts]


def _review_template(text: str, parts: ArticleParts | None, task: CopyTask) -> CopyReview:
    faults = [*list_untranslated(text, task.brief), *task.list_more_faults(text)]
    faults += list_part_faults(parts, task.brief.industry, task.rulebook) if parts else ()
    return review_text(text, task.brief, task.rulebook).add_faults(faults)


def _score(variant: CopyVariant) -> float:
    """1 for a text with nothing to mend, less for each thing that is wrong."""
    return 1 / (1 + len(variant.review.describe()))


def measure_variety(variants: Sequence[CopyVariant]) -> float:
    """The mean similarity of all pairs of texts, 0 to 1."""
    return variety.measure_mean_similarity([variant.text for variant in variants])
