"""What the platform takes as a file: sizes and types by kind, checked before the upload.

Sources: /doc/service/api/material/temporary/api_uploadtempmedia.md,
/doc/service/api/material/permanent/api_addmaterial.md and api_uploadimage.md there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.wechat.client.errors import InvalidField
from app.wechat.client.http import FileUpload
from app.wechat.client.request_values.validation import BAD_FILE_TYPE, NO_FILE, check_file

MB, KB = 1024 * 1024, 1024
# Of temporary media, material and images in articles together.
UPLOADS_A_DAY = 100_000
UPLOAD_BUDGET = "/cgi-bin/media/upload"

JPEG, PNG, GIF, BMP = "image/jpeg", "image/png", "image/gif", "image/bmp"
AMR, MP3, MP4 = "audio/amr", "audio/mpeg", "video/mp4"


@dataclass(frozen=True, slots=True)
class FileLimit:
    """The largest size in bytes, and the types."""

    size: int
    content_types: frozenset[str]


ARTICLE_IMAGE = FileLimit(MB, frozenset({JPEG, PNG}))
TEMPORARY_LIMITS: Mapping[str, FileLimit] = MappingProxyType({
    "image": FileLimit(10 * MB, frozenset({JPEG, PNG, GIF})),
    "voice": FileLimit(2 * MB, frozenset({AMR, MP3})),
    "video": FileLimit(10 * MB, frozenset({MP4})),
    "thumb": FileLimit(64 * KB, frozenset({JPEG})),
})  # fmt: skip
PERMANENT_LIMITS: Mapping[str, FileLimit] = MappingProxyType({
    "image": FileLimit(10 * MB, frozenset({JPEG, PNG, GIF, BMP})),
    "voice": FileLimit(2 * MB, frozenset({AMR, MP3, "audio/x-ms-wma", "audio/wav"})),
    "video": FileLimit(10 * MB, frozenset({MP4})),
    "thumb": FileLimit(64 * KB, frozenset({JPEG})),
})  # fmt: skip


def check_upload(field: str, file: FileUpload, limit: FileLimit) -> None:
    """Raise InvalidField: 41005 without content, 45001 too large, 40005 of another type."""
    check_file(field, _measure(field, file.content), limit.size)
    if file.content_type not in limit.content_types:
        types = ", ".join(sorted(limit.content_types))
        raise InvalidField(field, f"one of {types}; this is {file.content_type}", BAD_FILE_TYPE)


def _measure(field: str, content: bytes | Path) -> int:
    """Bytes of the content. Raises InvalidField for a path at which no file is."""
    if isinstance(content, bytes):
        return len(content)
    if not content.is_file():
        raise InvalidField(field, f"must be a file; there is none at {content.name}", NO_FILE)
    return content.stat().st_size
