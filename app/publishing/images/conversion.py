"""Makes of an image what the platform takes: jpg or png of at most 1 MB, or a gif.

Limits: /doc/service/api/material/permanent/api_uploadimage.md and api_addmaterial.md.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

from app.publishing.images.errors import BadImage

ARTICLE_BYTES = 1024 * 1024
GIF_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_WIDTH = 1_354  # twice the width of an article on a computer
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_QUALITIES = (90, 80, 70, 55)
_SHRINKS = (1.0, 0.75, 0.5, 0.35, 0.25)
_ORIENTATION = 0x0112  # the EXIF tag


@dataclass(frozen=True)
class ReadyImage:
    """An image as it is uploaded; width and height in pixels."""

    content: bytes = field(repr=False)
    content_type: str
    width: int
    height: int

    @property
    def is_gif(self) -> bool:
        """Whether it has to go through permanent material: images of articles are jpg or png."""
        return self.content_type == "image/gif"

    @property
    def filename(self) -> str:
        """A name with the right ending."""
        return f"image.{self.content_type.rpartition('/')[2]}"


def convert_image(content: bytes) -> ReadyImage:
    """The image as the platform takes it. Raises BadImage. Takes up to a second: not in a loop."""
    image = open_image(content)
    if image.format == "GIF":
        return _keep_gif(image, content)
    if getattr(image, "is_animated", False):
        raise BadImage(f"是动态的 {image.format}，公众号不支持；请改用 GIF 动图。")
    if _is_ready(image, content):
        content_type = f"image/{str(image.format).lower()}"
        return ReadyImage(content, content_type, image.width, image.height)
    return _shrink(ImageOps.exif_transpose(image))


def open_image(content: bytes) -> Image.Image:
    """The decoded image. Raises BadImage."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise BadImage(f"有 {image.width}×{image.height} 像素，太大了，请缩小后再用。")
            image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise BadImage("不是能识别的图片（支持 jpg、png、gif、webp、bmp）。") from None
    except (OSError, SyntaxError, ValueError):
        raise BadImage("图片文件已损坏，请重新导出。") from None
    return image


def _keep_gif(image: Image.Image, content: bytes) -> ReadyImage:
    if len(content) > GIF_BYTES:
        raise BadImage("GIF 动图超过 10 MB，请压缩后再用。")
    return ReadyImage(content, "image/gif", image.width, image.height)


def _is_ready(image: Image.Image, content: bytes) -> bool:
    return (
        image.format in {"JPEG", "PNG"}
        and len(content) <= ARTICLE_BYTES
        and image.getexif().get(_ORIENTATION, 1) == 1
        and image.mode in {"RGB", "RGBA", "L", "P", "LA"}
    )


def _shrink(image: Image.Image) -> ReadyImage:
    base = min(1.0, MAX_WIDTH / image.width)
    for share in _SHRINKS:
        size = (max(1, round(image.width * base * share)), _scale(image.height, base * share))
        for content, content_type in _encode(image.resize(size, Image.Resampling.LANCZOS)):
            if len(content) <= ARTICLE_BYTES:
                return ReadyImage(content, content_type, *size)
    raise BadImage("压缩后仍超过 1 MB，请换一张小一点的图片。")


def _scale(pixels: int, share: float) -> int:
    return max(1, round(pixels * share))


def _encode(image: Image.Image) -> Iterator[tuple[bytes, str]]:
    if image.has_transparency_data:
        yield _save(image.convert("RGBA"), "PNG", optimize=True), "image/png"
        return
    opaque = image.convert("RGB")
    for quality in _QUALITIES:
        yield _save(opaque, "JPEG", quality=quality, optimize=True), "image/jpeg"


def _save(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
