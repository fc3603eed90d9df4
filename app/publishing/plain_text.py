"""What people read of a post, without markup."""

from app.publishing.article_html import markdown
from app.publishing.article_html.sanitize import remove_unsendable, sanitize
from app.publishing.article_html.trees import lines_of, parse_fragment
from app.publishing.images.embedded import take_embedded
from app.publishing.values import Post, PostArticle, PostItem, TextMessage


def read_text(post: Post) -> str:
    """Titles, digests and bodies of all articles, a line for each heading and paragraph."""
    return "\n".join(line for item in post.articles for line in _list_lines(item) if line)


def _list_lines(item: PostItem) -> tuple[str, ...]:
    if isinstance(item, TextMessage):
        return (item.text.strip(),)
    title = item.title.strip()
    if isinstance(item, PostArticle):
        return title, item.digest.strip(), _read_source(item)
    return title, item.text.strip()


def _read_source(article: PostArticle) -> str:
    source, _ = take_embedded(article.source)
    text = remove_unsendable(source)
    html, _ = sanitize(markdown.to_html(text) if article.format == "markdown" else text)
    return lines_of(parse_fragment(html))
