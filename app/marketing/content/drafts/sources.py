"""Finds a generated text in the result of a marketing job. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Refusal
from app.marketing.content.templates import MODEL_PREFIX
from app.marketing.jobs.values import MarketingJob

_STATES = {"queued": "waits", "running": "is running", "failed": "has failed"}
# What is kept of a variant beside its text and review; later fields, such as a seed, come along.
_TEXT_FIELDS = frozenset({"text", "review", "is_clean"})


class UnknownVariant(Refusal):
    """The job has no variant of this number."""

    status = 404
    name = "unknown_variant"


class JobNotDone(Refusal):
    """The job has no texts: it waits, is running, or has failed."""

    status = 409
    name = "job_not_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedText:
    """A text of a job, its review as JSON, and what made it."""

    text: str
    review: dict[str, Any]
    origin: dict[str, Any]

    @property
    def title(self) -> str:
        """The first of an article's titles; "" where none was written."""
        return next(iter(self._article.get("titles", [])), "")

    @property
    def digest(self) -> str:
        """An article's digest; "" where none was written."""
        return str(self._article.get("digest", ""))

    @property
    def _article(self) -> Mapping[str, Any]:
        return self.origin.get("article") or {}

    @property
    def is_written(self) -> bool:
        """Whether a language model wrote it, and no template."""
        return not str(self.origin.get("model")).startswith(MODEL_PREFIX)


def find_variant(job: MarketingJob, number: int) -> GeneratedText:
    """The variant of a job that writes copy, counted from 1. Raises JobNotDone, UnknownVariant."""
    if job.state != "done":
        raise JobNotDone(
            f"the job {_STATES[job.state]}: {job.reason or 'read it again later'}",
            chinese=f"这个任务没有可用的结果：{job.reason or '请等它完成'}",
        )
    variants = job.result.get("variants", [])
    if not 1 <= number <= len(variants):
        raise UnknownVariant(
            f"the job has {len(variants)} variants, and none of number {number}",
            chinese=f"这个任务有 {len(variants)} 个文案，没有第 {number} 个",
        )
    variant = variants[number - 1]
    made_by = {name: value for name, value in variant.items() if name not in _TEXT_FIELDS}
    return GeneratedText(
        text=variant["text"],
        review=variant["review"],
        origin={"job": job.id, "variant": number, **made_by},
    )
