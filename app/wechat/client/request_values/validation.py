"""Checks of a request's values before the call, each named by field and limit.

Each raises InvalidField with the errcode that the platform would answer.
"""

from app.wechat.client.errors import InvalidField

EMPTY_NEWS = 44003
EMPTY_TEXT = 44004
LONG_CONTENT = 45002
LONG_TITLE = 45003
LONG_DESCRIPTION = 45004
LONG_LINK = 45005
LONG_AUTHOR = 45110
BAD_OPENID = 40003
BAD_OPENID_LIST = 40032
BAD_OPENID_COUNT = 40130
BAD_TAG_NAME = 45157
LONG_TAG_NAME = 45158
BAD_SCENE = 40053
BAD_TEMPLATE = 40037
BAD_KF_NICKNAME = 65403
BAD_KF_ACCOUNT = 65404
BAD_TIMES = 65417
BAD_KEYWORDS = 40246
BAD_OAUTH_CODE = 40029
TOO_MANY_ARTICLES = 45008
BAD_MEDIA_ID = 40007
NO_FILE = 41005
LARGE_FILE = 45001
BAD_FILE_TYPE = 40005
BAD_PARAMETER = 47003
BAD_RID = 76002
BAD_PAGE = 40097
BAD_POSITION = 40114
BAD_CROP = 53402
BAD_ARTICLE_ID = 53600
BAD_LINK = 41039
BAD_SPEED = 45083
LONG_CLIENT_ID = 45067
BAD_REPLY = 88007
BAD_COMMENT_COUNT = 88010


def check_characters(field: str, text: str, most: int, code: int) -> None:
    """At most `most` characters."""
    if len(text) > most:
        raise InvalidField(field, f"at most {most} characters; this has {len(text)}", code)


def check_bytes(field: str, text: str, most: int, code: int) -> None:
    """At most `most` bytes of UTF-8."""
    if (size := len(text.encode("utf-8", "replace"))) > most:
        raise InvalidField(field, f"at most {most:,} bytes; this has {size:,}", code)


def check_filled(field: str, text: str, code: int) -> None:
    """Not empty, and not only white space."""
    if not text.strip():
        raise InvalidField(field, "must not be empty", code)


def check_count(field: str, count: int, most: int, code: int, *, least: int = 1) -> None:
    """From `least` to `most` elements."""
    if not least <= count <= most:
        raise InvalidField(field, f"{least} to {most} elements; there are {count}", code)


def check_range(field: str, number: int, least: int, most: int, code: int = BAD_PARAMETER) -> None:
    """From `least` to `most`."""
    if not least <= number <= most:
        raise InvalidField(field, f"from {least} to {most}; this is {number}", code)


def check_media_id(field: str, media_id: str) -> None:
    """A media_id: not empty, without white space."""
    if not media_id or any(character.isspace() for character in media_id):
        raise InvalidField(field, "must be a media_id of the platform", BAD_MEDIA_ID)


def check_file(field: str, size: int, most: int) -> None:
    """A file of 1 to `most` bytes."""
    if not size:
        raise InvalidField(field, "must not be empty", NO_FILE)
    if size > most:
        raise InvalidField(field, f"at most {most:,} bytes; this has {size:,}", LARGE_FILE)


def check_page(offset: int, count: int, most: int = 20) -> None:
    """A page of `count` elements, 1 to `most`, from `offset`."""
    if offset < 0:
        raise InvalidField("offset", f"at least 0; this is {offset}", BAD_PAGE)
    check_range("count", count, 1, most, BAD_PAGE)
