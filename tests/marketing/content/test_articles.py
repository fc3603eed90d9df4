"""Articles: an outline, sections from their own facts, nothing that no fact supports."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.inference.fakes import FakeWriter
from app.inference.ports import GeneratedAnswer, Prompt
from app.marketing.content import templates
from app.marketing.content.article_parts import ArticleParts
from app.marketing.content.brief import Brief
from app.marketing.content.copywriting import CopyTask, CopyVariant, CopyWriting
from app.marketing.content.writing.articles import count_sections, plan_sections
from app.marketing.content.writing.copy_answers import OutlineSection
from app.safety.advertising.rulebook import build_shipped_rulebook

BRIEF = Brief.model_validate(
    {
        "product": "明前龙井",
        "facts": [
            {"name": "产地", "value": "杭州西湖龙井村", "source": "手册"},
            {"name": "采摘", "value": "清明前手工采摘", "source": "手册"},
            {"name": "价格", "value": "50 克 168 元", "source": "价目表"},
        ],
        "channel": "article",
        "industry": "food",
    }
)
OUTLINE = {
    "titles": ["明前龙井的产地和采摘", "全国最好喝的明前龙井"],
    "digest": "产地杭州西湖龙井村，清明前手工采摘。",
    "sections": [
        {"heading": "产地和采摘", "facts": [1, 2]},
        {"heading": "祖传手艺", "facts": [3]},
    ],
}
ORIGIN = "明前龙井，产地杭州西湖龙井村。"
PRICE = "价格 50 克 168 元。"


@dataclass
class ScriptedJsonWriter(FakeWriter):
    """Answers with its values one after another."""

    values: Sequence[object] = ()
    prompts: list[Prompt] = field(default_factory=list)

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        value = self.values[len(self.prompts)]
        self.prompts.append(prompt)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return GeneratedAnswer(text, finished=True, model=self.version)


async def write(*values: object) -> tuple[CopyVariant, list[Prompt]]:
    async def ignore(_steps: int, _total: int) -> None:
        return None

    writer = ScriptedJsonWriter(values=values)
    task = CopyTask(brief=BRIEF, count=1, rulebook=build_shipped_rulebook())
    [variant] = await CopyWriting(writer=writer).write(task, ignore)
    return variant, writer.prompts


async def test_an_article_is_its_sections_under_their_headings() -> None:
    variant, prompts = await write(OUTLINE, {"paragraphs": [ORIGIN]}, {"paragraphs": [PRICE]})

    assert variant.text == f"## 产地和采摘\n\n{ORIGIN}\n\n## 价格\n\n{PRICE}"
    assert variant.article == ArticleParts(
        titles=("明前龙井的产地和采摘",),
        digest="产地杭州西湖龙井村，清明前手工采摘。",
        headings=("产地和采摘", "价格"),
    )
    assert (variant.form, variant.prompt, variant.review.is_clean) == ("article", "article-1", True)
    section_prompts = [prompt.messages[-1].text for prompt in prompts[1:]]
    assert ["168" in text for text in section_prompts] == [False, True]


async def test_a_claim_of_a_section_is_rewritten_or_struck() -> None:
    variant, _ = await write(
        OUTLINE,
        {"paragraphs": [f"{ORIGIN}老茶农三十年手艺。"]},
        {"text": f"{ORIGIN}三十年手艺。"},
        {"paragraphs": [PRICE]},
    )

    assert ORIGIN in variant.text
    assert "三十年" not in variant.text


async def test_a_section_that_is_not_written_lists_its_facts() -> None:
    variant, _ = await write(OUTLINE, "写不出来", "写不出来", {"paragraphs": [PRICE]})

    assert "- 产地：杭州西湖龙井村\n- 采摘：清明前手工采摘" in variant.text


async def test_without_an_outline_the_template_is_given_with_the_reason() -> None:
    variant, _ = await write("写不出来", "写不出来")

    assert variant.model == templates.MODEL
    assert "不是要求的 JSON" in variant.remark


@pytest.mark.parametrize(
    ("numbers", "planned"),
    [
        ([[1, 2], [3]], [[0, 1], [2]]),
        ([[1, 1], [1, 9]], [[0, 2], [1]]),
        ([[], []], [[0, 2], [1]]),
        ([[3, 2, 1], [1]], [[2, 1, 0]]),
    ],
)
def test_each_fact_belongs_to_one_section(
    numbers: list[list[int]], planned: list[list[int]]
) -> None:
    sections = [OutlineSection(heading="节", facts=each) for each in numbers]

    plan = plan_sections(sections, BRIEF.facts)

    assert [[BRIEF.facts.index(fact) for fact in section.facts] for section in plan] == planned


@pytest.mark.parametrize(("length", "sections"), [(200, 2), (800, 3), (5_000, 3)])
def test_longer_articles_have_more_sections_but_no_more_than_facts(
    length: int, sections: int
) -> None:
    assert count_sections(BRIEF.model_copy(update={"length": length})) == sections
