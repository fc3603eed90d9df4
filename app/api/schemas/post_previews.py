"""Bodies of the endpoints that show what posts will look like: checks, previews, HTML to paste."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.api.schemas.post_articles import Articles
from app.api.schemas.posts import EXAMPLE


class CheckArticlesRequest(BaseModel):
    """Articles to check; nothing is stored or sent."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{key: EXAMPLE[key] for key in ("account", "articles")}]}
    )
    account: str = "default"
    articles: Articles


class PhonePreviewRequest(BaseModel):
    """Whose phone shows the preview: a 微信号 that follows the account."""

    account: str = "default"
    wechat_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class PhonePreviewResponse(BaseModel):
    """Who got the preview."""

    sent_to: str


class FindingResponse(BaseModel):
    """Something that the platform or a reader would reject; an `error` keeps it from being sent."""

    rule: str
    place: str
    message: str
    severity: Literal["error", "warning"]


class CheckedArticleResponse(BaseModel):
    """An article as it would be sent: `content` is the platform's HTML."""

    title: str
    digest: str
    content: str
    findings: list[FindingResponse]


class CheckArticlesResponse(BaseModel):
    """The articles in their order."""

    articles: list[CheckedArticleResponse]


class ExportResponse(BaseModel):
    """What a person pastes into the editor of the platform's console.

    `content` is HTML, of a picture message its text. `findings` are those of `/posts/check`, but
    for images.
    """

    title: str
    content: str
    pictures: list[str]  # of a picture message: what to upload there, in order
    findings: list[FindingResponse]
    advice: str
