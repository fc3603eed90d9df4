"""Temporary media, which live three days, and pictures for articles.

Pages: /doc/subscription/api/material/temporary/api_uploadtempmedia.html, api_getmedia.html,
api_gethdvoice.html; /doc/subscription/api/material/permanent/api_uploadimage.html.
"""

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.errcodes import refuse_unless
from app.simulator.gateway.routing import (
    OK,
    Answer,
    Call,
    Family,
    FileAnswer,
    Interface,
    UploadedFile,
)
from app.simulator.publishing.media_store import (
    PICTURE_HOST,
    TEMPORARY_SECONDS,
    MediaStore,
    StoredFile,
    check_article_picture,
    check_media,
)

UPLOADS = Budget("/cgi-bin/media/upload", a_day=100_000)  # shared by all that upload
DOWNLOADS = Budget("/cgi-bin/media/get", a_day=200_000)
MEDIA_TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp",
    "amr": "audio/amr", "wma": "audio/x-ms-wma", "mp3": "audio/mpeg", "wav": "audio/wav",
    "mp4": "video/mp4",
}  # fmt: skip


def upload_media(call: Call) -> Answer:
    """Keep a file for three days."""
    stored = build_file(call, call.query.get("type", ""))
    stored.expires_at = call.now + TEMPORARY_SECONDS
    media_id = call.account.next_id("media")
    call.account.store(MediaStore).files[media_id] = stored
    name = "thumb_media_id" if stored.kind == "thumb" else "media_id"
    return {"type": stored.kind, name: media_id, "created_at": stored.created_at, "item": []}


def get_media(call: Call) -> Answer:
    """A file; of a video its address."""
    stored = _find_media(call)
    if stored.kind == "video":
        return {"video_url": stored.url}
    return answer_file(stored)


def get_hd_voice(call: Call) -> Answer:
    """A voice that a page's JS-SDK uploaded."""
    stored = _find_media(call)
    refuse_unless(stored.kind == "voice", 40007)
    return answer_file(stored)


def upload_article_picture(call: Call) -> Answer:
    """The address of a picture for the content of articles. It isn't counted as material."""
    file = call.file("media")
    stored = make_file(call, "image", file, check_article_picture(file))
    call.account.store(MediaStore).article_pictures.append(stored)
    return {**OK, "url": stored.url}


def build_file(call: Call, kind: str) -> StoredFile:
    """The uploaded file, checked for its kind. Raises Refused as `check_media`."""
    file = call.file("media")
    return make_file(call, kind, file, check_media(kind, file))


def answer_file(stored: StoredFile) -> FileAnswer:
    """A stored file as an answer."""
    media_type = MEDIA_TYPES.get(stored.format, "application/octet-stream")
    return FileAnswer(stored.content, media_type, f"media.{stored.format}")


def make_file(call: Call, kind: str, file: UploadedFile, file_format: str) -> StoredFile:
    """The uploaded file with a new address on the platform's host of pictures."""
    return StoredFile(
        kind=kind, name=file.name, format=file_format, content=file.content,
        url=f"{PICTURE_HOST}/mmbiz_{file_format}/{call.account.next_id('picture')}/0",
        created_at=int(call.now),
    )  # fmt: skip


def _find_media(call: Call) -> StoredFile:
    return call.account.store(MediaStore).find(call.query.get("media_id", ""), call.now)


FAMILY = Family(
    "media",
    (
        Interface(
            method="POST", path="/cgi-bin/media/upload", answer=upload_media, body="file",
            right=Right.MATERIAL, budget=UPLOADS,
        ),
        Interface(
            method="POST", path="/cgi-bin/media/uploadimg", answer=upload_article_picture,
            body="file", right=Right.MATERIAL, budget=UPLOADS,
        ),
        Interface(
            method="GET", path="/cgi-bin/media/get", answer=get_media,
            right=Right.MATERIAL, budget=DOWNLOADS,
        ),
        Interface(
            method="GET", path="/cgi-bin/media/get/jssdk", answer=get_hd_voice,
            right=Right.HD_VOICE, budget=DOWNLOADS,
        ),
    ),
    stores=(MediaStore,),
)  # fmt: skip
