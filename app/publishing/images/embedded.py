"""Takes embedded images (data URIs) out of an article's source, and shows them in previews.

A source with megabytes of base64 is neither rendered nor counted: each image is replaced by a
short address that nothing answers.
"""

import base64
import binascii
import hashlib
import re

from app.publishing.images.errors import BadImage

_DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,[A-Za-z0-9+/=\s]*?(?=[\"')\s>]|$)")
_PREFIX = "https://embedded.invalid/"  # a name that never resolves: RFC 2606


def take_embedded(source: str) -> tuple[str, dict[str, str]]:
    """The source with an address in place of each data URI, and the data URIs by address."""
    uris: dict[str, str] = {}

    def _replace(match: re.Match[str]) -> str:
        address = _PREFIX + hashlib.sha256(match[0].encode()).hexdigest()[:32]
        uris[address] = match[0]
        return address

    return _DATA_URI.sub(_replace, source), uris


def decode_data_uri(uri: str) -> bytes:
    """The bytes of a data URI. Raises BadImage."""
    try:
        return base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise BadImage("内嵌的图片数据不完整，请重新插入这张图片。") from None
