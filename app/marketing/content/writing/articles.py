"""Writes an article from a brief: an outline, then its sections one by one.

Each section is written from its own facts and mended for itself. A title, a digest or a heading
that claims what no fact supports is replaced by one filled from the brief.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from app.inference.json_answers import UnusableAnswer
from app.inference.ports import Writer
from app.marketing.content import templates
from app.marketing.content.article_parts import ArticleParts
from app.marketing.content.brief import LENGTHS, Brief, BriefFact, Channel
from app.marketing.content.notices import add_notices
from app.marketing.content.review import review_text
from app.marketing.content.wording.facts import join_labels
from app.marketing.content.writing.article_prompts import render_outline, render_section
from app.marketing.content.writing.asking import ask_for_copy
from app.marketing.content.writing.copy_answers import OutlineAnswer, OutlineSection, SectionAnswer
from app.marketing.content.writing.mending import CopyMender
from app.marketing.content.writing.trimming import clean_text
from app.safety.advertising.rulebook import AdvertisingRulebook

log = structlog.get_logger()

SECTION_LENGTH = 250  # characters, about: an article of 800 has three sections
FEWEST_SECTIONS, MOST_SECTIONS = 2, 5
OUTLINE_LENGTH = 400  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenArticle:
    """An article in Markdown, without its title."""

    text: str
    parts: ArticleParts
    model: str
    tokens: int
    seed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSection:
    """A section with the facts that it is written from."""

    heading: str
    facts: tuple[BriefFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWriter:
    """Writes articles from one brief."""

    writer: Writer
    brief: Brief
    rulebook: AdvertisingRulebook
    style: tuple[str, ...] = ()

    async def write(self, seed: int) -> WrittenArticle:
        """An article. Raises Unavailable, TimedOut, and UnusableAnswer without an outline."""
        count = count_sections(self.brief)
        prompt = render_outline(self.brief, count, self.style)
        outline = await ask_for_copy(self.writer, prompt, OutlineAnswer, OUTLINE_LENGTH, seed)
        titles = self._choose_titles(outline.value.titles)
        sections = plan_sections(outline.value.sections, self.brief.facts)
        texts, tokens, headings = [], outline.tokens, []
        for at, section in enumerate(sections):
            heading = self._choose_heading(section)
            text, used = await self._write_section(section, titles[0], heading, seed + at)
            texts.append(f"## {heading}\n\n{text}")
            headings.append(heading)
            tokens += used
        parts = ArticleParts(
            titles=titles,
            digest=self._choose_line("digest", outline.value.digest),
            headings=tuple(headings),
        )
        return WrittenArticle(
            text=add_notices("\n\n".join(texts), self.brief), parts=parts, model=outline.model,
            tokens=tokens, seed=outline.seed,
        )  # fmt: skip

    async def _write_section(
        self, section: PlannedSection, title: str, heading: str, seed: int
    ) -> tuple[str, int]:
        """A section's paragraphs and their tokens; its facts as they are where none are written."""
        length = max(60, self.brief.characters // count_sections(self.brief))
        changes = {"must": (), "length": length}
        brief = self.brief.model_copy(update=changes | {"facts": section.facts})
        prompt = render_section(brief, title, heading, self.style)
        try:
            answer = await ask_for_copy(self.writer, prompt, SectionAnswer, 2 * length, seed)
        except UnusableAnswer as error:
            log.warning("section_not_written", why=str(error))
            return _list_facts(section), 0
        # All facts of the brief may be stated, those of other sections, too.
        mender = CopyMender(
            writer=self.writer, brief=self.brief.model_copy(update=changes),
            rulebook=self.rulebook, is_whole=False,
        )  # fmt: skip
        mended = await mender.mend(clean_text(answer.value.join_text(), brief))
        return mended.text or _list_facts(section), answer.tokens + mended.tokens

    def _choose_titles(self, titles: Sequence[str]) -> tuple[str, ...]:
        """The titles with nothing to mend, each once; one filled from the brief without any."""
        clean = [title for title in titles if self._choose_line("title", title) == title]
        return tuple(dict.fromkeys(clean)) or (self._choose_line("title", ""),)

    def _choose_line(self, channel: Channel, line: str) -> str:
        brief = self.brief.model_copy(update={"channel": channel, "must": (), "length": None})
        text = add_notices(clean_text(line, brief), brief)
        if text and review_text(text, brief, self.rulebook).is_clean:
            return text
        return templates.fill_templates(brief)[0][: LENGTHS[channel][1]]

    def _choose_heading(self, section: PlannedSection) -> str:
        brief = self.brief.model_copy(update={"channel": "title", "must": (), "length": None})
        heading = clean_text(section.heading, brief)
        if heading and review_text(heading, brief, self.rulebook).is_clean:
            return heading
        return join_labels(section.facts[:3], self.brief.language)


def count_sections(brief: Brief) -> int:
    """Sections of an article: by its length, and no more than facts."""
    by_length = round(brief.characters / SECTION_LENGTH)
    return max(FEWEST_SECTIONS, min(MOST_SECTIONS, by_length, len(brief.facts)))


def plan_sections(
    sections: Sequence[OutlineSection], facts: Sequence[BriefFact]
) -> list[PlannedSection]:
    """Sections with their facts: a fact belongs to the first section that lists it, one that none
    lists to the section with the fewest. Sections without any fact are left out.
    """
    assigned: list[list[int]] = [[] for _ in sections]
    assigned_numbers: set[int] = set()
    for at, section in enumerate(sections):
        numbers = [
            n for n in dict.fromkeys(section.facts) if n <= len(facts) and n not in assigned_numbers
        ]
        assigned[at] = numbers
        assigned_numbers |= {*numbers}
    for number in range(1, len(facts) + 1):
        if number not in assigned_numbers:
            min(assigned, key=len).append(number)
    return [
        PlannedSection(heading=section.heading, facts=tuple(facts[n - 1] for n in numbers))
        for section, numbers in zip(sections, assigned, strict=True)
        if numbers
    ]


def _list_facts(section: PlannedSection) -> str:
    return "\n".join(f"- {fact.name}：{fact.value}" for fact in section.facts)
