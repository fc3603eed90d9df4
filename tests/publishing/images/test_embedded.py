"""Embedded images are taken out of the source before it is rendered."""

import base64

import pytest

from app.publishing.images.embedded import decode_data_uri, take_embedded
from app.publishing.images.errors import BadImage
from app.publishing.images.rewriting import ImageTarget, rewrite_images
from tests.publishing.images.pictures import draw

URI = "data:image/png;base64," + base64.b64encode(draw()).decode()


@pytest.mark.parametrize("source", ["![图]({})", '<img src="{}">', "<img src='{}'>"])
def test_each_data_uri_gives_way_to_an_address(source: str) -> None:
    text, uris = take_embedded(source.format(URI))

    [(address, uri)] = uris.items()
    assert text == source.format(address)
    assert uri == URI
    assert decode_data_uri(uri) == draw()


def test_a_broken_data_uri_is_named() -> None:
    with pytest.raises(BadImage, match="内嵌的图片数据不完整"):
        decode_data_uri("data:image/png;base64,A")


def test_images_get_their_address_and_width_on_the_platform() -> None:
    content = '<section><p>a<img src="x"> &amp; b</p><img src="y"></section>'

    assert rewrite_images(content, {}) == content
    assert rewrite_images(content, {"x": ImageTarget("https://mmbiz.qpic.cn/1", 40)}) == (
        '<section><p>a<img src="https://mmbiz.qpic.cn/1" data-w="40"> &amp; b</p>'
        '<img src="y"></section>'
    )
