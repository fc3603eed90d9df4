"""What the platform is given of an image."""

import io

import pytest
from PIL import Image

from app.publishing.images.conversion import ARTICLE_BYTES, convert_image
from app.publishing.images.errors import BadImage
from tests.publishing.images.pictures import draw, draw_noise


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_small_jpg_or_png_stays_as_it_is(kind: str) -> None:
    content = draw(kind)

    ready = convert_image(content)

    assert (ready.content, ready.content_type, ready.width, ready.height) == (
        content, f"image/{kind.lower()}", 40, 30
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["WEBP", "BMP"])
def test_webp_and_bmp_become_jpg(kind: str) -> None:
    ready = convert_image(draw(kind))

    assert (ready.content_type, ready.width, ready.height) == ("image/jpeg", 40, 30)


def test_a_transparent_webp_becomes_png() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(buffer, "WEBP")

    assert convert_image(buffer.getvalue()).content_type == "image/png"


def test_a_large_image_is_shrunk_to_one_megabyte() -> None:
    content = draw_noise("PNG", (2000, 1500))

    ready = convert_image(content)

    assert len(content) > ARTICLE_BYTES >= len(ready.content)
    assert (ready.content_type, ready.width) == ("image/jpeg", 1354)


def test_a_photo_is_turned_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    ready = convert_image(draw("JPEG", (40, 30), exif=exif))

    assert (ready.width, ready.height) == (30, 40)


def test_a_gif_stays_a_gif() -> None:
    content = draw("GIF", frames=3)

    ready = convert_image(content)

    assert (ready.is_gif, ready.content, ready.filename) == (True, content, "image.gif")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (draw("WEBP", frames=3), "是动态的 WEBP，公众号不支持"),
        (b"<html>not found</html>", "不是能识别的图片"),
        (draw("PNG")[:50], "图片文件已损坏"),
        (draw("GIF") + b"\0" * 11_000_000, "GIF 动图超过 10 MB"),
        (b"", "不是能识别的图片"),
    ],
)
def test_what_cannot_be_published_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(BadImage, match=reason):
        convert_image(content)
