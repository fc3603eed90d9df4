"""What the renderer makes of an editor's Markdown and HTML."""

import pytest

from app.publishing.article_html import themes
from app.publishing.article_html.markdown import to_html
from app.publishing.article_html.render import MAX_SOURCE, ArticleTooLong, render_article
from app.publishing.article_html.trees import parse_fragment, text_of
from app.publishing.article_html.values import ArticleSource, Finding


def render(text: str, theme: str = "plain") -> str:
    return render_article(ArticleSource(text, theme=theme)).content


def text(source: str) -> str:
    return text_of(parse_fragment(render(source)))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("今年的龙井\n到店了，**快来**\n尝尝", "今年的龙井到店了，<strong>快来</strong>尝尝"),
        ("结尾。\n“引号”", "结尾。“引号”"),
        ("中文\nEnglish", "中文\nEnglish"),
        ("hello\nworld", "hello\nworld"),
        ("he said “a”\n“b”", "he said “a”\n“b”"),
    ],
)
def test_lines_of_chinese_join_without_a_space(source: str, html: str) -> None:
    assert to_html(source) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("**重点：**看产地", "重点："),
        ("他说**“你好”**了", "“你好”"),
        ("这是**（注意）**事项", "（注意）"),
        ("价格**¥580。**包邮", "¥580。"),
        ("**《茶经》**，陆羽著", "《茶经》"),
        ("买**2斤**，送茶杯", "2斤"),
    ],
)
def test_bold_beside_chinese_punctuation_is_bold(source: str, bold: str) -> None:
    content = render(source)

    assert f">{bold}</strong>" in content
    assert "**" not in content


@pytest.mark.parametrize("source", ["2 ** 3", "138****1234", "5*3*2"])
def test_asterisks_that_are_no_marks_stay(source: str) -> None:
    assert text(source) == source


def test_the_first_heading_is_the_title_and_leaves_the_body() -> None:
    article = render_article(ArticleSource("# 春茶上新\n\n正文\n\n# 第二章"))

    assert article.title == "春茶上新"
    assert text_of(parse_fragment(article.content)) == "正文 第二章"
    assert "<h1" not in article.content


def test_outside_links_and_footnotes_are_numbered_as_they_are_met() -> None:
    source = (
        "见[官网](https://tea.example/a)与旧文[^1]，再看[官网](https://tea.example/a)。\n\n"
        "[往期](https://mp.weixin.qq.com/s/abc) https 原文 [https://b.example](https://b.example)"
        "\n\n[^1]: 2025 年第 3 期"
    )

    assert text(source) == (
        "见官网[1]与旧文[2]，再看官网[1]。 往期 https 原文 https://b.example "
        "注释与链接 [1] 官网：https://tea.example/a [2] 2025 年第 3 期"
    )
    assert render(source).count("<a ") == 1  # the article of WeChat itself


def test_nested_lists_are_sections_with_their_markers() -> None:
    source = "3. 明前\n   - 芽头嫩\n     - 香气清雅\n4. 雨前\n\n- [x] 已采\n- [ ] 待采"

    assert text(source) == "3. 明前 • 芽头嫩 • 香气清雅 4. 雨前 ☑ 已采 ☐ 待采".replace(
        "• 芽头嫩 • 香气清雅", "◦ 芽头嫩 ▪ 香气清雅"
    )
    assert not any(f"<{tag}" in render(source) for tag in ("ul", "ol", "li", "input"))


def test_code_wraps_and_keeps_its_indentation() -> None:
    content = render("```python\nif a:\n    return  1\n```")

    assert "<pre" not in content
    assert "<br>" in content
    assert "\xa0\xa0\xa0\xa0" in content


def test_an_image_that_stands_alone_has_a_caption() -> None:
    article = render_article(
        ArticleSource('![干茶](a.jpg "特级龙井的干茶")\n\n图![小](b.png)在句中')
    )

    assert article.image_sources == ("a.jpg", "b.png")
    assert text_of(parse_fragment(article.content)) == "特级龙井的干茶 图在句中"


def test_scripts_frames_and_styles_of_html_are_gone_and_told() -> None:
    source = (
        "<style>p{color:#b3261e}</style><script>steal()</script><iframe src='//x'></iframe>"
        "<p onclick='x()' id='a' class='b'>正文</p><a href='javascript:x()'>点</a>"
    )

    article = render_article(ArticleSource(source, format="html"))

    assert [finding.place for finding in article.findings] == ["<script>", "<iframe>"]
    assert {finding.severity for finding in article.findings} == {"warning"}
    assert "color: #b3261e" in article.content
    for foreign in ("script", "iframe", "onclick", "id=", "class=", "steal"):
        assert foreign not in article.content


def test_styles_that_the_editor_breaks_are_repaired() -> None:
    source = (
        '<div style="width: 900px; text-align: start; line-height: 4px; color: red !important;'
        ' font-family: SimSun; margin-left: 200px">长文字</div>'
    )

    article = render_article(ArticleSource(source, format="html"))

    assert article.findings == ()
    assert "text-align: left" in article.content
    for broken in ("900px", "start", "4px;color", "important", "SimSun", "200px"):
        assert broken not in article.content


def test_an_unknown_theme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(themes.UnknownTheme, match=r"没有名为“neon”的主题.*plain（简洁）"):
        render("正文", "neon")


def test_a_source_beyond_any_article_is_refused() -> None:
    with pytest.raises(ArticleTooLong, match="200,001 个字符"):
        render("茶" * (MAX_SOURCE + 1))


@pytest.mark.parametrize("source", ["", "   \n", "# 只有标题", "<!-- 注释 -->"])
def test_an_empty_body_is_a_finding(source: str) -> None:
    findings = render_article(ArticleSource(source)).findings

    assert findings == (Finding("empty", "", "正文是空的，请写点内容再发布。"),)


def test_generated_text_carries_the_label_of_the_law() -> None:
    article = render_article(ArticleSource("# 题\n\n正文", ai_generated=True))

    assert text_of(parse_fragment(article.content)) == "正文 内容由AI生成"


def test_the_same_source_gives_the_same_bytes() -> None:
    source = "# 题\n\n**重点：**[链接](https://a.example) `码`\n\n- 一\n- 二"

    assert render(source, "ink") == render(source, "ink")
