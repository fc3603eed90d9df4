"""Reads posts from rows of the database, and writes them as rows."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter
from sqlalchemy.engine import Row

from app.db.tables import storable
from app.publishing.values import (
    Audience,
    PictureMessage,
    Post,
    PostArticle,
    PostItem,
    PostState,
    TextMessage,
    VersionApproval,
)


def find_article_type(item: Any) -> str:
    """The type of an article as JSON or as a value; rows of version 0.3 have none: news."""
    if isinstance(item, dict):
        return str(item.get("article_type", "news"))
    return str(getattr(item, "article_type", "news"))


_Item = Annotated[
    Annotated[PostArticle, Tag("news")]
    | Annotated[PictureMessage, Tag("newspic")]
    | Annotated[TextMessage, Tag("text")],
    Discriminator(find_article_type),
]
ARTICLES: TypeAdapter[tuple[PostItem, ...]] = TypeAdapter(tuple[_Item, ...])
_AUDIENCE = TypeAdapter(Audience)
_APPROVAL = TypeAdapter(VersionApproval)


def read_post(row: Row[Any]) -> Post:
    """The post of a row of `posts`."""
    return Post(
        id=row.id,
        account=row.account,
        author=row.author,
        articles=ARTICLES.validate_python(row.articles),
        channel=row.channel,
        audience=_AUDIENCE.validate_python(row.audience),
        state=PostState(row.state),
        version=row.version,
        approval=None if row.approval is None else _APPROVAL.validate_python(row.approval),
        scheduled_at=row.scheduled_at,
        sent_at=row.sent_at,
        reason=row.reason,
    )


def write_post(post: Post) -> dict[str, Any]:
    """The columns of `posts` that a step of the lifecycle may change."""
    approval = post.approval
    return {
        "articles": make_storable(ARTICLES.dump_python(post.articles, mode="json")),
        "channel": post.channel,
        "audience": _AUDIENCE.dump_python(post.audience, mode="json"),
        "state": post.state.value,
        "version": post.version,
        "approval": None if approval is None else _APPROVAL.dump_python(approval, mode="json"),
        "scheduled_at": post.scheduled_at,
        "sent_at": post.sent_at,
        "reason": post.reason,
    }


def make_storable(value: Any) -> Any:
    """A JSON value without NUL and lone surrogates, which PostgreSQL refuses in JSONB, too."""
    match value:
        case str():
            return storable(value)
        case dict():
            return {make_storable(name): make_storable(each) for name, each in value.items()}
        case list() | tuple():
            return [make_storable(each) for each in value]
        case _:
            return value
