"""Style notes, tone and voice change what templates can count, and nothing else."""

import pytest

from app.marketing.content.brief import Brief
from app.marketing.content.template_articles import fill_articles
from app.marketing.content.templates import fill_templates
from app.marketing.content.wording.style import TemplateStyle, read_style

FACTS = [
    {"name": "产地", "value": "杭州", "source": "手册"},
    {"name": "价格", "value": "168 元", "source": "手册"},
    {"name": "规格", "value": "50 克", "source": "手册"},
]
BRIEF = Brief.model_validate({"product": "龙井", "channel": "broadcast", "facts": FACTS})


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        ((), "您好，来看看龙井吧！售价 168 元，产自杭州。有问题请回复我们。"),
        (("不用感叹号",), "您好，来看看龙井吧。售价 168 元，产自杭州。有问题请回复我们。"),
        (("称呼写“你”",), "你好，来看看龙井吧！售价 168 元，产自杭州。有问题请回复我们。"),
        (("写得再短一些",), "您好，来看看龙井吧！售价 168 元。有问题请回复我们。"),
        (
            ("写得再充实一些",),
            "您好，来看看龙井吧！售价 168 元，产自杭州，规格 50 克。有问题请回复我们。",
        ),
        (
            ("可以用表情", "落款写“祝好”"),
            "您好，来看看龙井吧！售价 168 元，产自杭州。有问题请回复我们。\n祝好 😊",
        ),
        (("开头写“茶友好”",), "茶友好，来看看龙井吧！售价 168 元，产自杭州。有问题请回复我们。"),
        (
            ("“有问题”改成“想问什么”",),
            "您好，来看看龙井吧！售价 168 元，产自杭州。想问什么请回复我们。",
        ),
        (("不写“来看看”",), "您好！向您介绍龙井。售价 168 元，产自杭州。"),
    ],
)
def test_a_note_changes_the_text(notes: tuple[str, ...], text: str) -> None:
    assert fill_templates(BRIEF, notes=notes)[0] == text


@pytest.mark.parametrize(
    "note", ["不用“你”，用您", "写得有温度", "多讲故事", "多用数字", "No slang", "少用成语", "亲切"]
)
def test_other_notes_change_nothing(note: str) -> None:
    assert fill_templates(BRIEF, notes=(note,)) == fill_templates(BRIEF)


def test_notes_go_before_the_tone_and_the_tone_before_the_voice() -> None:
    lively = BRIEF.model_copy(update={"tone": "活泼俏皮", "voice": ("您好。", "欢迎您来。")})

    by_tone, by_note = read_style(lively, ()), read_style(lively, ("称呼用您", "不用感叹号"))

    assert (by_tone.is_casual, by_tone.exclaims) == (True, True)
    assert (by_note.is_casual, by_note.exclaims) == (False, False)
    assert read_style(BRIEF, ()) == TemplateStyle()


def test_a_sober_tone_exclaims_nowhere() -> None:
    brief = BRIEF.model_copy(update={"tone": "正式", "channel": "welcome"})

    assert [text for text in fill_templates(brief) if "！" in text] == []


def test_facts_are_never_reworded() -> None:
    facts = [{"name": "标语", "value": "您的茶！您说了算", "source": "手册"}]
    content = {"product": "您好茶", "channel": "moments", "facts": facts}

    texts = fill_templates(Brief.model_validate(content), notes=("称呼用你", "不用感叹号"))

    assert all("您好茶" in text and "您的茶！您说了算" in text for text in texts)


def test_an_article_is_in_the_accounts_style_and_ends_with_its_words() -> None:
    brief = BRIEF.model_copy(update={"channel": "article"})

    article = fill_articles(brief, ("称呼用你", "结尾写“我们下周见”"))[0]

    assert article.text.startswith("你好，今天向你介绍龙井。")
    assert article.text.endswith("我们下周见")


def test_words_to_avoid_leave_a_text_where_all_lines_have_them() -> None:
    texts = fill_templates(BRIEF, notes=("不写“龙井”", "不写“，”", "不写“<”", "不写“。”"))

    assert texts == fill_templates(BRIEF)
