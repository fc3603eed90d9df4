"""Sources that attack the renderer, or that other tools write in ways of their own."""

import pytest

from app.publishing.article_html.dark_mode import MIN_READABLE, iter_colors
from app.publishing.article_html.render import render_article
from app.publishing.article_html.sanitize import MAX_DEPTH, TooDeep
from app.publishing.article_html.trees import parse_fragment, text_of
from app.publishing.article_html.values import ArticleSource, SourceFormat


def render(text: str, source_format: SourceFormat = "html") -> str:
    article = render_article(ArticleSource(text, format=source_format))
    assert [finding for finding in article.findings if finding.severity == "error"] == []
    return article.content


def text(source: str, source_format: SourceFormat = "html") -> str:
    return text_of(parse_fragment(render(source, source_format)))


@pytest.mark.parametrize("tags", ["<div>", "<ul><li>", "<b><i>", "<p><span>"])
def test_deep_nesting_is_refused_before_a_parser_overflows(tags: str) -> None:
    with pytest.raises(TooDeep, match=f"超过 {MAX_DEPTH} 层"):
        render(tags * 20_000 + "x")


def test_the_deepest_allowed_nesting_keeps_its_text() -> None:
    depth = MAX_DEPTH - 1

    assert text("<p>前</p>" + "<div>" * depth + "<p>深处</p>" + "</div>" * depth + "<p>后</p>") == (
        "前 深处 后"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example\\@mp.weixin.qq.com/",
        "https://user@mp.weixin.qq.com/s/a",
        "https://mp.weixin.qq.com:8443/s/a",
        "DATA://mp.weixin.qq.com/,x",
        " data://mp.weixin.qq.com/,x",
        "mailto://mp.weixin.qq.com/",
        "javascript://mp.weixin.qq.com/%0aalert(1)",
    ],
)
def test_only_plain_addresses_of_wechat_can_be_tapped(address: str) -> None:
    assert "<a " not in render(f'<p>见<a href="{address}">这里</a></p>')


@pytest.mark.parametrize(
    "address", ["DATA:text/html,x", "data:image/svg+xml;base64,AA", " data:text/html,x"]
)
def test_data_that_is_no_picture_is_no_image(address: str) -> None:
    assert "<img" not in render(f'<p>图<img src="{address}"></p>')


def test_characters_that_no_article_can_carry_are_left_out() -> None:
    assert text("<p>龙\ud800井\x01茶\x0b\ufffe</p>") == "龙井茶"


def test_rules_at_the_top_are_no_front_matter() -> None:
    assert text("---\n\n导语\n\n---\n\n后文", "markdown") == "导语 后文"
    assert text("---\ntitle: 题\ntags:\n- 茶\n---\n正文", "markdown") == "正文"


def test_asterisks_of_code_are_code() -> None:
    assert text("调用 `f(**kwargs)`\n\n```python\nf(**kwargs)\n```", "markdown") == (
        "调用 f(**kwargs) f(**kwargs)"
    )


def test_images_in_a_row_are_figures_with_their_captions() -> None:
    content = render('![一](a.png) ![二](b.png "题")\n', "markdown")

    assert text_of(parse_fragment(content)) == "一 题"
    assert "<p></p>" not in content.replace(' style="margin: 0 0 16px;"', "")


def test_a_box_belongs_to_its_own_item() -> None:
    assert text("- b\n  - [x] c", "markdown") == "• b ☑ c"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<pre>a<br>b</pre>", "a b"),
        ("<pre><ol><li>int a;</li><li>int b;</li></ol></pre>", "int a; int b;"),
    ],
)
def test_code_of_other_editors_keeps_its_lines(source: str, lines: str) -> None:
    assert text(source) == lines


@pytest.mark.parametrize(
    "style",
    [
        "background:#c00;color:#fff",
        "background:linear-gradient(90deg, #c00, #900);color:white",
        "background-color:crimson;color:hsl(0, 0%, 100%)",
        "background-color:#e00000ff;color:#fff",
        "color:#fff",
        "background-color:black",
    ],
)
@pytest.mark.parametrize("inner", ["促销", "<strong>促销</strong>", "<h2>促销</h2>"])
def test_text_of_any_editor_can_be_read_in_both_looks(style: str, inner: str) -> None:
    root = parse_fragment(render(f'<section style="{style}">{inner}</section>'))

    contrasts = [
        min(light.contrast, dark.contrast)
        for element, light, dark in iter_colors(root)
        if (element.text or "").strip()
    ]
    assert contrasts
    assert min(contrasts) >= MIN_READABLE


def test_pictures_of_wechats_own_editor_are_kept() -> None:
    address = "https://mmbiz.qpic.cn/mmbiz_png/a/640"

    assert f'src="{address}"' in render(f'<p><img class="rich_pages" data-src="{address}"></p>')


def test_notes_of_other_tools_are_kept() -> None:
    source = '<p>正文</p><section class="footnotes"><ol><li>来源</li></ol></section>'

    assert text(source) == "正文 1. 来源"


def test_the_digest_is_the_text_without_notes() -> None:
    article = render_article(ArticleSource("见[官网](https://tea.example)。"))

    assert article.digest == "见官网。"
