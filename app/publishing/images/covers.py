"""Covers: the given image or one made from the title, with the crops of both list styles."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.publishing.images.conversion import ReadyImage, convert_image
from app.publishing.images.errors import BadImage
from app.publishing.images.fonts import load_font
from app.wechat.client.request_values.articles import CoverCrop

WIDTH, HEIGHT = 900, 383  # 2.35 to 1: the platform's advice
_BACKGROUND, _TEXT = "#1f4e46", "#ffffff"
_FONT_SIZE, _LINE_HEIGHT, _MARGIN = 64, 92, 80
_MAX_LINES = 3


@dataclass(frozen=True)
class Cover:
    """A cover and the parts of it that wide and square lists show."""

    image: ReadyImage = field(repr=False)
    crop_235_1: CoverCrop
    crop_1_1: CoverCrop


def make_cover(title: str, font_file: Path | None) -> Cover:
    """A cover with the title. Raises BadImage where there is no font."""
    if font_file is None:
        raise BadImage(
            "没有封面，也没有可以生成封面的中文字体：请上传封面，"
            "或者把设置 COVER_FONT 指向一个中文字体文件（Debian 安装 fonts-noto-cjk 即可）。"
        )
    try:
        font = load_font(font_file, _FONT_SIZE)
    except OSError:
        raise BadImage(f"COVER_FONT 指向的 {font_file.name} 不是字体文件。") from None
    image = Image.new("RGB", (WIDTH, HEIGHT), _BACKGROUND)
    _draw_title(image, title, font)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return crop_cover(ReadyImage(buffer.getvalue(), "image/jpeg", WIDTH, HEIGHT))


def _draw_title(image: Image.Image, title: str, font: ImageFont.FreeTypeFont) -> None:
    draw = ImageDraw.Draw(image)
    lines = list(_wrap(title, font, WIDTH - 2 * _MARGIN))[:_MAX_LINES]
    top = (HEIGHT - _LINE_HEIGHT * len(lines)) / 2 + _LINE_HEIGHT / 2
    for number, line in enumerate(lines):
        at = (WIDTH / 2, top + number * _LINE_HEIGHT)
        draw.text(at, line, font=font, fill=_TEXT, anchor="mm")


def _wrap(title: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """Lines that fit: Chinese may break between any two characters."""
    line = ""
    for character in title.strip():
        if line and font.getlength(line + character) > width:
            yield line.strip()
            line = ""
        line += character
    yield line.strip()


def prepare_cover(content: bytes) -> Cover:
    """The given image as a cover. Raises BadImage."""
    return crop_cover(convert_image(content))


def crop_cover(image: ReadyImage) -> Cover:
    """The largest parts of both shapes in the middle of the image."""
    wide, square = (
        crop_middle(image.width, image.height, ratio) for ratio in (WIDTH / HEIGHT, 1.0)
    )
    return Cover(image, wide, square)


def crop_middle(width: int, height: int, ratio: float) -> CoverCrop:
    """The largest part of `ratio` (width to height) in the middle of an image in pixels."""
    own = width / height
    width_share, height_share = min(1.0, ratio / own), min(1.0, own / ratio)
    left, top = round((1 - width_share) / 2, 6), round((1 - height_share) / 2, 6)
    return CoverCrop(left, top, round(left + width_share, 6), round(top + height_share, 6))
