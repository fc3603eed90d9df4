"""The title by which people tell posts apart, without rendering them."""

import re

from app.publishing.values import PostArticle, PostItem, TextMessage

_HEADINGS = {
    "markdown": re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE),
    "html": re.compile(r"<h1[^>]*>(.*?)</h1>", re.IGNORECASE | re.DOTALL),
}
_TAG = re.compile(r"<[^>]*>")
_SIGNS = str.maketrans("", "", "*_`")
LONGEST = 64  # characters that a list shows


def name_item(item: PostItem) -> str:
    """The title, or the first heading, which becomes the title; "" where there is neither.

    Of a text message: how it begins.
    """
    if isinstance(item, TextMessage):
        return item.text.strip().split("\n")[0][:LONGEST]
    if item.title or not isinstance(item, PostArticle):
        return item.title
    heading = _HEADINGS[item.format].search(item.source)
    return _TAG.sub("", heading[1]).translate(_SIGNS).strip()[:LONGEST] if heading else ""
