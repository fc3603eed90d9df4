"""Files that an account uploaded: pictures of articles, temporary media, permanent material.

Sizes and formats: /doc/subscription/api/material/permanent/api_addmaterial.html and
api_uploadimage.html, /doc/subscription/api/material/temporary/api_uploadtempmedia.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict

from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import UploadedFile

MediaKind = Literal["image", "voice", "video", "thumb"]

MEGABYTE = 1024 * 1024
PICTURE_HOST = "http://mmbiz.qpic.cn"  # pictures elsewhere are taken out of articles
TEMPORARY_SECONDS = 3 * 86_400
MOST_PICTURES, MOST_OTHERS = 100_000, 1000  # permanent material of an account
ARTICLE_PICTURE_BYTES = MEGABYTE
ARTICLE_PICTURE_FORMATS = ("jpg", "png")


@dataclass(frozen=True)
class MediaLimit:
    """What a file of a kind may be."""

    formats: tuple[str, ...]
    most_bytes: int


LIMITS: Mapping[str, MediaLimit] = {
    "image": MediaLimit(("jpg", "png", "gif", "bmp"), 10 * MEGABYTE),
    "voice": MediaLimit(("mp3", "amr", "wma", "wav"), 2 * MEGABYTE),
    "video": MediaLimit(("mp4",), 10 * MEGABYTE),
    "thumb": MediaLimit(("jpg",), 64 * 1024),
}
_MAGIC: tuple[tuple[int, bytes, str], ...] = (  # offset, bytes there, format
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (8, b"WEBP", "webp"),
    (0, b"#!AMR", "amr"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (8, b"WAVE", "wav"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wma"),
    (4, b"ftyp", "mp4"),
)
_PICTURES = ("jpg", "png", "gif", "bmp", "webp")


@dataclass(kw_only=True)
class StoredFile:
    """An uploaded file. `expires_at`: seconds since 1970, None for permanent material."""

    __pydantic_config__ = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    kind: str
    name: str
    format: str
    content: bytes
    url: str
    created_at: int
    expires_at: float | None = None
    title: str = ""  # of a video
    introduction: str = ""


@dataclass
class MediaStore:
    """An account's files by media_id, and its pictures in articles, which have only an address."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    article_pictures: list[StoredFile] = field(default_factory=list)

    def find(self, media_id: str, now: float) -> StoredFile:
        """A file that hasn't ended. Raises Refused with 40007."""
        stored = self.files.get(media_id)
        if stored is None or (stored.expires_at is not None and now >= stored.expires_at):
            raise Refused(40007)
        return stored

    def find_permanent(self, media_id: str, kinds: tuple[str, ...]) -> StoredFile:
        """Permanent material of one of the kinds. Raises Refused with 40007."""
        stored = self.files.get(media_id)
        if stored is None or stored.expires_at is not None or stored.kind not in kinds:
            raise Refused(40007)
        return stored

    def list_permanent(self, kind: str) -> dict[str, StoredFile]:
        """Permanent material of a kind by media_id, the newest first."""
        return {
            media_id: stored
            for media_id, stored in reversed(self.files.items())
            if stored.expires_at is None and stored.kind == kind
        }


def detect_format(content: bytes) -> str:
    """The format that a file's first bytes show; "" for none that is known."""
    for offset, magic, name in _MAGIC:
        if content[offset : offset + len(magic)] == magic:
            return name
    return ""


def check_media(kind: str, file: UploadedFile) -> str:
    """The format of a file that may be uploaded as a kind.

    Raises Refused: 40004 unknown kind, 44001 empty, 45001 too large, 40137 or 40005 other format.
    """
    limit = LIMITS.get(kind)
    if limit is None:
        raise Refused(40004)
    return _check_format(file, limit, too_large=45001)


def check_article_picture(file: UploadedFile) -> str:
    """The format of a picture for articles: jpg or png of at most 1 MB.

    Raises Refused: 44001 empty, 40009 too large, 40137 another picture, 40005 no picture.
    """
    limit = MediaLimit(ARTICLE_PICTURE_FORMATS, ARTICLE_PICTURE_BYTES)
    return _check_format(file, limit, too_large=40009)


def check_portrait(file: UploadedFile) -> str:
    """The format of an agent's portrait: jpg or png of at most 5 MB. Raises Refused as above."""
    limit = MediaLimit(ARTICLE_PICTURE_FORMATS, 5 * MEGABYTE)
    return _check_format(file, limit, too_large=40009)


def _check_format(file: UploadedFile, limit: MediaLimit, too_large: int) -> str:
    refuse_unless(file.content, 44001)
    refuse_unless(len(file.content) <= limit.most_bytes, too_large)
    name = detect_format(file.content)
    if name not in limit.formats:
        raise Refused(40137 if name in _PICTURES and "jpg" in limit.formats else 40005)
    return name
