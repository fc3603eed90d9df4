"""Small files of each format, and their upload."""

from tests.simulator.calling import Caller

ADD_MATERIAL = "/cgi-bin/material/add_material"
JPG = b"\xff\xd8\xff\xe0" + b"j" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 60
GIF = b"GIF89a" + b"g" * 60
WEBP = b"RIFF\x00\x00\x00\x00WEBP" + b"w" * 60
AMR = b"#!AMR\n" + b"a" * 60
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"m" * 60


async def add_picture(caller: Caller, content: bytes = JPG) -> str:
    """The media_id of a new permanent picture."""
    return str((await caller.upload(ADD_MATERIAL, content, type="image"))["media_id"])


async def upload_article_picture(caller: Caller) -> str:
    """The address of a new picture for articles."""
    return str((await caller.upload("/cgi-bin/media/uploadimg", PNG))["url"])
