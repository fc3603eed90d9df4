"""Small files that the simulator takes for what they say they are."""

from app.wechat.client.http import FileUpload
from app.wechat.client.request_values.uploads import AMR, JPEG, MP4, PNG

JPEG_BYTES = b"\xff\xd8\xff\xe0" + bytes(64)
COVER = FileUpload(filename="cover.jpg", content=JPEG_BYTES, content_type=JPEG)
PICTURE = FileUpload(filename="p.png", content=b"\x89PNG\r\n\x1a\n" + bytes(64), content_type=PNG)
VOICE = FileUpload(filename="v.amr", content=b"#!AMR" + bytes(64), content_type=AMR)
VIDEO = FileUpload(filename="v.mp4", content=bytes(4) + b"ftyp" + bytes(64), content_type=MP4)
