"""Whatever an editor writes: no finding, no script, no foreign style, in every theme."""

import re

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.publishing.article_html import themes
from app.publishing.article_html.render import render_article
from app.publishing.article_html.values import ArticleSource, SourceFormat

# 40 documents in each of the five themes, of Markdown and of HTML: 400 in all.
FUZZ = settings(max_examples=40, deadline=None, phases=[Phase.generate, Phase.shrink])

WORDS = st.sampled_from([
    "龙井", "明前茶", "“特级”", "（限量）", "约 580 元", "Spring tea", "：", "，", "。", "《茶经》",
    "😀", "a&b", "1.5 kg", "——", "100%",
])  # fmt: skip
PHRASES = st.lists(WORDS, min_size=1, max_size=6).map("".join)
INLINE = st.one_of(
    PHRASES,
    PHRASES.map("**{}**".format),
    PHRASES.map("_{}_".format),
    PHRASES.map("~~{}~~".format),
    PHRASES.map("`{}`".format),
    PHRASES.map("[{}](https://example.com/x?a=1&b=2)".format),
    PHRASES.map("[{}](#anchor)".format),
    PHRASES.map("<b onclick=x()>{}</b>".format),
)
# Marks of two pieces never touch: `**a****b**` has no one reading.
LINES = st.lists(st.tuples(PHRASES, INLINE).map("".join), min_size=1, max_size=3).map(
    lambda pieces: "茶".join([*pieces, ""])
)
BLOCKS = st.one_of(
    LINES,
    LINES.map("# {}".format),
    LINES.map("### {}".format),
    LINES.map("> {}".format),
    st.lists(LINES, min_size=1, max_size=4).map(
        lambda lines: "\n".join(f"{'  ' * at}- {line}" for at, line in enumerate(lines))
    ),
    st.lists(LINES, min_size=1, max_size=3).map(
        lambda lines: "\n".join(f"{at}. {line}" for at, line in enumerate(lines, 1))
    ),
    PHRASES.map("![{}](https://example.com/a.png)".format),
    st.tuples(PHRASES, PHRASES).map(
        lambda cells: "| {} | {} |\n|---|---|\n| 1 | 2 |".format(*cells)
    ),
    PHRASES.map("```python\nx = '{}'  # 注释\n```".format),
    st.just("---"),
    st.just("<script>alert(1)</script>"),
    st.just("<iframe src='https://x.example'></iframe>"),
    st.integers(1, 30).map(lambda depth: "> " * depth + "引用"),
)
MARKDOWN = st.lists(BLOCKS, min_size=1, max_size=8).map("\n\n".join)

STYLES = st.sampled_from([
    "width:900px", "text-align:start", "font-family:SimSun", "line-height:1px", "height:0",
    "color:#fff", "color:#1a1a1a;background:#191919", "background-color:#ffe", "margin:0 200px",
    "position:absolute;left:-9px", "font-size:3px", "color:rgba(0,0,0,.01)", "opacity:0",
    "background:linear-gradient(red,blue)", "color:red !important", "padding:500px",
    "background-color:#fff;color:#fefefe", "color:#000", "background-color:#000",
    "font-size:40px;line-height:1.3", "text-indent:-900px", "letter-spacing:-99px",
])  # fmt: skip
TAGS = st.sampled_from(["p", "div", "section", "span", "blockquote", "h2", "ul", "li", "pre", "td"])


def write_element(tag: str, style: str, children: list[str]) -> str:
    return f'<{tag} style="{style}" onload="x()">{"".join(children)}</{tag}>'


HTML = st.recursive(
    st.one_of(
        PHRASES,
        st.just("<img src='https://example.com/a.webp' width=900 style='opacity:0'>"),
        st.just("<script>x</script>"),
        st.just("<style>p{color:red}</style>"),
        st.just("<table width=900><tr><td width=300>格</td></tr></table>"),
        st.just("<svg><text fill='#000'>x</text></svg>"),
        st.just("<p></p>" * 25),
    ),
    lambda inner: st.builds(write_element, TAGS, STYLES, st.lists(inner, max_size=4)),
    max_leaves=25,
)


def check(text: str, source_format: SourceFormat, theme: str) -> None:
    article = render_article(ArticleSource("开头\n\n" + text, format=source_format, theme=theme))

    assert [finding for finding in article.findings if finding.severity == "error"] == []
    assert not re.search(r"<(script|iframe|style|svg|form)\b| on\w+=| class=| id=", article.content)
    assert "**" not in re.sub(r"<code.*?</code>", "", article.content)


@pytest.mark.parametrize("theme", themes.NAMES)
@FUZZ
@given(text=MARKDOWN)
def test_any_markdown_is_an_article_without_findings(theme: str, text: str) -> None:
    check(text, "markdown", theme)


@pytest.mark.parametrize("theme", themes.NAMES)
@FUZZ
@given(text=HTML)
def test_any_html_is_an_article_without_findings(theme: str, text: str) -> None:
    check(text, "html", theme)
