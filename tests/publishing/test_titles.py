"""What a list calls a post whose title is its first heading."""

import pytest

from app.publishing.titles import name_item
from app.publishing.values import PictureMessage, PostArticle


@pytest.mark.parametrize(
    ("article", "name"),
    [
        (PostArticle(title="春茶", source="# 别的"), "春茶"),
        (PostArticle(title="", source="引言\n\n# 春茶**上新** #\n\n正文"), "春茶上新"),
        (
            PostArticle(title="", source="<p>a</p><h1 class='x'><b>春茶</b></h1>", format="html"),
            "春茶",
        ),
        (PostArticle(title="", source="## 小标题"), ""),
        (PostArticle(title="", source="#没有空格"), ""),
        (PictureMessage(title="图", text="# 文", pictures=()), "图"),
    ],
)
def test_a_post_is_named_by_title_or_first_heading(
    article: PostArticle | PictureMessage, name: str
) -> None:
    assert name_item(article) == name
