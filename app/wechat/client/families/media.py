"""Temporary media (three days), and images inside articles."""

from dataclasses import dataclass
from typing import Literal

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.http import Download, FileUpload
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.uploads import (
    ARTICLE_IMAGE,
    TEMPORARY_LIMITS,
    UPLOAD_BUDGET,
    UPLOADS_A_DAY,
    check_upload,
)
from app.wechat.client.request_values.validation import BAD_MEDIA_ID, check_media_id

UPLOAD_MEDIA = PlatformInterface(
    path="/cgi-bin/media/upload",
    title="上传临时素材",
    page="/doc/service/api/material/temporary/api_uploadtempmedia.md",
    daily=UPLOADS_A_DAY,
    shared_budget=UPLOAD_BUDGET,
)
GET_MEDIA = PlatformInterface(
    path="/cgi-bin/media/get",
    title="获取临时素材",
    page="/doc/service/api/material/temporary/api_getmedia.md",
    method="GET",
    daily=200_000,
    repeatable=True,
)
GET_VOICE = PlatformInterface(
    path="/cgi-bin/media/get/jssdk",
    title="获取高清语音素材",
    page="/doc/service/api/material/temporary/api_gethdvoice.md",
    method="GET",
    daily=200_000,
    shared_budget="/cgi-bin/media/get",
    accounts="verified",
    repeatable=True,
)
UPLOAD_ARTICLE_IMAGE = PlatformInterface(
    path="/cgi-bin/media/uploadimg",
    title="上传图文消息图片",
    page="/doc/service/api/material/permanent/api_uploadimage.md",
    daily=UPLOADS_A_DAY,
    shared_budget=UPLOAD_BUDGET,
)

MediaKind = Literal["image", "voice", "video", "thumb"]


class _UploadedMedia(PlatformAnswer):
    """As the platform answers: a thumbnail's id has a name of its own."""

    type: str
    created_at: int
    media_id: str = ""
    thumb_media_id: str = ""


@dataclass(frozen=True, slots=True)
class TemporaryMedia:
    """An uploaded file; `media_id` is valid for three days from `created_at` (s since 1970)."""

    kind: str
    media_id: str
    created_at: int


class ArticleImage(PlatformAnswer):
    """An image that articles may show; it doesn't count as material."""

    url: str


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """Files that messages name by media_id."""

    client: PlatformClient

    async def upload(self, account: Account, kind: MediaKind, file: FileUpload) -> TemporaryMedia:
        """Upload a file for messages of the next three days.

        Page: /doc/service/api/material/temporary/api_uploadtempmedia.md; image 10 MB (jpg, png,
        gif), voice 2 MB (amr, mp3), video 10 MB (mp4), thumb 64 KB (jpg); 100,000 uploads a day.
        Raises InvalidField: 41005, 45001, 40005.
        """
        check_upload("media", file, TEMPORARY_LIMITS[kind])
        answer = await self.client.call(
            account, UPLOAD_MEDIA, _UploadedMedia, query={"type": kind}, upload=file
        )
        media_id = answer.media_id or answer.thumb_media_id
        return TemporaryMedia(answer.type, media_id, answer.created_at)

    async def download(self, account: Account, media_id: str) -> Download | str:
        """The file, or for a video the address from which it may be loaded.

        Page: /doc/service/api/material/temporary/api_getmedia.md; 200,000 a day. Raises ApiError:
        40007 for a media_id older than three days.
        """
        check_media_id("media_id", media_id)
        query = {"media_id": media_id}
        answer = await self.client.download(account, GET_MEDIA, query=query)
        if isinstance(answer, Download):
            return answer
        if not isinstance(answer.get("video_url"), str):
            raise ApiError(None, f"{GET_MEDIA.path} answered neither a file nor a video")
        return str(answer["video_url"])

    async def download_voice(self, account: Account, media_id: str) -> Download:
        """A recording of JS-SDK as speex with 16,000 samples a second.

        Page: /doc/service/api/material/temporary/api_gethdvoice.md; 200,000 a day. Raises
        ApiError: 40007.
        """
        check_media_id("media_id", media_id)
        query = {"media_id": media_id}
        answer = await self.client.download(account, GET_VOICE, query=query)
        if not isinstance(answer, Download):
            raise InvalidField("media_id", "must be of a recording of JS-SDK", BAD_MEDIA_ID)
        return answer

    async def upload_article_image(self, account: Account, file: FileUpload) -> ArticleImage:
        """Upload an image for the content of articles.

        Page: /doc/service/api/material/permanent/api_uploadimage.md; jpg or png of at most 1 MB;
        100,000 uploads a day. Raises InvalidField: 41005, 45001, 40005.
        """
        check_upload("media", file, ARTICLE_IMAGE)
        return await self.client.call(account, UPLOAD_ARTICLE_IMAGE, ArticleImage, upload=file)
