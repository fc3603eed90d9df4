"""Dark mode: backgrounds darken, text stays readable."""

import pytest

from app.publishing.article_html import themes
from app.publishing.article_html.colors import (
    DARK_PAGE,
    LIGHT_PAGE,
    Colors,
    convert_background,
    convert_text,
    parse_color,
)
from app.publishing.article_html.dark_mode import iter_colors, render_dark
from app.publishing.article_html.preview import make_preview_page
from app.publishing.article_html.render import render_article
from app.publishing.article_html.trees import parse_fragment
from app.publishing.article_html.values import ArticleSource

SOURCE = """# 题

**重点** `码` [链接](https://mp.weixin.qq.com/s/a) [外链](https://a.example)

## 小标题

### 三级

> 引用

| 表 | 头 |
|---|---|
| 一 | 二 |

```python
def brew(grams: int) -> str:  # 注释
    return "水" * 3
```

- 项 ![图](a.png "说明")
"""


@pytest.mark.parametrize(
    ("value", "color"),
    [
        ("#1b4f9c", (27, 79, 156)),
        ("#FFF", (255, 255, 255)),
        ("rgb(1, 2, 3)", (1, 2, 3)),
        ("rgba(0,0,0,0.5)", (128, 128, 128)),
        ("rgb(0 0 0 / 50%)", (128, 128, 128)),
        ("red", (255, 0, 0)),
        ("transparent", None),
        ("#12", None),
        ("1px", None),
    ],
)
def test_css_colours_are_read(value: str, color: tuple[int, int, int] | None) -> None:
    css_color = parse_color(value)

    assert (css_color and css_color.over(LIGHT_PAGE)) == color


def test_a_white_page_becomes_wechats_dark_page() -> None:
    assert convert_background(LIGHT_PAGE) == DARK_PAGE


def test_text_keeps_its_colour_where_it_can_be_read() -> None:
    assert convert_text((255, 200, 0), DARK_PAGE) == (255, 200, 0)
    assert convert_text((255, 255, 255), DARK_PAGE) == (255, 255, 255)


def test_dark_text_becomes_lighter_on_a_dark_page() -> None:
    text = convert_text((0, 0, 0), DARK_PAGE)

    assert text == (230, 230, 230)  # HSL lightness 90 %
    assert Colors(text, DARK_PAGE).contrast > 10


@pytest.mark.parametrize("theme", themes.NAMES)
def test_every_theme_can_be_read_in_both_looks(theme: str) -> None:
    root = parse_fragment(render_article(ArticleSource(SOURCE, theme=theme)).content)

    for element, light, dark in iter_colors(root):
        if (element.text or "").strip():
            assert light.contrast >= 3.0, (element.text, light)
            assert dark.contrast >= 2.0, (element.text, dark)


def test_the_preview_has_the_bytes_of_the_draft_and_both_looks() -> None:
    article = render_article(ArticleSource(SOURCE, theme="blue"))

    page = make_preview_page("茶 <b>", "回音", article.content)

    assert article.content in page
    assert render_dark(article.content) in page
    assert "茶 &lt;b&gt;" in page
    assert "<script" not in page
