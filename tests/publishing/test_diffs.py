"""The diffs of two versions of a post."""

from dataclasses import replace

from app.publishing.diffs import FieldDiff, compare_articles
from tests.publishing.factories import ARTICLE


def test_each_changed_field_has_a_diff() -> None:
    after = replace(ARTICLE, title="春茶到店", source="# 春茶上新\n\n今年的龙井到店了。")

    assert compare_articles((ARTICLE,), (after,)) == [
        FieldDiff(1, "title", "--- \n+++ \n@@ -1 +1 @@\n-春茶上新\n+春茶到店"),
        FieldDiff(
            1, "source",
            "--- \n+++ \n@@ -1,3 +1,3 @@\n # 春茶上新\n \n"
            "-今年的龙井**到店**了。\n+今年的龙井到店了。",
        ),
    ]  # fmt: skip


def test_an_article_that_was_added_or_removed_is_a_diff_of_its_fields() -> None:
    added = [diff.field for diff in compare_articles((), (ARTICLE,))]
    removed = [diff.field for diff in compare_articles((ARTICLE,), ())]

    assert added == removed == ["title", "source", "article_type", "format", "theme"]


def test_an_embedded_image_is_abbreviated() -> None:
    cover = "data:image/png;base64," + "A" * 5000

    [diff] = compare_articles((ARTICLE,), (replace(ARTICLE, cover=cover),))

    expected = "--- \n+++ \n@@ -0,0 +1 @@\n+data:image/png;base64," + "A" * 64 + "…"
    assert diff == FieldDiff(1, "cover", expected)
