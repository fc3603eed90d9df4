"""Runs the jobs that write copy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import storable
from app.inference.json_answers import UnusableAnswer
from app.inference.ports import (
    CareKind,
    Classifier,
    SearchModel,
    TimedOut,
    Unavailable,
)
from app.marketing.content.brief import Language
from app.marketing.content.briefs import Briefs
from app.marketing.content.comment_care import CommentCare, find_danger
from app.marketing.content.copy_jobs import CopyOrder
from app.marketing.content.copywriting import (
    CopyTask,
    CopyVariant,
    CopyWriting,
    measure_variety,
)
from app.marketing.content.style.guides import StyleGuides
from app.marketing.content.writing.answering_facts import answer_comment
from app.marketing.content.writing.comment_reading import read_comment
from app.marketing.content.writing.comment_replies import choose_reply_language, fill_replies
from app.marketing.content.writing.comment_signs import find_signs
from app.marketing.content.writing.comments import CommentToAnswer, UnderstoodComment
from app.marketing.content.writing.translating import CopyTranslation, CopyTranslator
from app.marketing.jobs.values import MarketingJob, RecordProgress
from app.safety.advertising.checking import check
from app.safety.advertising.stored_rules import read_account_rulebook
from app.safety.advertising.values import AdvertisingFinding
from app.safety.care import INJURIES


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJobHandler:
    """Writes the variants of a job; `care` answers comments of somebody in danger, `classifier`
    tells the mood of others, `search` which facts answer them and whether a translation means the
    same.
    """

    engine: AsyncEngine
    writing: CopyWriting
    care: CommentCare
    classifier: Classifier
    search: SearchModel

    async def run(self, job: MarketingJob, record: RecordProgress) -> Mapping[str, Any]:
        """The variants as JSON values, the mean similarity of all pairs, how a comment was read.

        Meanwhile the result holds the variants that are written.
        """
        order = CopyOrder(**job.request)
        guide, style_revision = await StyleGuides(self.engine).read(job.account)
        made_by = {"brief_version": order.brief_version, "style_revision": style_revision}
        text = order.comment["text"] if order.comment else ""
        if text and (danger := await find_danger(self.classifier, text)):
            reply = await self._answer_danger(job, order, text, danger)
            rows = [_describe_variant(reply, made_by)]
            return {"variants": rows, "similarity": 0.0, "reading": {"care": danger}}
        task = await self._read_task(job.account, order)
        rows = list[dict[str, Any]]()

        async def record_count(count: int, total: int) -> None:
            await record(count / (total + 1), {"variants": rows})

        async def receive(variant: CopyVariant) -> None:
            rows.append(_describe_variant(variant, made_by))

        writing = replace(self.writing, style=guide.lines)
        variants = await writing.write(task, record_count, receive)
        described = [
            await self._describe_whole(variant, task, order.languages, made_by)
            for variant in variants
        ]
        result = {"variants": described, "similarity": measure_variety(variants)}
        return result | _describe_reading(task.comment)

    async def _answer_danger(
        self, job: MarketingJob, order: CopyOrder, text: str, danger: CareKind
    ) -> CopyVariant:
        """The care text; after an injury that the goods or the shop caused, an apology, too."""
        reply = await self.care.answer(job, text, danger)
        if danger not in INJURIES or "of_goods" not in find_signs(text):
            return reply
        stored = await Briefs(self.engine).get(job.account, order.brief, order.brief_version)
        brief = choose_reply_language(stored.brief, text)
        [apology, *_] = fill_replies(brief, UnderstoodComment(text, "angry"))
        return replace(reply, text=f"{reply.text}\n{apology}")

    async def _read_task(self, account: str, order: CopyOrder) -> CopyTask:
        stored = await Briefs(self.engine).get(account, order.brief, order.brief_version)
        comment, brief = await self._read_comment(order), stored.brief
        if comment:
            brief = choose_reply_language(brief, comment.text)
            is_mood_given = bool(order.comment and order.comment["mood"])
            comment = await answer_comment(self.search, comment, brief, is_mood_given=is_mood_given)
        return CopyTask(
            brief=brief,
            count=order.count,
            rulebook=await read_account_rulebook(self.engine, account),
            seed=order.seed,
            comment=comment,
        )

    async def _describe_whole(
        self,
        variant: CopyVariant,
        task: CopyTask,
        languages: Sequence[Language],
        made_by: Mapping[str, int],
    ) -> dict[str, Any]:
        """The variant with its translations; what is wrong with one is a fault of the variant."""
        if not languages:
            return _describe_variant(variant, made_by)
        translations, faults = await self._translate(storable(variant.text), task, languages)
        variant = replace(variant, review=variant.review.add_faults(faults))
        return _describe_variant(variant, made_by) | {"translations": translations}

    async def _translate(
        self, text: str, task: CopyTask, languages: Sequence[Language]
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """Translations as JSON values, and a sentence on each that is missing, that differs from
        `text` or that breaks the law.
        """
        if self.writing.writer is None:
            names = "、".join(languages)
            return [], [f"没有译成 {names}：没有配置大模型（GENERATOR），模板不翻译"]
        translator = CopyTranslator(writer=self.writing.writer, search=self.search)
        rows, faults = list[dict[str, Any]](), list[str]()
        for language in languages:
            try:
                translation = await translator.translate(text, language)
            except (Unavailable, TimedOut, UnusableAnswer) as error:
                faults.append(f"没有译成 {language}：{error.for_operators}")
                continue
            findings = check(translation.text, task.brief.industry, task.rulebook)
            rows.append(_describe_translation(translation, findings))
            faults += _list_translation_faults(translation, findings)
        return rows, faults

    async def _read_comment(self, order: CopyOrder) -> UnderstoodComment | None:
        """The comment with its mood."""
        if order.comment is None:
            return None
        comment = CommentToAnswer(**order.comment)
        [scores] = await self.classifier.classify_comments([comment.text])
        return read_comment(comment, scores)


def _describe_variant(variant: CopyVariant, made_by: Mapping[str, int]) -> dict[str, Any]:
    return asdict(variant) | {
        "text": storable(variant.text),
        "is_clean": variant.review.is_clean,
        **made_by,
    }


def _describe_reading(comment: UnderstoodComment | None) -> dict[str, Any]:
    return {"reading": {"mood": comment.mood, "kind": comment.kind}} if comment else {}


def _describe_translation(
    translation: CopyTranslation, findings: Sequence[AdvertisingFinding]
) -> dict[str, Any]:
    return {
        "language": translation.language,
        "text": storable(translation.text),
        "similarity": round(translation.check.similarity, 3),
        "differences": list(translation.check.describe()),
        "is_kept": translation.check.is_kept,
        "findings": [asdict(finding) for finding in findings],
        "model": translation.model,
        "prompt": translation.prompt,
        "tokens": translation.tokens,
    }


def _list_translation_faults(
    translation: CopyTranslation, findings: Sequence[AdvertisingFinding]
) -> Iterator[str]:
    """A sentence on what a translation doesn't keep, and one on places that break the law."""
    if not translation.check.is_kept:
        yield f"{translation.language} 译文和原文不一致：{'；'.join(translation.check.describe())}"
    if findings:
        places = "；".join(f"“{finding.text}”：{finding.title}" for finding in findings)
        yield f"{translation.language} 译文违反广告法或平台规则：{places}"
